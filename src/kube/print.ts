import { type Manifest, manifestOf } from '../proxy/print.ts';
import { renderObject } from '../proxy/template.ts';
import type { ChartObjects } from './chart-objects.ts';
import type { KubeDecision } from './decide.ts';
import type { KubeMetadata } from './proxy.ts';

/** Prints the chart's own two objects for these proxies. */
export function printChartObjects({ gatewayClass, parameters }: ChartObjects): Manifest[] {
  const printed: Manifest[] = [];
  if (gatewayClass !== undefined) {
    const name = gatewayClass.name ?? '';
    const identity = { kind: 'GatewayClass', name, namespace: '', proxy: '' } as const;
    printed.push(manifestOf(identity, renderObject('gateway-class', gatewayClass)));
  }
  if (parameters !== undefined) {
    const { namespace } = parameters;
    const identity = { kind: 'GatewayParameters', name: 'gloo-gateway', namespace, proxy: '' } as const;
    printed.push(manifestOf(identity, renderObject('gateway-parameters', parameters)));
  }
  return printed;
}

/** The objects of one proxy as they are printed. */
export interface PrintedKube {
  readonly configMap: Manifest;
  readonly workload: Manifest;
  readonly others: readonly Manifest[];
}

/** Prints what was decided about a Gateway; undefined where nothing is deployed for it. */
export function printKube({ gateway, objects }: KubeDecision): PrintedKube | undefined {
  if (objects === undefined) return undefined;
  const print = (
    kind: Manifest['kind'],
    template: string,
    model: { readonly metadata: KubeMetadata } | undefined,
  ): Manifest[] => {
    if (model === undefined) return [];
    const { name, namespace } = model.metadata;
    return [manifestOf({ kind, name, namespace, proxy: gateway.name }, renderObject(template, model))];
  };
  const [configMap] = print('ConfigMap', 'kube-configmap', objects.configMap);
  const [workload] = print('Deployment', 'kube-deployment', objects.deployment);
  if (configMap === undefined || workload === undefined) return undefined;
  return {
    configMap,
    workload,
    others: [
      ...print('ConfigMap', 'kube-ai-stats', objects.aiStats),
      ...print('Secret', 'kube-secret', objects.secret),
      ...print('Service', 'kube-service', objects.service),
      ...print('ServiceAccount', 'kube-service-account', objects.serviceAccount),
    ],
  };
}
