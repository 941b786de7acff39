import { printed, truthy } from '../../go/template.ts';
import { type Value, type ValueList, type ValueMap, valueAt } from '../../value.ts';
import { bareWhole, text } from '../read.ts';
import { mapIn } from '../scope.ts';
import type { GatewayPort, KubeWorld } from './gateway.ts';
import { nameOf, namespaceOf } from './gateway.ts';
import { type KubeMetadata, type KubeProxy, metadataOf } from './proxy.ts';

/** The Service of a proxy. What is undefined is left out. */
export interface KubeService {
  readonly metadata: KubeMetadata;
  readonly type: string | null;
  readonly externalTrafficPolicy: string | null;
  readonly clusterIP: string | null;
  readonly ports: ValueList;
  readonly selector: ValueMap;
}

/** What the control plane decides about the Service. */
export function serviceOf(proxy: KubeProxy): KubeService {
  const service = mapIn(proxy.kube, 'service');
  return {
    metadata: metadataOf(proxy, extrasIn(service.map)),
    // The control plane's chart has a type of its own where none is given.
    type: 'type' in service.map ? text(service, 'type') : 'LoadBalancer',
    externalTrafficPolicy: text(service, 'externalTrafficPolicy'),
    clusterIP: text(service, 'clusterIP'),
    ports: proxy.ports.map(({ port, targetPort, nodePort, ...listener }): Value => ({
      ...namedPort(listener, proxy),
      protocol: 'TCP',
      targetPort,
      port,
      ...(nodePort === undefined ? {} : { nodePort }),
    })),
    selector: proxy.selector,
  };
}

export function serviceAccountOf(proxy: KubeProxy): { readonly metadata: KubeMetadata } {
  return { metadata: metadataOf(proxy, extrasIn(mapIn(proxy.kube, 'serviceAccount').map)) };
}

function extrasIn({ extraLabels, extraAnnotations }: ValueMap): Parameters<typeof metadataOf>[1] {
  // Both are maps of strings, if they are there.
  return {
    ...(truthy(extraLabels) ? { labels: extraLabels as ValueMap } : {}),
    ...(truthy(extraAnnotations) ? { annotations: extraAnnotations as ValueMap } : {}),
  };
}

/** The name of a port as it arrives: the control plane's chart prints it without quotes. */
export function namedPort({ name, listener }: Pick<GatewayPort, 'name' | 'listener'>, proxy: KubeProxy): ValueMap {
  if (listener === undefined) return { name };
  const { found, path } = proxy.listeners;
  const scope = { map: { name }, path: [...path, String(listener.index)], found };
  return { name: name === 'null' || name === '~' ? null : bareWhole(scope, 'name', printed(name), name) };
}

/** The certificates for the control plane, copied to where the proxy is; undefined where it needs none. */
export function secretOf(
  proxy: KubeProxy,
  { secrets }: KubeWorld,
): { readonly metadata: KubeMetadata; readonly data: ValueMap | undefined } | undefined {
  if (!proxy.mutualTls.gloo) return undefined;
  const { namespace, annotations, owner } = { ...metadataOf(proxy) };
  const secret = mtlsSecret(secrets ?? [], proxy.control.namespace);
  const data = valueAt(secret, 'data');
  const kept = ['ca.crt', 'tls.crt', 'tls.key'].flatMap((key): [string, Value][] => {
    const value = valueAt(data, key);
    return value === undefined || value === null ? [] : [[key, value]];
  });
  return {
    metadata: { name: 'gloo-mtls-certs', namespace, annotations, labels: undefined, owner },
    data: secret === undefined ? undefined : Object.fromEntries(kept),
  };
}

export function mtlsSecret(secrets: readonly ValueMap[], namespace: string): ValueMap | undefined {
  return secrets.find((secret) => nameOf(secret) === 'gloo-mtls-certs' && namespaceOf(secret) === namespace);
}
