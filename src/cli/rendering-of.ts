import type { KubeInput } from '../verbs/decide-kube.ts';
import type { RenderResult, renderRequest } from '../verbs/render.ts';
import type { ReleaseRequest } from './release-request.ts';

/**
 * The chart's rendering of the values, or what the control plane deploys for Gateways; each is imported only when
 * needed.
 */
export async function renderingOf(
  options: ReleaseRequest['options'],
  asked: NonNullable<Parameters<typeof renderRequest>[1]>,
  kube: KubeInput | undefined,
): Promise<RenderResult> {
  if (kube === undefined) return (await import('../verbs/render.ts')).renderRequest(options, asked);
  const { renderKubeRequest } = await import('../verbs/render-kube.ts');
  return renderKubeRequest({ ...options, ...kube }, asked);
}
