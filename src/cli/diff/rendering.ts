import type { Release } from '../../node/release.ts';
import type { Problem } from '../../problem.ts';
import { renderGatewayProxies } from '../../render.ts';
import { isMap, type ValueMap } from '../../values/value.ts';
import type { Args } from '../command.ts';
import type { Io } from '../io.ts';
import type { chartOptions, valuesOptions } from '../options.ts';
import { CannotDo } from '../outcome.ts';
import { describeChoice, readReleaseRequest, refuseImpossible } from '../release-request.ts';
import type { Loaded } from './load.ts';

type RequestArgs = Args<Omit<typeof valuesOptions & typeof chartOptions, 'namespace' | 'release-name'>> & {
  readonly namespace: string | undefined;
  readonly 'release-name': string | undefined;
};

export interface RenderedSide extends Loaded {
  readonly problems: readonly Problem[];
  readonly texts: ReadonlyMap<string, string>;
  readonly namespace: string;
  /** What the user did not say and was taken from elsewhere. */
  readonly notes: readonly string[];
}

/**
 * What the chart gives for the user's values. What was not said is taken from the release it is compared with: its chart
 * version, namespace and name, and with no values at all its own.
 */
export async function renderSide(args: RequestArgs, release: Release | undefined, io: Io): Promise<RenderedSide> {
  const namespace = args.namespace ?? (release?.namespace || 'gloo-system');
  const releaseName = args['release-name'] ?? (release?.name || 'gloo');
  const installed =
    release === undefined || args['chart-version'] !== undefined ? undefined : installedVersion(release);
  const request = await readReleaseRequest({ ...args, namespace, 'release-name': releaseName }, io);
  const stored = request.options.values?.length === 0 ? storedValues(release) : undefined;
  const { manifests, problems, chartVersion } = renderGatewayProxies({
    ...request.options,
    ...(installed === undefined ? {} : { chartVersion: installed }),
    ...(stored === undefined ? {} : { values: [stored] }),
  });
  refuseImpossible(problems);
  const choice = describeChoice(args['chart-version'], chartVersion);
  const from = stored === undefined ? '' : ` with the values of revision ${release?.revision}`;
  return {
    side: manifests,
    name: `rendering for ${chartVersion}${from}`,
    problems,
    texts: request.texts,
    namespace,
    notes: [
      ...(choice === undefined ? [] : [choice]),
      ...(installed === undefined ? [] : [`chart version ${chartVersion}, the installed one`]),
      ...(stored === undefined ? [] : [`values of release ${release?.name} revision ${release?.revision}`]),
    ],
  };
}

/** The release of Gloo's own chart in a record. */
export function installedVersion({ name, chart }: Release): string {
  if (chart.name === 'gloo' && chart.version !== '') return chart.version;
  throw new CannotDo(
    `release ${name} is of chart ${chart.name} ${chart.version}, not of gloo`,
    'name the release of the gloo chart with --chart-version',
  );
}

/** A chart that has gloo's as its dependency keeps the values for it under `gloo`, and `global` for both. */
function storedValues(release: Release | undefined): ValueMap | undefined {
  if (release === undefined || release.chart.name === 'gloo') return release?.values;
  const { gloo, global } = release.values;
  return { ...(isMap(gloo) ? gloo : {}), ...(isMap(global) ? { global } : {}) };
}
