import type { Path } from '../problem.ts';
import { isList, isMap, lookupTable, type Value, type ValueMap, valueAt } from '../value.ts';
import type { Decision } from './decision.ts';
import type { Proxy } from './proxies.ts';

/** Who wrote a container: the chart (its three), or the user. */
export type Role = 'proxy' | 'sds' | 'istio-proxy' | 'custom' | 'extra' | 'init';

/** The origins of the parts of a printed workload. */
export interface Origins {
  /** The value that a part of the object comes from; undefined for what the chart adds by itself. */
  of(part: Path): Path | undefined;
  /** Who wrote the container at an index of `containers`. */
  roleAt(index: number): Role;
}

const podPath = ['spec', 'template', 'spec'] as const;

/** The origins of the parts of a proxy's printed workload, by path in the object. */
export function originsOf(decision: Decision, object: ValueMap): Origins {
  const { proxy, overrides } = decision;
  const layout = layoutOf(decision, object);
  const override = overrides.workload;
  const replaced = override === undefined ? undefined : valueAt(override, ...podPath, 'containers');
  return {
    of(part) {
      const depth = depthIn(override, part, proxy);
      if (depth !== undefined) return [...proxy.own.path, 'kubeResourceOverride', ...part.slice(0, depth)];
      const isInPod = part.slice(0, 3).join('.') === podPath.join('.');
      const value = isInPod ? inPod(part.slice(3), decision, layout) : aroundPod(part, decision);
      const map = mapIn(override, part, [...proxy.own.path, 'kubeResourceOverride']);
      return map !== undefined && (value === undefined || !isGiven(value, proxy)) ? map : value;
    },
    roleAt(index) {
      if (!isList(replaced) || !overrides.workload) return layout.roles[index] ?? 'custom';
      return roleByName(valueAt(replaced, index, 'name'), proxy.name);
    },
  };
}

/** Whether a value of a proxy, or a global one, is set, if only by the chart's defaults. */
function isGiven(path: Path, { spec, context: { global } }: Proxy): boolean {
  if (path[0] === 'global') return valueAt(global.map, ...path.slice(1)) !== undefined;
  return valueAt(spec.map, ...path.slice(spec.path.length)) !== undefined;
}

/** The same for the parts of a proxy's printed ConfigMap. */
export function configMapOriginOf({ proxy, overrides }: Decision): (part: Path) => Path | undefined {
  return (part) => {
    const depth = depthIn(overrides.configMap, part, proxy);
    if (depth !== undefined) return [...proxy.own.path, 'configMap', 'kubeResourceOverride', ...part.slice(0, depth)];
    const at = [...proxy.own.path, 'configMap', 'kubeResourceOverride'];
    const own = mapIn(overrides.configMap, part, at);
    return own ?? (part[0] === 'data' ? [...proxy.spec.path, 'configMap', ...part] : inMetadata(part, proxy));
  };
}

/** The values behind a part of the metadata that every object of a proxy has. */
function inMetadata([metadata, field, key]: Path, { context: { global }, spec }: Proxy): Path | undefined {
  if (metadata !== 'metadata') return undefined;
  if (field === 'name') return spec.path;
  if (field === 'namespace') return 'namespace' in spec.map ? [...spec.path, 'namespace'] : undefined;
  if (field !== 'labels' || key === undefined) return undefined;
  const isOwn = valueAt(global.map, 'additionalLabels', key) !== undefined;
  return isOwn ? ['global', 'additionalLabels', key] : key === 'gateway-proxy-id' ? spec.path : undefined;
}

/** The values behind a part of the workload outside the pod's own spec. */
function aroundPod(part: Path, { proxy }: Decision): Path | undefined {
  const [spec, template, metadata, map, key] = part;
  if (spec !== 'spec') return inMetadata(part, proxy);
  if (template === 'replicas') return [...proxy.spec.path, 'kind', 'deployment', 'replicas'];
  if (template !== 'template' || metadata !== 'metadata') return undefined;
  // The key of the checksum contains the proxy's name.
  if (map === 'annotations' && key === `checksum/${proxy.name}-envoy-config`) return proxy.spec.path;
  if (map === 'labels' && key === 'istio.io/rev' && !isOwnLabel(proxy, key))
    return ['global', 'istioIntegration', 'istioSidecarRevTag'];
  const value = map === 'labels' ? 'extraGatewayProxyLabels' : map === 'annotations' ? 'extraAnnotations' : undefined;
  if (value === undefined || valueAt(proxy.pod.map, value, key ?? '') === undefined) return undefined;
  return [...proxy.spec.path, 'podTemplate', value, key ?? ''];
}

