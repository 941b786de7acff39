import type { ValueMap } from '../../src/value.ts';

/** Gateway edge/http, which names the parameters edge/own; the fields given replace its own. */
export function gateway({ metadata, spec }: { readonly metadata?: ValueMap; readonly spec?: ValueMap } = {}): ValueMap {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: {
      name: 'http',
      namespace: 'edge',
      annotations: { 'gateway.gloo.solo.io/gateway-parameters-name': 'own' },
      ...metadata,
    },
    spec: { gatewayClassName: 'gloo-gateway', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }], ...spec },
  };
}

/** GatewayParameters edge/own. */
export function ownParameters(kube: ValueMap): ValueMap {
  return {
    apiVersion: 'gateway.gloo.solo.io/v1alpha1',
    kind: 'GatewayParameters',
    metadata: { name: 'own', namespace: 'edge' },
    spec: { kube },
  };
}

/** A GatewayClass, by default of Gloo's controller. */
export function gatewayClass(name: string, controllerName = 'solo.io/gloo-gateway', spec: ValueMap = {}): ValueMap {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name },
    spec: { controllerName, ...spec },
  };
}
