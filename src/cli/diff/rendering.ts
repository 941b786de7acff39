import { coalesce } from '../../helm/coalesce.ts';
import type { Said } from '../../helm/kinds/recognised.ts';
import { saidByRelease } from '../../helm/kinds/record.ts';
import type { Release } from '../../helm/release.ts';
import { CannotDo } from '../../outcome.ts';
import type { Problem } from '../../problem.ts';
import type { GlooValues } from '../../schema/types.gen.ts';
import type { KubeInput } from '../../verbs/decide-kube.ts';
import type { RequestOptions } from '../../verbs/prepare.ts';
import type { RenderResult } from '../../verbs/render.ts';
import { renderKubeRequest } from '../../verbs/render-kube.ts';
import type { Source } from '../../yaml/read.ts';
import type { ReleaseRequest } from '../release-request.ts';
import { renderBoth } from '../render-both.ts';
import type { Loaded } from './load.ts';

/** A rendering as a side; nothing can be compared with it unless it went well. */
export interface RenderedSide extends Loaded, Pick<RenderResult, 'status' | 'problems' | 'chartVersion'> {
  readonly texts: ReadonlyMap<string, string>;
  /** What the user did not say and was taken from elsewhere. */
  readonly notes: readonly string[];
}

/**
 * What the chart gives for a request. What was not said is taken from the release it is compared with: its chart version,
 * namespace and name, and with no values at all its own. With `controlPlane` the side is what mTLS values change beside the proxies.
 */
export function renderSide(
  request: ReleaseRequest,
  release: Release | undefined,
  {
    reuse,
    kube,
    controlPlane = false,
  }: {
    readonly reuse?: ReuseMode | undefined;
    readonly kube?: KubeInput | undefined;
    readonly controlPlane?: boolean;
  } = {},
): RenderedSide {
  if (reuse !== undefined && release === undefined)
    throw new CannotDo(
      `--${reuse} needs Helm's record of what is installed`,
      'the left side is a record: --installed FILE',
    );
  const completed = completedBy(request, release, reuse !== undefined);
  const { texts, notesFor, stored } = completed;
  const options =
    reuse === undefined || release === undefined ? completed.options : reusing(completed.options, release, reuse);
  const { manifests, controlPlane: parts, notes = [], ...rendered } = renderBoth(options, kube, { controlPlane });
  const { chartVersion } = rendered;
  const from = stored ? ` with the values of revision ${release?.revision}` : '';
  const name = `rendering for ${chartVersion}${from}`;
  const side = parts === undefined ? { side: manifests } : { side: parts, isWhole: true as const };
  return { ...rendered, ...side, name, texts, notes: [...notesFor(chartVersion), ...notes] };
}

/**
 * A record with what the control plane of its release deployed for these Gateways: Helm knows nothing of it. Where that release
 * deploys nothing for them, what is wrong is said in the second part.
 */
export function withDeployed(loaded: Loaded, kube: KubeInput | undefined): readonly [Loaded, Problem | undefined] {
  const { release, side } = loaded;
  if (release === undefined || kube === undefined) return [loaded, undefined];
  const nothing = { options: {}, texts: new Map<string, string>(), notesFor: () => [] };
  const { manifests, problems } = renderKubeRequest({ ...completedBy(nothing, release).options, ...kube }, {});
  const error = problems.find(({ severity }) => severity === 'error');
  const own = typeof side === 'string' || !Array.isArray(side) ? [side as string | Source] : side;
  return [{ ...loaded, side: [...own, ...manifests] }, error];
}

/** What an upgrade does with the installed values, if it is told to. */
export type ReuseMode = 'reuse-values' | 'reset-then-reuse-values';

/**
 * A request as Helm makes it of `helm upgrade --reuse-values` (Helm 3.19 `pkg/action/upgrade.go`, `reuseValues`): all that the
 * installed release saw takes the place of the new chart's defaults, which therefore do not count. Of a chart that wraps Gloo's
 * it takes the place of that chart's own values.
 */
function reusing(options: RequestOptions, { values, chart }: Release, mode: ReuseMode): RequestOptions {
  if (mode === 'reset-then-reuse-values') return { ...options, reused: { values } };
  const seen = coalesce(values, chart.values).values;
  if (options.recorded?.partialOf === undefined) return { ...options, reused: { values, defaults: seen } };
  return { ...options, reused: { values }, wrapperValues: [seen as GlooValues] }; // Values are values: the types say less.
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
