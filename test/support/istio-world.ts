import type { UpstreamRow } from '../../src/istio/check/types.ts';
import type { ValueMap } from '../../src/value.ts';
import type { MtlsWorld } from '../../src/verbs/check.ts';

const object = (kind: string, apiVersion: string, name: string, namespace: string, rest: ValueMap): ValueMap => ({
  ...{ apiVersion, kind, metadata: { name, namespace }, ...rest },
});

/** A mesh in which everything is known and the only Upstream works by auto mTLS and STRICT, with changes. */
export function world(
  { isAmbient = false, istioVersion = '1.22.3' }: { readonly isAmbient?: boolean; readonly istioVersion?: string },
  ...more: readonly ValueMap[]
): MtlsWorld {
  const labels = { app: 'web', 'security.istio.io/tlsMode': 'istio' };
  const containers = [{ name: 'app' }, ...(isAmbient ? [] : [{ name: 'istio-proxy' }])];
  const pod = { metadata: { name: 'web-1', namespace: 'shop', labels } };
  const objects = [
    object('Upstream', 'gloo.solo.io/v1', 'web', 'gloo-system', {
      spec: { kube: { serviceName: 'web', serviceNamespace: 'shop', servicePort: 80 } },
    }),
    object('Service', 'v1', 'web', 'shop', {
      spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    }),
    {
      apiVersion: 'v1',
      kind: 'Pod',
      ...pod,
      spec: { serviceAccountName: 'web', containers },
      status: { phase: 'Running' },
    },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'gloo-system' } },
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop', labels: isAmbient ? { 'istio.io/dataplane-mode': 'ambient' } : {} },
    },
    object('PeerAuthentication', 'security.istio.io/v1', 'default', 'shop', { spec: { mtls: { mode: 'STRICT' } } }),
    ...more,
  ];
  return {
    ...{ objects, complete: true, istioVersion, chartVersion: '1.18.5' },
    values: [{ global: { istioIntegration: { enabled: true, enableAutoMtls: true } } }],
  };
}

/** The complete messages about Upstreams, in parts that occur repeatedly. */
export function partsOfRows(rows: readonly UpstreamRow[]): unknown[] {
  return rows.flatMap(({ reasons, ...row }) => [row, ...reasons]);
}
