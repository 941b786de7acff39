import { truthy } from '../go/template.ts';
import type { KubeObject } from '../objects/object.ts';
import { bareText, text } from '../proxy/read.ts';
import { mapIn } from '../proxy/scope.ts';
import { defined, mapAt, type Value, type ValueList, type ValueMap } from '../value.ts';
import type { GatewayPort, KubeWorld } from './gateway.ts';
import { type KubeMetadata, type KubeProxy, objectMetadata } from './proxy.ts';

/** The Service of a proxy. Undefined values are omitted. */
export interface KubeService {
  readonly metadata: KubeMetadata;
  readonly type: string | null;
  readonly externalTrafficPolicy: string | null;
  readonly clusterIP: string | null;
  readonly ports: ValueList;
  readonly selector: ValueMap;
}

/** What the control plane determines about the Service. */
export function kubeServiceOf(proxy: KubeProxy): KubeService {
  const service = mapIn(proxy.kube, 'service');
  return {
    metadata: objectMetadata(proxy, extrasIn(service.map)),
    // The control plane's chart has a default type.
    type: 'type' in service.map ? text(service, 'type') : 'LoadBalancer',
    externalTrafficPolicy: text(service, 'externalTrafficPolicy'),
    clusterIP: text(service, 'clusterIP'),
    ports: proxy.ports.map(
      ({ port, targetPort, nodePort, ...listener }): Value => ({
        ...namedPort(listener, proxy),
        protocol: 'TCP',
        targetPort,
        port,
        ...defined({ nodePort }),
      }),
    ),
    selector: proxy.selector,
  };
}

export function serviceAccountOf(proxy: KubeProxy): { readonly metadata: KubeMetadata } {
  return { metadata: objectMetadata(proxy, extrasIn(mapIn(proxy.kube, 'serviceAccount').map)) };
}

function extrasIn({ extraLabels, extraAnnotations }: ValueMap): Parameters<typeof objectMetadata>[1] {
  // Both are maps of strings, if set.
  return {
    ...(truthy(extraLabels) ? { labels: extraLabels as ValueMap } : {}),
    ...(truthy(extraAnnotations) ? { annotations: extraAnnotations as ValueMap } : {}),
  };
}

/** The name of a port after parsing: the control plane's chart prints it without quotes. */
export function namedPort({ name, listener }: Pick<GatewayPort, 'name' | 'listener'>, proxy: KubeProxy): ValueMap {
  if (listener === undefined) return { name };
  const { of, index } = listener;
  const scope = { map: { name }, path: ['spec', 'listeners', index], found: proxy.foundIn(of) };
  const printed = bareText(scope, 'name');
  return printed === null ? {} : { name: printed };
}

/** The control plane's certificates, copied to the proxy's namespace; undefined if it needs none. */
export function secretOf(
  proxy: KubeProxy,
  { secrets }: KubeWorld,
): { readonly metadata: KubeMetadata; readonly data: ValueMap | undefined } | undefined {
  if (!proxy.mutualTls.gloo) return undefined;
  const { namespace, annotations, owner } = objectMetadata(proxy);
  const secret = mtlsSecret(secrets ?? [], proxy.control.namespace);
  const data = mapAt(secret?.object, 'data');
  const parts = ['ca.crt', 'tls.crt', 'tls.key'].map((key): [string, Value] => [key, data[key] ?? null]);
  return {
    metadata: { name: 'gloo-mtls-certs', namespace, annotations, labels: undefined, owner },
    data: secret === undefined ? undefined : Object.fromEntries(parts),
  };
}

/** The Secret that the control plane copies. */
export function mtlsSecret(secrets: readonly KubeObject[], wanted: string): KubeObject | undefined {
  return secrets.find(({ name, namespace }) => name === 'gloo-mtls-certs' && namespace === wanted);
}
