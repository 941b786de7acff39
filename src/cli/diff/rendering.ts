import type { Release } from '../../helm/release.ts';
import type { Io } from '../../node/io.ts';
import { CannotDo } from '../../outcome.ts';
import type { Problem } from '../../problem.ts';
import { isMap, type ValueMap } from '../../value.ts';
import { renderGatewayProxies } from '../../verbs/render.ts';
import type { Args } from '../command.ts';
import type { chartOptions, valuesOptions } from '../options.ts';
import { describeChoice, type ReleaseRequest, readReleaseRequest, refuseImpossible } from '../release-request.ts';
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
  const { options, texts, stored, notesFor } = await requestOf(args, release, io);
  const { manifests, problems, chartVersion } = renderGatewayProxies(options);
  refuseImpossible(problems);
  const from = stored ? ` with the values of revision ${release?.revision}` : '';
  const name = `rendering for ${chartVersion}${from}`;
  return {
    side: manifests,
    name,
    problems,
    texts,
    namespace: options.namespace ?? 'gloo-system',
    notes: notesFor(chartVersion),
  };
}

/** What to render, and what of it the record of a release said. */
export interface RecordedRequest extends ReleaseRequest {
  /** Whether its values are among the layers. */
  readonly stored: boolean;
  /** What the user did not say and was taken from elsewhere, once the release of the chart is known. */
  notesFor(chartVersion: string): string[];
}

/**
 * The user's request, completed by a record. The record's values are used when the user gave none, or with `beneath` as
 * the lowest layer.
 */
export async function requestOf(
  args: RequestArgs,
  release: Release | undefined,
  io: Io,
  beneath = false,
): Promise<RecordedRequest> {
  const namespace = args.namespace ?? (release?.namespace || 'gloo-system');
  const releaseName = args['release-name'] ?? (release?.name || 'gloo');
  const installed =
    release === undefined || args['chart-version'] !== undefined ? undefined : installedVersion(release);
  const request = await readReleaseRequest({ ...args, namespace, 'release-name': releaseName }, io);
  const given = request.options.values ?? [];
  const stored = beneath || given.length === 0 ? storedValues(release) : undefined;
  const options = {
    ...request.options,
    ...(installed === undefined ? {} : { chartVersion: installed }),
    ...(stored === undefined ? {} : { values: [stored, ...given] }),
  };
  return {
    options,
    texts: request.texts,
    stored: stored !== undefined,
    notesFor(chartVersion): string[] {
      const choice = describeChoice(args['chart-version'], chartVersion);
      return [
        ...(choice === undefined ? [] : [choice]),
        ...(installed === undefined || chartVersion === '' ? [] : [`chart version ${chartVersion}, the installed one`]),
        ...(stored === undefined ? [] : [`values of release ${release?.name} revision ${release?.revision}`]),
      ];
    },
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
export function storedValues(release: Release | undefined): ValueMap | undefined {
  if (release === undefined || release.chart.name === 'gloo') return release?.values;
  const { gloo, global } = release.values;
  return { ...(isMap(gloo) ? gloo : {}), ...(isMap(global) ? { global } : {}) };
}
