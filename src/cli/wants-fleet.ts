import { refuseIdle } from './idle.ts';

/** Whether the command is run for a fleet. Without one, options for fleets would silently do nothing. */
export function wantsFleet(args: {
  readonly fleet: string | undefined;
  readonly shard: string | undefined;
  readonly workers: string | undefined;
  readonly 'timeout-each': string | undefined;
  readonly only: readonly string[];
  readonly group: readonly string[];
}): boolean {
  if (args.fleet !== undefined) return true;
  refuseIdle(
    args,
    ['shard', 'workers', 'timeout-each', 'only', 'group'],
    'is for --fleet',
    'add --fleet, or leave it out',
  );
  return false;
}
