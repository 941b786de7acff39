import type { Chart } from './chart.ts';

/** Whether the values request the sidecars and the SDS server, and for which purpose. */
export interface MutualTls {
  /** Certificates of the Istio mesh: the default or custom sidecars, and their volumes. */
  readonly istio: boolean;
  /** Gloo's own control plane mTLS. */
  readonly gloo: boolean;
  /** The gateway_proxy_sds cluster in Envoy's bootstrap. */
  readonly cluster: boolean;
}

/** The parts of `global` that enable it, each by its `enabled`. */
export type MutualTlsSwitch = 'istioSDS' | 'istioIntegration' | 'glooMtls';

/** How a release interprets the switches: not every release reads each of them. */
export function mutualTlsIn(chart: Chart, isEnabled: (part: MutualTlsSwitch) => boolean): MutualTls {
  const sds = isEnabled('istioSDS');
  const readsIntegration = chart.has('istioIntegrationSidecars') || chart.has('istioIntegrationCluster');
  const integration = readsIntegration && isEnabled('istioIntegration');
  const gloo = isEnabled('glooMtls');
  return {
    istio: sds || (integration && chart.has('istioIntegrationSidecars')),
    gloo,
    cluster: gloo || sds || (integration && chart.has('istioIntegrationCluster')),
  };
}
