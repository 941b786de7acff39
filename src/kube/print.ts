import { type Manifest, manifestOf } from '../proxy/print.ts';
import type { KubeDecision } from './decide.ts';
import type { KubeMetadata } from './proxy.ts';
import { templates } from './templates.gen.ts';

/** The printed objects of one proxy. */
export interface PrintedKube {
  readonly configMap: Manifest;
  readonly workload: Manifest;
  readonly others: readonly Manifest[];
}

/** Prints the objects for a Gateway; undefined if nothing is deployed for it. */
export function printKube({ gateway, objects }: KubeDecision): PrintedKube | undefined {
  if (objects === undefined) return undefined;
  const print = (
    kind: Manifest['kind'],
    template: keyof typeof templates,
    model: { readonly metadata: KubeMetadata } | undefined,
  ): Manifest[] => {
    if (model === undefined) return [];
    const { name, namespace } = model.metadata;
    return [manifestOf({ kind, name, namespace, proxy: gateway.name }, templates[template](model))];
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
