import type { Args } from './command.ts';
import { refuseIdle } from './idle.ts';
import type { fleetOptions } from './options.ts';

/** Whether the command is run for a fleet. Without one, options for fleets would silently do nothing. */
export function wantsFleet(args: Args<typeof fleetOptions>): boolean {
  if (args.fleet !== undefined) return true;
  refuseIdle(
    args,
    ['shard', 'workers', 'timeout-each', 'only', 'group'],
    'is for --fleet',
    'add --fleet, or leave it out',
  );
  return false;
}
