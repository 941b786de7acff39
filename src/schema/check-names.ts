/** Names that users give to values of Gloo's chart because other charts, or Kubernetes itself, use them. */
import type { Path } from '../problem.ts';
import { isList, isMap, lookupTable, type Value } from '../value.ts';
import { fieldsAt } from './fields-at.ts';
import type { ValueField } from './values-model.ts';

/** The path in a proxy that each stands for; keys in lower case. */
const inProxy: Readonly<Record<string, Path>> = lookupTable({
  annotations: ['podTemplate', 'extraAnnotations'],
  args: ['extraEnvoyArgs'],
  autoscaler: ['horizontalPodAutoscaler'],
  autoscaling: ['horizontalPodAutoscaler'],
  env: ['kind', 'deployment', 'customEnv'],
  envvars: ['kind', 'deployment', 'customEnv'],
  extraargs: ['extraEnvoyArgs'],
  extraenv: ['kind', 'deployment', 'customEnv'],
  extralabels: ['podTemplate', 'extraGatewayProxyLabels'],
  hostnetwork: ['kind', 'daemonSet', 'hostNetwork'],
  hpa: ['horizontalPodAutoscaler'],
  imagepullpolicy: ['podTemplate', 'image', 'pullPolicy'],
  imagepullsecret: ['podTemplate', 'image', 'pullSecret'],
  imagepullsecrets: ['podTemplate', 'image', 'pullSecret'],
  labels: ['podTemplate', 'extraGatewayProxyLabels'],
  livenessprobe: ['podTemplate', 'customLivenessProbe'],
  pdb: ['podDisruptionBudget'],
  podannotations: ['podTemplate', 'extraAnnotations'],
  podlabels: ['podTemplate', 'extraGatewayProxyLabels'],
  priorityclass: ['kind', 'deployment', 'priorityClassName'],
  priorityclassname: ['kind', 'deployment', 'priorityClassName'],
  replicas: ['kind', 'deployment', 'replicas'],
  replicacount: ['kind', 'deployment', 'replicas'],
  servicetype: ['service', 'type'],
  terminationgraceperiod: ['podTemplate', 'terminationGracePeriodSeconds'],
  topologyspread: ['topologySpreadConstraints'],
  volumemounts: ['extraProxyVolumeMounts'],
  volumes: ['extraVolumes'],
});

/** The path that a name stands for in a proxy; undefined outside of a proxy, and in maps with labels of their own. */
export function meantInProxy(key: string, parent: Path): Path | undefined {
  const [, name, part] = parent;
  if (parent[0] !== 'gatewayProxies' || name === undefined) return undefined;
  if (part !== undefined && part !== 'podTemplate' && part !== 'kind') return undefined;
  const meant = inProxy[key.toLowerCase()];
  return meant === undefined ? undefined : ['gatewayProxies', name, ...meant];
}

/** What a key of `gatewayProxies` stands for in gatewayProxy, where it is a value of a proxy and was not meant as one. */
export function meantInsideProxy(key: string, value: Value): Path | undefined {
  const proxy = ['gatewayProxies', 'gatewayProxy'];
  const isField = (name: string): boolean => fieldsAt([...proxy, name]).length > 0;
  if (isMap(value) && Object.keys(value).length > 0 && Object.keys(value).every(isField)) return undefined;
  return isField(key) ? [...proxy, key] : meantInProxy(key, proxy);
}

/** Whether a value has the shape that a field needs: a map, a list, or neither. */
export function hasShapeOf(value: Value, { type }: ValueField): boolean {
  if (value === null || type.kind === 'any') return true;
  if (type.kind === 'list') return isList(value);
  if (type.kind === 'scalar') return typeof value !== 'object';
  return isMap(value);
}

/** The shape that a path of the model wants, in words. */
export function shapeWanted(path: Path): string {
  const { kind } = fieldsAt(path)[0]?.type ?? { kind: 'any' };
  return kind === 'list' ? 'a list' : kind === 'scalar' ? 'a single value' : 'a map';
}
