import { isList, isMap, type Value, type ValueMap } from '../value.ts';
import { compared } from './compared.ts';

type Fallback = (owner: ValueMap) => Value | undefined;

const fallbacks: ReadonlyMap<string, Fallback> = new Map([
  ...Object.entries(compared.defaults).flatMap(([type, fields]) =>
    Object.entries(fields).map(([key, value]): [string, Fallback] => [`${type}.${key}`, () => value]),
  ),
  // Defaults that depend on other fields.
  ['Container.imagePullPolicy', pullPolicyOf],
  ['ServicePort.targetPort', (owner) => owner['port']],
]);

/** The default of a Kubernetes field, as far as its type determines it. */
export function apiDefaultOf(type: string, key: string): Fallback | undefined {
  return fallbacks.get(`${type}.${key}`);
}

/** The fields of a type that have a default. */
export function defaultsOf(type: string): readonly string[] {
  return [...fallbacks.keys()].flatMap((place) => (place.startsWith(`${type}.`) ? [place.slice(type.length + 1)] : []));
}

/** An image with a mutable tag is always pulled. */
function pullPolicyOf({ image }: ValueMap): Value | undefined {
  if (typeof image !== 'string') return undefined;
  const [name = '', digest] = image.split('@');
  const tag = /:([^/:]+)$/.exec(name)?.[1];
  return tag === 'latest' || (tag === undefined && digest === undefined) ? 'Always' : 'IfNotPresent';
}

/** Converts alternative fields to one spelling before anything is compared. */
export function adjusted(type: string, map: ValueMap): ValueMap {
  if (type === 'HorizontalPodAutoscalerSpec') return adjustedAutoscaler(map);
  if (type === 'Volume') return Object.keys(map).some((key) => key !== 'name') ? map : { ...map, emptyDir: {} };
  return type === 'PodSpec' ? adjustedPod(map) : map;
}

/** autoscaling/v1 has a dedicated field for its only metric. */
function adjustedAutoscaler(map: ValueMap): ValueMap {
  const { targetCPUUtilizationPercentage: target, ...rest } = map;
  return target === undefined ? map : { ...rest, metrics: target === null ? null : cpuMetric(target) };
}

function cpuMetric(averageUtilization: Value): Value {
  return [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } }];
}

/**
 * `serviceAccount` is the old name of `serviceAccountName`; with hostNetwork every container port is also a host port.
 */
function adjustedPod(map: ValueMap): ValueMap {
  const { serviceAccount, ...rest } = map;
  const name = rest['serviceAccountName'] ?? serviceAccount;
  const pod = name === undefined ? rest : { ...rest, serviceAccountName: name };
  if (pod['hostNetwork'] !== true) return pod;
  const containers = pod['containers'];
  return isList(containers) ? { ...pod, containers: containers.map(withoutHostPorts) } : pod;
}

function withoutHostPorts(container: Value): Value {
  if (!isMap(container) || !isList(container['ports'])) return container;
  const ports = container['ports'].map((port) => {
    if (!isMap(port) || port['hostPort'] !== port['containerPort']) return port;
    const { hostPort: _, ...rest } = port;
    return rest;
  });
  return { ...container, ports };
}
