import { CannotDo } from '../../outcome.ts';
import type { ClusterArgs } from '../cluster-access.ts';
import type { Args } from '../command.ts';
import type { chartOptions, valuesOptions } from '../options.ts';
import { namesValues } from '../release-request.ts';

/** What decides about judging something that is installed or was rendered. */
export type InstalledArgs = Args<typeof valuesOptions & typeof chartOptions> &
  ClusterArgs & {
    readonly revision: string | undefined;
    readonly installed: string | undefined;
    readonly 'from-release': boolean;
    readonly live: boolean;
    readonly lint: boolean;
  };

/** Whether something installed is meant. Options for it alone would silently do nothing. */
export function wantsInstalled(args: InstalledArgs, isFleet: boolean): boolean {
  const named = [
    ...(args.installed === undefined ? [] : ['--installed']),
    ...(args['from-release'] && args.installed === undefined ? ['--from-release'] : []),
    ...(args.live ? ['--live'] : []),
  ];
  if (named.length > 1) throw new CannotDo(`${named.join(' and ')} name two things`, 'say one');
  const [option] = named;
  if (option !== undefined && isFleet)
    throw new CannotDo(`${option} is for one cluster`, 'leave --fleet out, or run it once for each cluster');
  if (args.live) refuseValues('--live', args);
  if (option !== undefined) return true;
  const idle = (['revision', 'kubeconfig', 'context', 'kube-context'] as const).find(
    (name) => args[name] !== undefined,
  );
  if (idle === undefined || isFleet) return false;
  throw new CannotDo(`--${idle} is for --from-release and --live`, 'add one of them, or leave it out');
}

/** Values beside manifests would silently do nothing. */
export function refuseValues(what: string, args: InstalledArgs): void {
  if (!namesValues(args)) return;
  const files = args.values.length === 0 ? 'values given by --set' : args.values.join(', ');
  throw new CannotDo(
    `${what} and ${files} are two things to judge`,
    'judge one at a time; glistio diff compares what values give with what is installed',
  );
}