function isOwnLabel({ pod }: Proxy, key: string): boolean {
  return valueAt(pod.map, 'extraGatewayProxyLabels', key) !== undefined;
}

/** Fields of the pod that one value of the proxy sets as a whole. */
const podFields: Readonly<Record<string, Path>> = lookupTable({
  affinity: ['affinity'],
  nodeName: ['podTemplate', 'nodeName'],
  nodeSelector: ['podTemplate', 'nodeSelector'],
  priorityClassName: ['kind', 'deployment', 'priorityClassName'],
  terminationGracePeriodSeconds: ['podTemplate', 'terminationGracePeriodSeconds'],
  tolerations: ['podTemplate', 'tolerations'],
  topologySpreadConstraints: ['topologySpreadConstraints'],
});

/** For containers in the user's own list, the name shows what they replace. */
function roleByName(name: Value | undefined, proxy: string): Role {
  return name === proxy ? 'proxy' : name === 'sds' ? 'sds' : name === 'istio-proxy' ? 'custom' : 'extra';
}

/**
 * How much of a part's path the override determines: all of it, or up to a list that replaces the chart's; undefined if
 * nothing.
 */
function depthIn(override: ValueMap | undefined, part: Path, { context: { chart } }: Proxy): number | undefined {
  let value: Value | undefined = override;
  for (const step of part) {
    if (isList(value)) return value.length > 0 || !chart.has('resourceOverrideFills') ? part.length : undefined;
    if (!isMap(value) || typeof step !== 'string' || !Object.hasOwn(value, step)) return undefined;
    value = value[step];
  }
  return isMap(value) ? undefined : part.length;
}

/** A map in the override that the chart does not have. */
function mapIn(override: ValueMap | undefined, part: Path, at: Path): Path | undefined {
  return isMap(valueAt(override, ...part)) ? [...at, ...part] : undefined;
}

/** Who wrote each container of the printed list, and how many are the user's. */
interface Layout {
  readonly roles: readonly Role[];
  readonly extra: number;
  readonly chart: number;
  readonly volumes: number;
}

function layoutOf({ workload }: Decision, object: ValueMap): Layout {
  const volumes = valueAt(object, ...podPath, 'volumes');
  const printed = isList(volumes) ? volumes.length : 0;
  const extra = workload?.extraContainers?.length ?? 0;
  const own: Role[] = [
    'proxy',
    ...(workload?.sds === undefined ? [] : (['sds'] as const)),
    ...(workload?.istioProxy === undefined ? [] : (['istio-proxy'] as const)),
  ];
  return {
    roles: [...Array<Role>(extra).fill('extra'), ...own],
    extra,
    chart: own.length,
    volumes: printed - (workload?.extraVolumes?.length ?? 0),
  };
}

function inPod(part: Path, decision: Decision, layout: Layout): Path | undefined {
  const [list, index, ...rest] = part;
  const { proxy } = decision;
  const template = [...proxy.spec.path, 'podTemplate'];
  if (list === 'securityContext')
    return contextField(index, rest, proxy.pod.map['podSecurityContext'], podContext(proxy));
  const stray = strayOrigin(part, decision);
  if (stray !== undefined) return stray;
  const value = podFields[String(list)];
  if (value !== undefined) return [...proxy.spec.path, ...value, ...part.slice(1)];
  if (typeof index !== 'number') return undefined;
  if (list === 'initContainers') return [...template, 'extraInitContainers', index, ...rest];
  if (list === 'volumes')
    return index < layout.volumes ? undefined : [...proxy.spec.path, 'extraVolumes', index - layout.volumes, ...rest];
  if (list !== 'containers') return undefined;
  if (index < layout.extra) return [...template, 'extraContainers', index, ...rest];
  const custom = index - layout.extra - layout.chart;
  if (custom >= 0) return ['global', 'istioSDS', 'customSidecars', custom, ...rest];
  return layout.roles[index] === 'proxy'
    ? (strayOrigin(rest, decision) ?? inProxyContainer(rest, decision))
    : inSidecar(rest, decision, layout.roles[index] === 'sds' ? 'sds' : 'istio-proxy');
}

