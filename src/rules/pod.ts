import type { Chart } from '../chart/chart.ts';
import { truthy } from '../go/template.ts';
import type { Path } from '../problem.ts';
import type { Proxy } from '../proxy/proxies.ts';
import type { Container, EnvVar } from '../proxy/sidecars.ts';
import type { Workload } from '../proxy/workload.ts';
import { isList, isMap, type Value, type ValueList, type ValueMap } from '../value.ts';

/** Something in a pod, and the values that say so. */
export interface Item {
  readonly value: ValueMap;
  readonly path: Path;
}

export interface PodContainer {
  readonly name: string;
  /** Who wrote it: the chart (its three containers), or the user. */
  readonly role: 'proxy' | 'sds' | 'istio-proxy' | 'custom' | 'extra' | 'init';
  readonly path: Path;
  /** Where its image is chosen. */
  readonly imagePath: Path;
  readonly image: string;
  readonly args: readonly Value[];
  readonly env: readonly Item[];
  readonly ports: readonly Item[];
  readonly mounts: readonly Item[];
  readonly probes: readonly Probe[];
  readonly resources: Item;
  readonly securityContext: Item;
}

export interface Probe extends Item {
  readonly kind: 'readinessProbe' | 'livenessProbe' | 'startupProbe';
}

/** The pod of one proxy, as the API server will see it. */
export interface Pod {
  readonly proxy: Proxy;
  readonly workload: Workload;
  /** Init containers first. */
  readonly containers: readonly PodContainer[];
  /** `path` is undefined for what the chart adds by itself. */
  readonly volumes: readonly { readonly value: ValueMap; readonly path: Path | undefined }[];
}

/** Everything that the rules ask about an enabled proxy. */
export function podOf(proxy: Proxy, workload: Workload): Pod {
  const { chart } = proxy.context;
  const own = chartContainers(proxy, workload);
  const custom = listed(workload.customSidecars, ['global', 'istioSDS', 'customSidecars'], 'custom');
  const template = [...proxy.spec.path, 'podTemplate'];
  const pod: Pod = {
    proxy,
    workload,
    containers: [
      ...listed(workload.initContainers, [...template, 'extraInitContainers'], 'init'),
      ...listed(workload.extraContainers, [...template, 'extraContainers'], 'extra'),
      ...own,
      ...custom,
    ],
    volumes: [
      ...workload.volumes.map((value) => ({ value, path: undefined })),
      ...items(workload.extraVolumes, [...proxy.spec.path, 'extraVolumes']),
    ],
  };
  const override = chart.has('resourceOverride') ? inPod(proxy.own.map['kubeResourceOverride']) : undefined;
  return override === undefined ? pod : overriddenPod(pod, override, chart);
}

/** The pod's own part of what replaces the rendered object. */
function inPod(override: Value | undefined): ValueMap | undefined {
  let inner: Value | undefined = override;
  for (const step of ['spec', 'template', 'spec']) inner = isMap(inner) ? inner[step] : undefined;
  return isMap(inner) ? inner : undefined;
}

/** Lists of an override replace those of the chart; before they always did, an empty one gave way. */
function overriddenPod(pod: Pod, override: ValueMap, chart: Chart): Pod {
  const base = [...pod.proxy.own.path, 'kubeResourceOverride', 'spec', 'template', 'spec'];
  const replaced = (key: string): ValueList | undefined => {
    const list = override[key];
    return isList(list) && (list.length > 0 || !chart.has('resourceOverrideFills')) ? list : undefined;
  };
  const [init, main, volumes] = [replaced('initContainers'), replaced('containers'), replaced('volumes')];
  const isInit = ({ role }: PodContainer): boolean => role === 'init';
  return {
    ...pod,
    containers: [
      ...(init === undefined ? pod.containers.filter(isInit) : listed(init, [...base, 'initContainers'], 'init')),
      ...(main === undefined
        ? pod.containers.filter((container) => !isInit(container))
        : listed(main, [...base, 'containers'], 'extra').map((container) => ({
            ...container,
            role: roleOf(container.name, pod.proxy),
          }))),
    ],
    volumes: volumes === undefined ? pod.volumes : items(volumes, [...base, 'volumes']),
  };
}

function roleOf(name: string, proxy: Proxy): PodContainer['role'] {
  return name === proxy.name ? 'proxy' : name === 'sds' ? 'sds' : name === 'istio-proxy' ? 'custom' : 'extra';
}

function listed(list: ValueList | undefined, path: Path, role: PodContainer['role']): PodContainer[] {
  return items(list, path).map((item) => givenContainer(item, role));
}

/** The maps of a list with their places; what is no map has been reported by the model. */
function items(list: Value | undefined, path: Path): Item[] {
  if (!isList(list)) return [];
  return list.flatMap((value, index) => (isMap(value) ? [{ value, path: [...path, index] }] : []));
}

/** A container that stands in the values as Kubernetes writes it. */
function givenContainer({ value, path }: Item, role: PodContainer['role']): PodContainer {
  const part = (key: string): Item => ({ value: mapOf(value[key]), path: key in value ? [...path, key] : path });
  return {
    name: textOf(value['name']),
    role,
    path,
    imagePath: 'image' in value ? [...path, 'image'] : path,
    image: textOf(value['image']),
    args: [...listOf(value['command']), ...listOf(value['args'])],
    env: items(value['env'], [...path, 'env']),
    ports: items(value['ports'], [...path, 'ports']),
    mounts: items(value['volumeMounts'], [...path, 'volumeMounts']),
    probes: probeKinds.flatMap((kind) => {
      const probe = value[kind];
      return isMap(probe) ? [{ kind, value: probe, path: [...path, kind] }] : [];
    }),
    resources: part('resources'),
    securityContext: part('securityContext'),
  };
}

