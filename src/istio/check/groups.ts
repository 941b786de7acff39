import { type AskedUpstream, gatewaysOfGloo, kubeRoutes, servicesInRoutes } from './kube.ts';
import { type GatewayProxy, gatewayProxies, kubeProxies } from './proxies.ts';
import { glooRoutes } from './routed.ts';
import type { UpstreamRow } from './types.ts';
import type { World } from './world.ts';

/** The proxies of one kind, and what is asked about them. */
export interface ProxyGroup {
  readonly kind: UpstreamRow['proxies'];
  readonly proxies: readonly GatewayProxy[];
  /** The kinds of routes that lead to them. */
  readonly routes: readonly string[];
  readonly upstreams: readonly AskedUpstream[];
}

/** The proxies of the chart, and those of Gateways of the Kubernetes Gateway API where there are any. */
export function proxyGroupsOf(world: World): readonly ProxyGroup[] {
  const upstreams = world.of('Upstream').map((upstream): AskedUpstream => ({ upstream, open: [] }));
  const [ofChart, ofGateways] = [gatewayProxies(world), kubeProxies(world)];
  const asked = { proxies: ofChart, upstreams };
  if (ofGateways.length === 0 && gatewaysOfGloo(world).length === 0)
    return [{ ...asked, kind: undefined, routes: [...glooRoutes, ...kubeRoutes] }];
  const whole = [...upstreams, ...servicesInRoutes(world)];
  return [
    ...(ofChart.length === 0 ? [] : [{ ...asked, kind: 'gateway-proxy', routes: glooRoutes } as const]),
    { kind: 'kube-gateway', proxies: ofGateways, routes: kubeRoutes, upstreams: whole },
  ];
}
