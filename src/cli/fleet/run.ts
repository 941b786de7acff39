import type { Plan, Session } from '../../fleet/plan.ts';
import { goThroughFleet } from '../../fleet/run.ts';
import type { FleetSettings } from '../../fleet/setup.ts';
import { filesOfSetArgument } from '../../helm/set.ts';
import { refuseSecondStdin, splitList } from '../../node/sources.ts';
import type { Outcome } from '../../outcome.ts';
import type { Args } from '../command.ts';
import { millisecondsOf } from '../duration.ts';
import type { chartOptions, fleetOptions, valuesOptions } from '../options.ts';
import { readSettings } from '../release-request.ts';

type FleetArgs = Args<typeof valuesOptions & typeof chartOptions & typeof fleetOptions>;

/** Runs a command for every cluster of `--fleet`. */
export async function runFleet(
  planOf: (session: Session) => Plan | Promise<Plan>,
  args: FleetArgs,
  session: Session,
): Promise<Outcome> {
  const { fleet: path = '', shard, workers } = args;
  const files = [...args.values, ...args['wrapper-values']].flatMap(splitList);
  refuseSecondStdin([path, ...files, ...args['set-file'].flatMap(filesOfSetArgument)]);
  const settings = async (): Promise<FleetSettings> => {
    const said = await readSettings(args, session.io);
    return { ...said, timeoutEach: millisecondsOf(args['timeout-each'] ?? '30s', '--timeout-each') };
  };
  return await goThroughFleet(
    planOf,
    { path, shard, workers, only: args.only.flatMap(splitList), groups: args.group.flatMap(splitList), settings },
    session,
  );
}
