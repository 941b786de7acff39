import type { Value, ValueMap } from '../../src/value.ts';

/** A gateway proxy's Deployment (or another workload); `pod` is its pods' spec beside the containers. */
export function workload(options: {
  readonly kind?: string;
  readonly name?: string;
  readonly container?: ValueMap;
  readonly containers?: readonly ValueMap[];
  readonly annotations?: ValueMap;
  readonly podLabels?: ValueMap;
  readonly pod?: ValueMap;
  readonly spec?: ValueMap;
  readonly metadata?: ValueMap;
}): ValueMap {
  const { kind = 'Deployment', name = 'gateway-proxy', container = {}, annotations, pod = {}, spec = {} } = options;
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace: 'gloo-system', labels: { gloo: 'gateway-proxy' }, ...options.metadata },
    spec: {
      ...spec,
      template: {
        metadata: {
          labels: { gloo: 'gateway-proxy', ...options.podLabels },
          ...(annotations === undefined ? {} : { annotations }),
        },
        spec: { containers: options.containers ?? [{ name: 'gateway-proxy', image: 'a/b:1', ...container }], ...pod },
      },
    },
  };
}

/** The ConfigMap with a proxy's bootstrap. */
export function configMap(data: ValueMap, name = 'gateway-proxy-envoy-config'): ValueMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'gloo-system', labels: { gloo: 'gateway-proxy' } },
    data,
  };
}

/** Any other object. */
export function object(kind: string, name: string, fields: ValueMap = {}, apiVersion = 'v1'): ValueMap {
  return { apiVersion, kind, metadata: { name, namespace: 'gloo-system' }, ...fields };
}

/** Variables of a container, by name. */
export function env(variables: Readonly<Record<string, string>>): Value {
  return Object.entries(variables).map(([name, value]) => ({ name, value }));
}
