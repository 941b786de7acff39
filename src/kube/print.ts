import { type Manifest, manifestOf } from '../proxy/print.ts';
import { renderObject } from '../proxy/template.ts';
import type { KubeDecision } from './decide.ts';
import type { KubeMetadata } from './proxy.ts';
import { templates } from './templates.gen.ts';

/** The printed objects of one proxy. */
export interface PrintedKube {
  readonly configMap: Manifest;
  readonly workload: Manifest;
  readonly others: readonly Manifest[];
}

interface Model {
  readonly metadata: KubeMetadata;
}

/** Prints the objects for a Gateway; undefined if nothing is deployed for it. */
export function printKube({ gateway, objects }: KubeDecision): PrintedKube | undefined {
  if (objects === undefined) return undefined;
  const print = (kind: Manifest['kind'], template: keyof typeof templates, model: Model): Manifest => {
    const { name, namespace } = model.metadata;
    return manifestOf({ kind, name, namespace, proxy: gateway.name }, renderObject(templates[template], model));
  };
  const { aiStats, secret } = objects;
  return {
    configMap: print('ConfigMap', 'kube-configmap', objects.configMap),
    workload: print('Deployment', 'kube-deployment', objects.deployment),
    others: [
      ...(aiStats === undefined ? [] : [print('ConfigMap', 'kube-ai-stats', aiStats)]),
      ...(secret === undefined ? [] : [print('Secret', 'kube-secret', secret)]),
      print('Service', 'kube-service', objects.service),
      print('ServiceAccount', 'kube-service-account', objects.serviceAccount),
    ],
  };
}
