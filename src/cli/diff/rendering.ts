import type { Said } from '../../helm/kinds/recognised.ts';
import { saidByRelease } from '../../helm/kinds/record.ts';
import type { Release } from '../../helm/release.ts';
import type { GlooValues } from '../../schema/types.gen.ts';
import { type RenderResult, renderRequest } from '../../verbs/render.ts';
import type { ReleaseRequest } from '../release-request.ts';
import type { Loaded } from './load.ts';

/** A rendering as a side; nothing can be compared with it unless it went well. */
export interface RenderedSide extends Loaded, Pick<RenderResult, 'status' | 'problems' | 'chartVersion'> {
  readonly texts: ReadonlyMap<string, string>;
  /** What the user did not say and was taken from elsewhere. */
  readonly notes: readonly string[];
}

/**
 * What the chart gives for a request. What was not said is taken from the release it is compared with: its chart version,
 * namespace and name, and with no values at all its own.
 */
export function renderSide(request: ReleaseRequest, release: Release | undefined): RenderedSide {
  const { options, texts, notesFor, stored } = completedBy(request, release);
  const { manifests, notes = [], ...rendered } = renderRequest(options);
  const { chartVersion } = rendered;
  const from = stored ? ` with the values of revision ${release?.revision}` : '';
  const name = `rendering for ${chartVersion}${from}`;
  return { ...rendered, side: manifests, name, texts, notes: [...notesFor(chartVersion), ...notes] };
}

/**
 * A request completed by a record. The record's values are used when the request has none (`stored`), or with `beneath` as the
 * lowest layer.
 */
export function completedBy(
  { options, texts, notesFor }: ReleaseRequest,
  release: Release | undefined,
  beneath = false,
): ReleaseRequest & { readonly stored: boolean } {
  if (release === undefined) return { options, texts, notesFor, stored: false };
  const { values = [], chartVersion: asked } = options;
  const { name, revision } = release;
  const recorded: Said = { by: `release ${name} revision ${revision}`, file: 'its record', ...saidByRelease(release) };
  const stored = beneath || values.length === 0;
  const isInstalled = asked === undefined && recorded.chartVersion !== undefined;
  return {
    // A value of the record is a value; the types only say less.
    options: { ...options, recorded, ...(stored ? { values: [release.values as GlooValues, ...values] } : {}) },
    texts,
    stored,
    notesFor: (chartVersion) => [
      ...notesFor(chartVersion),
      ...(isInstalled && chartVersion !== '' ? [`chart version ${chartVersion}, the installed one`] : []),
      ...(stored ? [`values of ${recorded.by}`] : []),
    ],
  };
}