const probeKinds = ['readinessProbe', 'livenessProbe', 'startupProbe'] as const;

/** Where the values decide about one of the chart's own containers. */
interface Origin {
  readonly container: Path;
  readonly image: Path;
  readonly env: Path;
  readonly extraEnv?: Path;
  readonly ports: readonly Path[];
  readonly extraPorts?: Path;
  /** The path of the mount of an index. */
  mount(index: number): Path;
  readonly probes: Readonly<Partial<Record<Probe['kind'], Path>>>;
  readonly resources: Path;
  readonly securityContext: Path;
}

function chartContainers(proxy: Proxy, workload: Workload): PodContainer[] {
  return workload.containers.map((container, index) => {
    if (index === 0) return chartContainer(container, 'proxy', proxyOrigin(proxy));
    const role = container.name === 'sds' ? 'sds' : 'istio-proxy';
    return chartContainer(container, role, sidecarOrigin(proxy, role));
  });
}

function proxyOrigin({ spec, context: { chart } }: Proxy): Origin {
  const template = [...spec.path, 'podTemplate'];
  const mounts = [...spec.path, 'extraProxyVolumeMounts'];
  const given = isList(spec.map['extraProxyVolumeMounts']) ? spec.map['extraProxyVolumeMounts'].length : 0;
  return {
    container: template,
    image: [...template, 'image'],
    env: spec.path,
    extraEnv: [...spec.path, 'kind', 'deployment', 'customEnv'],
    ports: [
      [...template, 'httpPort'],
      [...template, 'httpsPort'],
    ],
    extraPorts: [...template, 'extraPorts'],
    mount: (index) => (index >= 1 && index <= given ? [...mounts, index - 1] : spec.path),
    probes: {
      readinessProbe: [...template, 'customReadinessProbe'],
      livenessProbe: [...template, 'customLivenessProbe'],
    },
    resources: [...template, 'resources'],
    securityContext: chart.has('fixedSecurityContext') ? template : [...template, 'glooContainerSecurityContext'],
  };
}

function sidecarOrigin({ context: { chart, global } }: Proxy, role: 'sds' | 'istio-proxy'): Origin {
  const mtls = [...global.path, 'glooMtls'];
  const values = [...mtls, role === 'sds' ? 'sds' : 'istioProxy'];
  const resources = role === 'sds' || !chart.has('sidecarOwnResources') ? 'sdsResources' : 'envoySidecarResources';
  return {
    container: values,
    image: [...values, 'image'],
    env: values,
    ports: [],
    mount: () => values,
    probes: { readinessProbe: [...values, 'readinessProbe'] },
    resources: [...mtls, resources],
    securityContext: [...values, 'securityContext'],
  };
}

function chartContainer(container: Container, role: PodContainer['role'], origin: Origin): PodContainer {
  const { readinessProbe, livenessProbe, resources, securityContext } = container;
  const probes = { readinessProbe, livenessProbe };
  return {
    name: container.name,
    role,
    path: origin.container,
    imagePath: origin.image,
    image: container.image,
    args: container.args ?? [],
    env: [
      ...items(container.customEnv, origin.extraEnv ?? origin.env),
      ...container.env.map((variable) => ({ value: envMap(variable), path: origin.env })),
    ],
    ports: [
      ...(container.ports ?? []).map((value, index) => ({ value, path: origin.ports[index] ?? origin.container })),
      ...items(container.customPorts, origin.extraPorts ?? origin.container),
    ],
    mounts: container.volumeMounts.flatMap((value, index) =>
      isMap(value) ? [{ value, path: origin.mount(index) }] : [],
    ),
    probes: (['readinessProbe', 'livenessProbe'] as const).flatMap((kind) => {
      const value = probes[kind];
      return value === undefined ? [] : [{ kind, value, path: origin.probes[kind] ?? origin.container }];
    }),
    resources: { value: resources ?? {}, path: origin.resources },
    securityContext: { value: securityContext ?? {}, path: origin.securityContext },
  };
}

function envMap(variable: EnvVar): ValueMap {
  if ('value' in variable) return { name: variable.name, value: variable.value };
  return { name: variable.name, valueFrom: { fieldRef: { fieldPath: variable.field } } };
}

/** A map, or an empty one in place of anything else. */
export function mapOf(value: Value | undefined): ValueMap {
  return isMap(value) ? value : {};
}

/** A list, or an empty one in place of anything else. */
export function listOf(value: Value | undefined): ValueList {
  return isList(value) ? value : [];
}

/** A text, or an empty one in place of anything else. */
export function textOf(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** What an environment variable of a container is set to; undefined where it is not set, '' where it comes from elsewhere. */
export function envOf(
  container: PodContainer,
  name: string,
): { readonly value: string; readonly path: Path } | undefined {
  // Of several with one name the last one counts.
  const found = container.env.findLast(({ value }) => value['name'] === name);
  if (found === undefined) return undefined;
  const given = found.value['value'];
  const isListed = typeof found.path.at(-1) === 'number' && given !== undefined;
  return { value: truthy(given) ? String(given) : '', path: isListed ? [...found.path, 'value'] : found.path };
}
