import { staticFeatures } from '../proxy/bootstrap.ts';
import type { Listener } from '../proxy/listeners.ts';
import { bareText } from '../proxy/read.ts';
import { has, mapIn } from '../proxy/scope.ts';
import type { ValueMap } from '../value.ts';
import type { KubeProxy } from './proxy.ts';

/** Envoy's bootstrap configuration for such a proxy. Undefined values are omitted. */
export interface KubeBootstrap {
  readonly staticLayer: ValueMap | undefined;
  readonly nodeCluster: string;
  readonly role: string;
  readonly readinessListener: string;
  readonly healthCheck: boolean;
  readonly statsListener: Listener | undefined;
  readonly xds: {
    readonly name: string;
    readonly host: string | null;
    readonly port: number;
    readonly keepalive: { readonly time: { readonly value: number } };
    readonly tls: boolean;
    readonly secretsVersion: 'V3';
  };
  readonly loopback: string;
  readonly sds: { readonly tls: false } | undefined;
  readonly sts: { readonly name: string | null; readonly host: string | null } | undefined;
  readonly apiVersion: { readonly value: 'V3' };
}

/** What the control plane determines about the bootstrap. */
export function bootstrapOf(proxy: KubeProxy): KubeBootstrap {
  const { chart, control, gateway, kube, mutualTls, name } = proxy;
  const { namespace } = gateway;
  const { aws } = control;
  const features = staticFeatures(chart);
  return {
    staticLayer: features && { envoy: { reloadable_features: features } },
    nodeCluster: `${name}.${namespace}`,
    role: `gloo-kube-gateway-api~${namespace}~${namespace}-${gateway.name}`,
    readinessListener: chart.has('kubeOptionalParts') ? 'readiness_listener' : 'read_config_listener',
    healthCheck: has(mapIn(kube, 'podTemplate'), 'readinessProbe'),
    statsListener: statsListenerOf(proxy),
    xds: {
      name: 'xds_cluster',
      host: control.xdsHost === '' ? null : control.xdsHost,
      port: control.xdsPort,
      keepalive: { time: { value: 10 } },
      tls: mutualTls.gloo,
      secretsVersion: 'V3',
    },
    loopback: '127.0.0.1',
    sds: mutualTls.istio || mutualTls.gloo ? { tls: false } : undefined,
    sts:
      chart.has('kubeAws') && aws?.enableServiceAccountCredentials === true
        ? { name: aws.stsClusterName || null, host: aws.stsUri || null }
        : undefined,
    apiVersion: { value: 'V3' },
  };
}

function statsListenerOf({ chart, kube }: KubeProxy): Listener | undefined {
  const stats = mapIn(kube, 'stats');
  if (!chart.has('kubeOptionalParts') || !has(stats, 'enabled')) return undefined;
  const routes: Listener['routes'] = [
    { kind: 'path', match: '/ready', rewrite: undefined },
    { kind: 'prefix', match: '/metrics', rewrite: { value: bareText(stats, 'routePrefixRewrite') } },
    ...(has(stats, 'enableStatsRoute')
      ? [
          {
            kind: 'prefix',
            match: '/stats',
            rewrite: { value: bareText(stats, 'statsRoutePrefixRewrite') },
          } as const,
        ]
      : []),
  ];
  return {
    name: 'prometheus_listener',
    port: 9091,
    prefix: 'prometheus',
    routes,
    typedRouter: true,
    tracing: undefined,
  };
}
