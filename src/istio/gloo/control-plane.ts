import { isTrueText } from '../../go/bool.ts';
import { isMap, textOf, type ValueMap, wordOf } from '../../value.ts';

/** What the environment of Gloo's control plane enables. */
export interface ControlPlaneEnv {
  /** Whether Istio's own sidecar is on the gateway: endpoints are Services, and routes rewrite their host. */
  readonly hasSidecar: boolean;
  /** The same as auto mTLS reads it, which compares case-sensitively. */
  readonly warnsOfSidecar: boolean;
  /** The Kubernetes Gateway API is served. */
  readonly isKubeGateway: boolean;
}

/** Reads the variables of the `gloo` container. */
export function controlPlaneEnv(env: ValueMap): ControlPlaneEnv {
  // Up to 1.17.0-beta12 the variable had another name.
  const sidecar = textOf(env['ENABLE_ISTIO_SIDECAR_ON_GATEWAY'] ?? env['ENABLE_ISTIO_INTEGRATION']);
  return {
    hasSidecar: sidecar?.toLowerCase() === 'true',
    warnsOfSidecar: sidecar === 'true',
    isKubeGateway: isTrueText(textOf(env['GG_K8S_GW_CONTROLLER'])),
  };
}

/** The name of a cluster in Envoy's statistics if the Kubernetes Gateway API is served. */
export function clusterStatsName(name: string, namespace: string, upstream: ValueMap): string {
  const { kube } = upstream;
  if (!isMap(kube)) return `${name}_${namespace}`.replaceAll(':', '_');
  const shown = name.startsWith('kube-svc:') ? name : `kube-upstream_${name}`;
  const parts = [shown, namespace, kube['serviceNamespace'], kube['serviceName'], kube['servicePort'] ?? 0];
  return parts
    .map((part) => wordOf(part ?? ''))
    .join('_')
    .replaceAll(':', '_');
}
