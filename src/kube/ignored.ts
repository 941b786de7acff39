import type { KubeObject } from '../objects/object.ts';
import type { Path, Problem } from '../problem.ts';
import { isList, isMap, type Value, valueAt } from '../value.ts';

const istio: Path = ['spec', 'kube', 'istio'];
/** Where the Gateway's own parameters say something, those of the class still count. */
const ofClass = ['istioDiscoveryAddress', 'istioMetaMeshId', 'istioMetaClusterId'];

/** What a Gateway and its parameters ask for, and the control plane of no release reads; `sources` are its own parameters before the class's. */
export function ignoredIn(gateway: KubeObject, sources: readonly KubeObject[]): Problem[] {
  const found: Problem[] = [];
  const ignored = (object: KubeObject, path: Path, message: string, hint: string): void => {
    found.push(object.problem({ code: 'kube-part-ignored', severity: 'warning', message, hint }, path));
  };
  for (const key of ['infrastructure', 'addresses']) {
    const path = ['spec', key];
    if (isFilled(valueAt(gateway.object, ...path)))
      ignored(
        gateway,
        path,
        `Gloo's control plane does not read ${key} of a Gateway, so it has no effect.`,
        'Set service and podTemplate (extraLabels, extraAnnotations, type) in GatewayParameters instead.',
      );
  }
  for (const source of sources) {
    const path = [...istio, 'customSidecars'];
    if (isFilled(valueAt(source.object, ...path)))
      ignored(source, path, 'No release puts istio.customSidecars into these proxies.', 'Change istioProxyContainer.');
  }
  const [own, base] = sources;
  if (own === undefined || base === undefined) return found;
  for (const key of ofClass) {
    const path = [...istio, 'istioProxyContainer', key];
    const [asked, kept] = [own, base].map(({ object }) => valueAt(object, ...path) ?? null);
    if (asked !== null && kept !== null && asked !== kept)
      ignored(
        own,
        path,
        `${key} of the class's GatewayParameters applies, not that of the Gateway's own.`,
        `Set kubeGateway.gatewayParameters.glooGateway.istio.istioProxyContainer.${key}, or use a class of your own.`,
      );
  }
  return found;
}

function isFilled(value: Value | undefined): boolean {
  return isList(value) ? value.length > 0 : isMap(value) && Object.keys(value).length > 0;
}
