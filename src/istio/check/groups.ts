import type { KubeObject } from '../../objects/object.ts';
import { type AskedUpstream, gatewaysOfGloo, isLetIn, kubeRoutes, servicesInRoutes } from './kube.ts';
import { type GatewayProxy, gatewayProxies, kubeProxies } from './proxies.ts';
import { glooRoutes } from './routed.ts';
import type { UpstreamRow } from './types.ts';
import type { World } from './world.ts';

/** The proxies of one kind, and the Upstreams to check for them. */
export interface ProxyGroup {
  readonly kind: UpstreamRow['proxies'];
  readonly proxies: readonly GatewayProxy[];
  /** The routes that lead to them; undefined if no object was given that could be one, so that nothing is known about them. */
  readonly routes: readonly KubeObject[] | undefined;
  readonly upstreams: readonly AskedUpstream[];
}

/** The proxies of the chart, and those of Gateways of the Kubernetes Gateway API where there are any. */
export function proxyGroupsOf(world: World): readonly ProxyGroup[] {
  const upstreams = world.of('Upstream').map((upstream): AskedUpstream => ({ upstream, open: [] }));
  const [ofChart, ofGateways] = [gatewayProxies(world), kubeProxies(world)];
  const [ofGloo, ofApi] = [glooRoutes, kubeRoutes].map((kinds) => kinds.flatMap((kind) => world.of(kind)));
  const given = (routes: readonly KubeObject[] = []): readonly KubeObject[] | undefined =>
    routes.length === 0 ? undefined : routes;
  const asked = { proxies: ofChart, upstreams };
  if (ofGateways.length === 0 && gatewaysOfGloo(world).length === 0)
    return [{ ...asked, kind: undefined, routes: given([...(ofGloo ?? []), ...(ofApi ?? [])]) }];
  const whole = [...upstreams, ...servicesInRoutes(world)];
  return [
    ...(ofChart.length === 0 ? [] : [{ ...asked, kind: 'gateway-proxy', routes: given(ofGloo) } as const]),
    {
      ...({ kind: 'kube-gateway', proxies: ofGateways, upstreams: whole } as const),
      routes: given(ofApi)?.filter((route) => isLetIn(route, world)),
    },
  ];
}
