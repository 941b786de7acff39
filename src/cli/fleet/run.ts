import type { Plan, Session } from '../../fleet/plan.ts';
import { goThroughFleet } from '../../fleet/run.ts';
import type { Settings } from '../../fleet/setup.ts';
import { filesOfSetArgument } from '../../helm/set.ts';
import type { Io } from '../../node/io.ts';
import { readSources, readText, refuseSecondStdin, splitList } from '../../node/sources.ts';
import type { Outcome } from '../../outcome.ts';
import type { Args } from '../command.ts';
import { millisecondsOf } from '../duration.ts';
import type { fleetOptions, ownChartOptions, valuesOptions } from '../options.ts';
import { helmOption } from '../release-request.ts';

type FleetArgs = Args<typeof valuesOptions & typeof ownChartOptions & typeof fleetOptions>;

/** Does a command for every cluster of `--fleet`. */
export async function runFleet(
  planOf: (session: Session) => Plan | Promise<Plan>,
  args: FleetArgs,
  session: Session,
): Promise<Outcome> {
  const { fleet: path = '', shard, workers } = args;
  const files = [...args.values, ...args['wrapper-values']].flatMap(splitList);
  refuseSecondStdin([path, ...files, ...args['set-file'].flatMap(filesOfSetArgument)]);
  return await goThroughFleet(
    planOf,
    { path, shard, workers, settings: () => readSettings(args, session.io) },
    session,
  );
}

async function readSettings(args: FleetArgs, io: Io): Promise<Settings> {
  const sources = await readSources(args.values, io);
  const wrappers = await readSources(args['wrapper-values'], io);
  const setFiles = [];
  for (const file of args['set-file'].flatMap(filesOfSetArgument))
    setFiles.push({ name: file, text: await readText(file, io) });
  const { 'chart-version': chartVersion, namespace, 'release-name': releaseName } = args;
  const sets = {
    set: args.set,
    'set-string': args['set-string'],
    'set-json': args['set-json'],
    'set-file': args['set-file'],
    'set-literal': args['set-literal'],
  };
  const override = {
    sets,
    ...(chartVersion === undefined ? {} : { chartVersion }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(releaseName === undefined ? {} : { releaseName }),
    ...(args['partial-of'].length === 0 ? {} : { partialOf: args['partial-of'] }),
  };
  const { HELM_NAMESPACE: usualNamespace = '' } = io.env;
  const timeoutEach = millisecondsOf(args['timeout-each'] ?? '30s', '--timeout-each');
  return {
    sources,
    wrappers,
    override,
    setFiles,
    timeoutEach,
    ...(usualNamespace === '' ? {} : { usualNamespace }),
    ...helmOption(args),
  };
}
