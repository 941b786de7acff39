import { isMap, mapAt, mapsIn, textOf, type ValueMap, wordOf } from '../../value.ts';
import type { ControlPlaneEnv } from './control-plane.ts';
import { message, rawBufferSocket, tlsSocket } from './envoy-json.ts';
import type { Gloo } from './release.ts';
import { sdsSource } from './ssl-config.ts';

/** What auto mTLS does to an Upstream's cluster. */
export interface AutoMtls {
  /** Undefined if auto mTLS does not touch the cluster; an empty list removes what others have set. */
  readonly matches: readonly ValueMap[] | undefined;
  readonly log: readonly string[];
}

/**
 * Auto mTLS gives every Upstream without `sslConfig` two transport sockets: mTLS for endpoints that are labelled, and
 * plain text for all others, which also takes precedence over the cluster's own socket. Without the integration it only
 * logs an error.
 */
export function autoMtlsOf(upstream: ValueMap, settings: ValueMap, gloo: Gloo, env: ControlPlaneEnv): AutoMtls {
  const { enableAutoMtls, enableIntegration } = mapAt(settings, 'gloo', 'istioOptions');
  const isAsked =
    gloo.has('autoMtls') &&
    enableAutoMtls === true &&
    upstream['disableIstioAutoMtls'] !== true &&
    !isMap(upstream['sslConfig']);
  if (!isAsked) return { matches: undefined, log: [] };
  if (enableIntegration !== true) {
    const value = gloo.has('autoMtlsBySettings') ? 'istioIntegration.enabled' : 'istioSds.enabled';
    return {
      matches: [],
      log: [`error: Istio integration must be enabled to use auto mTLS. Enable integration with ${value}=true`],
    };
  }
  const socket = tlsSocket({
    common: message({
      alpnProtocols: ['istio'],
      tlsCertificateSdsSecretConfigs: [meshSecret('istio_server_cert', gloo)],
      tlsParams: {},
      validationContextSdsSecretConfig: meshSecret('istio_validation_context', gloo),
    }),
    sni: gloo.has('autoMtlsSni') ? meshSni(upstream) : undefined,
  });
  return {
    matches: [
      { name: 'tlsMode-istio', match: { tlsMode: 'istio' }, transportSocket: socket },
      { name: 'tlsMode-disabled', match: {}, transportSocket: rawBufferSocket },
    ],
    log: env.warnsOfSidecar
      ? [
          'warn: Istio sidecar injection (istioIntegration.enableIstioSidecarOnGateway) should be disabled for Istio automtls mode',
        ]
      : [],
  };
}

function meshSecret(name: string, gloo: Gloo): ValueMap {
  const service = { envoyGrpc: { clusterName: 'gateway_proxy_sds' } };
  return sdsSource(name, service, gloo, { setNodeOnFirstMessageOnly: true });
}

/** The name that Istio's own proxies send for a Service; the trust domain is always cluster.local. */
function meshSni(upstream: ValueMap): string | undefined {
  const kube = upstream['kube'];
  if (isMap(kube)) {
    const { serviceName, serviceNamespace, servicePort } = kube;
    const host = `${textOf(serviceName) ?? ''}.${textOf(serviceNamespace) ?? ''}.svc.cluster.local`;
    return `outbound_.${wordOf(servicePort ?? 0)}_._.${host}`;
  }
  const host = mapsIn(mapAt(upstream, 'static')['hosts'])[0];
  if (host === undefined) return undefined;
  return textOf(host['sniAddr']) || `outbound_.${wordOf(host['port'] ?? 0)}_._.${textOf(host['addr']) ?? ''}`;
}
