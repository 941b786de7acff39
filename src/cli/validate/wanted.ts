import { CannotDo } from '../../outcome.ts';
import type { ClusterArgs } from '../cluster-access.ts';
import type { Args } from '../command.ts';
import type { chartOptions, valuesOptions } from '../options.ts';
import { namesValues } from '../release-request.ts';

/** The options that decide whether installed or rendered objects are checked. */
export type InstalledArgs = Args<typeof valuesOptions & typeof chartOptions> &
  ClusterArgs & {
    readonly revision: string | undefined;
    readonly installed: string | undefined;
    readonly 'from-release': boolean;
    readonly live: boolean;
    readonly lint: boolean;
  };

/** Whether installed objects are to be checked. Otherwise options that only apply to them would silently do nothing. */
export function wantsInstalled(args: InstalledArgs, isFleet: boolean): boolean {
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
export function refuseValues(what: string, args: InstalledArgs): void {
  if (!namesValues(args)) return;
  const files = args.values.length === 0 ? 'values given by --set' : args.values.join(', ');
  throw new CannotDo(
    `${what} and ${files} cannot be checked in one run`,
    'check one at a time; glistio diff compares rendered values with what is installed',
  );
}
