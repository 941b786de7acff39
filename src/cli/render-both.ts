import { ProblemList } from '../problem.ts';
import type { KubeInput } from '../verbs/decide-kube.ts';
import type { RequestOptions } from '../verbs/prepare.ts';
import { type RenderResult, renderRequest } from '../verbs/render.ts';
import { renderKubeRequest } from '../verbs/render-kube.ts';

/** The chart's proxies, and those that the control plane deploys for Gateways. */
export function renderBoth(
  options: RequestOptions,
  kube: KubeInput | undefined,
  asked: NonNullable<Parameters<typeof renderRequest>[1]>,
): RenderResult {
  const ofChart = renderRequest(options, asked);
  if (kube === undefined || ofChart.status === 'failed') return ofChart;
  const deployed = renderKubeRequest({ ...options, ...kube }, asked);
  const list = new ProblemList('many documents');
  // If the proxies of Gateways are requested, it does not matter that the chart itself has none.
  list.addAll(ofChart.problems.filter(({ code }) => code !== 'no-proxy-rendered'));
  list.addAll(deployed.problems);
  const isOk = ofChart.status === 'ok' && deployed.status === 'ok';
  const manifests = isOk ? [...ofChart.manifests, ...deployed.manifests] : [];
  return { ...ofChart, status: isOk ? 'ok' : 'findings', manifests, problems: list.sorted() };
}