/** The field of a map in place of a list; none of them is a field that the chart prints there. */
function strayOrigin([field = '', ...rest]: Path, { strays }: Decision): Path | undefined {
  const stray = strays.find(({ fields }) => Object.hasOwn(fields, field));
  return stray === undefined ? undefined : [...stray.scope.path, stray.key, field, ...rest];
}

function podContext({ spec }: Proxy): ContextPlaces {
  const template = [...spec.path, 'podTemplate'];
  return { context: [...template, 'podSecurityContext'], values: template };
}

interface ContextPlaces {
  /** The security context that the user may set. */
  readonly context: Path;
  /** Otherwise, the map whose values become its fields. */
  readonly values: Path;
}

/** The field in a security context that the user wrote, or the value that becomes that field. */
function contextField(
  key: string | number | undefined,
  rest: Path,
  given: Value | undefined,
  { context, values }: ContextPlaces,
): Path {
  if (typeof key !== 'string') return context;
  if (isMap(given) && key in given) return [...context, key, ...rest];
  if (key === 'seccompProfile') return ['global', 'podSecurityStandards', 'container', 'defaultSeccompProfileType'];
  return [...values, key === 'runAsNonRoot' ? 'runUnprivileged' : key];
}

/** The values behind a part of the container that runs Envoy. */
function inProxyContainer(part: Path, { proxy, workload }: Decision): Path {
  const { spec, pod, context } = proxy;
  const [field, index, ...rest] = part;
  const template = [...spec.path, 'podTemplate'];
  const envoy = workload?.envoy;
  switch (field) {
    case 'name':
      return spec.path;
    case 'image':
      return [...template, 'image'];
    case 'imagePullPolicy':
      return [...template, 'image', 'pullPolicy'];
    case 'env':
      return listPlace([...spec.path, 'kind', 'deployment', 'customEnv'], index, rest, {
        before: envoy?.customEnv?.length ?? 0,
        otherwise: spec.path,
      });
    case 'ports': {
      const own = envoy?.monitored === true ? 3 : 2;
      if (typeof index !== 'number' || index < own)
        return index === 0 ? [...template, 'httpPort'] : index === 1 ? [...template, 'httpsPort'] : template;
      return [...template, 'extraPorts', index - own, ...rest];
    }
    case 'volumeMounts': {
      const given = isList(spec.map['extraProxyVolumeMounts']) ? spec.map['extraProxyVolumeMounts'].length : 0;
      const isOwn = typeof index === 'number' && index >= 1 && index <= given;
      return isOwn ? [...spec.path, 'extraProxyVolumeMounts', index - 1, ...rest] : spec.path;
    }
    case 'readinessProbe':
      return [...template, 'customReadinessProbe', ...part.slice(1)];
    case 'livenessProbe':
      return [...template, 'customLivenessProbe', ...part.slice(1)];
    case 'resources':
      return [...template, ...part];
    case 'securityContext': {
      const places = context.chart.has('fixedSecurityContext')
        ? { context: template, values: template }
        : { context: [...template, 'glooContainerSecurityContext'], values: template };
      return contextField(index, rest, pod.map['glooContainerSecurityContext'], places);
    }
    default:
      return template;
  }
}

/** The values behind a part of the chart's own sds or istio-proxy container. */
function inSidecar(part: Path, { proxy: { context } }: Decision, role: 'sds' | 'istio-proxy'): Path {
  const { chart, global } = context;
  const mtls = [...global.path, 'glooMtls'];
  const values = [...mtls, role === 'sds' ? 'sds' : 'istioProxy'];
  const [field, ...rest] = part;
  switch (field) {
    case 'image':
    case 'readinessProbe':
      return [...values, ...part];
    case 'resources':
      return [
        ...mtls,
        role === 'sds' || !chart.has('sidecarOwnResources') ? 'sdsResources' : 'envoySidecarResources',
        ...rest,
      ];
    case 'securityContext': {
      const [key, ...inner] = rest;
      const context = [...values, 'securityContext'];
      const given = valueAt(global.map, 'glooMtls', values.at(-1) ?? '', 'securityContext');
      return contextField(key, inner, given, { context, values: context });
    }
    default:
      return values;
  }
}

/** A place in a user's list that comes before the chart's own items. */
function listPlace(
  list: Path,
  index: string | number | undefined,
  rest: Path,
  { before, otherwise }: { before: number; otherwise: Path },
): Path {
  return typeof index === 'number' && index < before ? [...list, index, ...rest] : otherwise;
}
