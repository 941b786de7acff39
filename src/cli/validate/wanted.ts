import { CannotDo } from '../../outcome.ts';
import { namesValues } from '../release-request.ts';
import type { ValidateArgs } from '../validate-options.ts';

/** Whether installed objects are to be checked. Otherwise options that only apply to them would silently do nothing. */
export function wantsInstalled(args: ValidateArgs, isFleet: boolean): boolean {
  const named = [
    ...(args.installed === undefined ? [] : ['--installed']),
    ...(args['from-release'] && args.installed === undefined ? ['--from-release'] : []),
    ...(args.live ? ['--live'] : []),
  ];
  if (named.length > 1) throw new CannotDo(`${named.join(' and ')} cannot be combined`, 'say one');
  const [option] = named;
  if (option !== undefined && isFleet)
    throw new CannotDo(`${option} is for one cluster`, 'leave --fleet out, or run it once for each cluster');
  if (args.live) refuseValues('--live', args);
  if (option !== undefined) return true;
  const idle = (['revision', 'kubeconfig', 'context', 'kube-context'] as const).find(
    (name) => args[name] !== undefined,
  );
  if (idle === undefined || isFleet) return false;
  throw new CannotDo(`--${idle} needs --from-release or --live`, 'add one of them, or leave it out');
}

/** Values beside manifests would silently do nothing. */
export function refuseValues(what: string, args: ValidateArgs): void {
  if (!namesValues(args)) return;
  const files = args.values.length === 0 ? 'values given by --set' : args.values.join(', ');
  throw new CannotDo(
    `${what} and ${files} cannot be checked in one run`,
    'check one at a time; glistio diff compares rendered values with what is installed',
  );
}
