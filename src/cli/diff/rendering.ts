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

/** A rendering as a side; it is compared only if it succeeded. */
export interface RenderedSide extends Loaded, Pick<RenderResult, 'status' | 'problems' | 'chartVersion'> {
  readonly texts: ReadonlyMap<string, string>;
  /** The settings that the user did not give and that were taken from elsewhere. */
  readonly notes: readonly string[];
}

/**
 * Renders a request. What the request leaves out is taken from the release it is compared with: chart version,
 * namespace, name, and without any values also its values. With `controlPlane` the side is what mTLS values change
 * outside the proxies.
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
      'make the left side a record: --installed FILE',
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
 * A record, with what the control plane of its release deployed for these Gateways, which Helm does not know about. If
 * that release deploys nothing for them, the second part says why.
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

/** What an upgrade does with the installed values, if an option asks for it. */
export type ReuseMode = 'reuse-values' | 'reset-then-reuse-values';

/**
 * A request as Helm builds it for `helm upgrade --reuse-values` (Helm 3.19 `pkg/action/upgrade.go`, `reuseValues`): the
 * installed release's complete values replace the new chart's defaults, which therefore do not count. For a chart that
 * wraps Gloo's they replace that chart's own values.
 */
function reusing(options: RequestOptions, { values, chart }: Release, mode: ReuseMode): RequestOptions {
  if (mode === 'reset-then-reuse-values') return { ...options, reused: { values } };
  const seen = coalesce(values, chart.values).values;
  if (options.recorded?.partialOf === undefined) return { ...options, reused: { values, defaults: seen } };
  return { ...options, reused: { values }, wrapperValues: [seen as GlooValues] }; // These are values; only the declared type is wider.
}

/**
 * A request completed from a record. The record's values are used if the request has none (`stored`), or with `beneath`
 * as the lowest layer.
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
    // The record's values are values; only the declared type is wider.
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
