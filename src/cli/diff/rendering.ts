import type { Said } from '../../helm/kinds/recognised.ts';
import { saidByRelease } from '../../helm/kinds/record.ts';
import type { Release } from '../../helm/release.ts';
import type { Io } from '../../node/io.ts';
import type { Problem } from '../../problem.ts';
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
  const { manifests, problems, chartVersion, notes = [] } = renderGatewayProxies(options);
  refuseImpossible(problems);
  const from = stored ? ` with the values of revision ${release?.revision}` : '';
  const name = `rendering for ${chartVersion}${from}`;
  return {
    side: manifests,
    name,
    problems,
    texts,
    namespace: options.namespace ?? 'gloo-system',
    notes: [...notesFor(chartVersion), ...notes],
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
  const request = await readReleaseRequest(args, io);
  const given = request.options.values ?? [];
  const recorded = release === undefined ? undefined : recordOf(release);
  const stored = beneath || given.length === 0 ? release?.values : undefined;
  const options = {
    ...request.options,
    ...(recorded === undefined ? {} : { recorded }),
    ...(stored === undefined ? {} : { values: [stored, ...given] }),
  };
  const isInstalled = args['chart-version'] === undefined && recorded?.chartVersion !== undefined;
  return {
    options,
    texts: request.texts,
    stored: stored !== undefined,
    notesFor(chartVersion): string[] {
      const choice = describeChoice(args['chart-version'], chartVersion);
      return [
        ...(choice === undefined ? [] : [choice]),
        ...(isInstalled && chartVersion !== '' ? [`chart version ${chartVersion}, the installed one`] : []),
        ...(stored === undefined ? [] : [`values of release ${release?.name} revision ${release?.revision}`]),
      ];
    },
  };
}

/** What a record says besides values. */
export function recordOf(release: Release): Said {
  return { by: `release ${release.name} revision ${release.revision}`, file: 'its record', ...saidByRelease(release) };
}
