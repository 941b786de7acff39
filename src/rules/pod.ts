import { clustersIn, readBootstrap, sdsCluster } from '../objects/bootstrap.ts';
import { injectionSubjectOf, isInjected } from '../objects/mesh-labels.ts';
import { podOf, podPath, spotOf, type Variable, variableOf } from '../objects/workload.ts';
import type { Path } from '../problem.ts';
import type { Role } from '../proxy/origins.ts';
import type { Proxy } from '../proxy/proxies.ts';
import { isMap, listOf, mapAt, mapOf, textOf, type Value, type ValueMap, valueAt } from '../value.ts';
import type { RuleMatch } from './match.ts';

/** A part of a pod, and where it comes from. */
export interface Item {
  readonly value: ValueMap;
  readonly path: Path;
}

export interface PodContainer {
  /** As the API server gets it. */
  readonly value: ValueMap;
  readonly name: string;
  readonly role: Role;
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
  readonly securityContext: Item & { /** Where a field comes from. */ field(key: string): Path };
}

export interface Probe extends Item {
  readonly kind: 'readinessProbe' | 'livenessProbe' | 'startupProbe';
}

/** What a pod is read from. */
export interface PodSource {
  /** The Deployment or DaemonSet. */
  readonly object: ValueMap;
  /** The proxy's name. */
  readonly name: string;
  /** The place for messages about the proxy as a whole. */
  readonly path: Path;
  /** Where a part of the object comes from; undefined for what the chart adds by itself. */
  of(part: Path): Path | undefined;
  roleAt(index: number, container: ValueMap): Role;
  /** Whether a volume is one that the chart adds by itself. */
  isChartVolume(index: number): boolean;
  /** The labels of its Namespace, if they are known. */
  readonly namespaceLabels?: ValueMap | undefined;
  /** Whether an autoscaler decides how many pods there are. */
  readonly isScaled: boolean;
  /** Envoy's bootstrap as it was printed, and where it comes from; undefined if it is unknown. */
  readonly bootstrap: PrintedBootstrap | undefined;
  /** The values, if the object was rendered from values. */
  readonly proxy: Proxy | undefined;
}

/** The `envoy.yaml` that a proxy starts with. */
export interface PrintedBootstrap {
  /** All entries of the ConfigMap. */
  readonly data: ValueMap;
  /** Where a part of the ConfigMap's data comes from. */
  readonly path: Path;
  /** Whether the user wrote it to replace the chart's own. */
  readonly isOwn: boolean;
  /** The `envoy.yaml`, parsed; empty if it is not a YAML map. */
  readonly config: ValueMap;
  /** Where a listener of this name, or the admin interface (''), comes from. */
  of(listener: string): Path;
  /** What Envoy refuses in it, reported at the values that cause it. */
  check(): Iterable<RuleMatch>;
}

/** A bootstrap that is only parsed if a rule asks for it. */
export function lazyBootstrap(known: Omit<PrintedBootstrap, 'config'>): PrintedBootstrap {
  let config: ValueMap | undefined;
  return {
    ...known,
    get config() {
      config ??= readBootstrap(textOf(known.data['envoy.yaml']) ?? '') ?? {};
      return config;
    },
  };
}

/** The static cluster of a bootstrap from which Envoy gets the mesh's certificates. */
export function sdsClusterOf({ config }: PrintedBootstrap): ValueMap | undefined {
  return clustersIn(config).find(({ name }) => name === sdsCluster);
}

interface PodVolume {
  readonly value: ValueMap;
  /** Undefined if no value sets it. */
  readonly path: Path | undefined;
  /** Whether the chart adds it by itself. */
  readonly isChart: boolean;
}

/** The pod of one proxy, as the API server will see it. */
export interface Pod {
  readonly name: string;
  readonly kind: string;
  readonly path: Path;
  readonly replicas: Value;
  readonly labels: ValueMap;
  readonly annotations: ValueMap;
  readonly spec: ValueMap;
  readonly securityContext: ValueMap;
  /** Where a part of the pod's spec comes from. */
  of(...part: Path): Path;
  /** The place for a message about the proxy: at one of its values or, for a manifest, in a part of that. */
  at(setting: Path, part: Path): Path;
  /** Whether Istio's injector adds its own sidecar; undefined if the labels of an unknown Namespace decide. */
  readonly isInjected: boolean | undefined;
  readonly isScaled: boolean;
  /** Init containers first. */
  readonly containers: readonly PodContainer[];
  readonly volumes: readonly PodVolume[];
  readonly bootstrap: PrintedBootstrap | undefined;
  readonly proxy: Proxy | undefined;
}

/** Whether the control plane creates the pod for a Gateway of the Kubernetes Gateway API. */
export function isKubePod({ labels }: Pod): boolean {
  return 'gateway.networking.k8s.io/gateway-name' in labels;
}

/** Everything that the rules need to know about the pod of a Deployment or DaemonSet. */
export function readPod(source: PodSource): Pod {
  const { object, name, path, bootstrap, proxy } = source;
  const spec = podOf(object);
  return {
    name,
    kind: textOf(object['kind']) ?? '',
    path,
    replicas: valueAt(object, 'spec', 'replicas') ?? null,
    labels: mapOf(valueAt(object, 'spec', 'template', 'metadata', 'labels')),
    annotations: mapOf(valueAt(object, 'spec', 'template', 'metadata', 'annotations')),
    spec,
    securityContext: mapOf(spec['securityContext']),
    of: (...part) => source.of([...podPath, ...part]) ?? path,
    at: (setting, part) => (proxy === undefined ? source.of(part) : [...path, ...setting]) ?? path,
    isInjected: isInjected(injectionSubjectOf(mapAt(object, 'spec', 'template')), source.namespaceLabels),
    isScaled: source.isScaled,
    containers: [...containersOf(source, spec, 'initContainers'), ...containersOf(source, spec, 'containers')],
    volumes: listOf(spec['volumes']).flatMap((value, index) =>
      isMap(value)
        ? [{ value, path: source.of([...podPath, 'volumes', index]), isChart: source.isChartVolume(index) }]
        : [],
    ),
    bootstrap,
    proxy,
  };
}

const probeKinds = ['readinessProbe', 'livenessProbe', 'startupProbe'] as const;

function containersOf(source: PodSource, spec: ValueMap, list: 'initContainers' | 'containers'): PodContainer[] {
  return listOf(spec[list]).flatMap((value, index) => {
    if (!isMap(value)) return [];
    const role = list === 'initContainers' ? 'init' : source.roleAt(index, value);
    const of = (...part: Path): Path => source.of([...podPath, list, index, ...part]) ?? source.path;
    // The values have a place for each part of the chart's own containers, whether printed or not.
    const isWhole = source.proxy !== undefined && isChart(role);
    return [containerOf(value, role, of, (key) => (isWhole || key in value ? of(key) : of()))];
  });
}

function containerOf(
  value: ValueMap,
  role: Role,
  of: (...part: Path) => Path,
  at: (key: string) => Path,
): PodContainer {
  const path = of();
  const items = (key: string): Item[] =>
    listOf(value[key]).flatMap((item, index) => (isMap(item) ? [{ value: item, path: of(key, index) }] : []));
  return {
    value,
    name: textOf(value['name']) ?? '',
    role,
    path,
    imagePath: at('image'),
    image: textOf(value['image']) ?? '',
    args: [...listOf(value['command']), ...listOf(value['args'])],
    env: items('env'),
    ports: items('ports'),
    mounts: items('volumeMounts'),
    probes: probeKinds.flatMap((kind) => {
      const probe = value[kind];
      return isMap(probe) ? [{ kind, value: probe, path: at(kind) }] : [];
    }),
    resources: { value: mapOf(value['resources']), path: at('resources') },
    securityContext: {
      value: mapOf(value['securityContext']),
      path: at('securityContext'),
      field: (key) => of('securityContext', key),
    },
  };
}

/** Whether a container is the chart's own. */
export function isChart(role: Role): boolean {
  return role === 'proxy' || role === 'sds' || role === 'istio-proxy';
}

/** The value of a container's environment variable; undefined if it is not set, '' if it is set from another object. */
export function envOf(
  container: PodContainer,
  name: string,
): (Variable & { readonly value: string; readonly path: Path }) | undefined {
  const { value, isOpen } = variableOf(container.value, name);
  const found = container.env.findLast((one) => one.value['name'] === name);
  if (value === undefined || found === undefined) return undefined;
  const isListed = typeof found.path.at(-1) === 'number' && found.value['value'] !== undefined;
  return { value, isOpen, path: isListed ? [...found.path, 'value'] : found.path };
}

/** Whether something is mounted at a path in a container, or above it. */
export function isMountedAt({ value }: PodContainer, path: string): boolean {
  return spotOf(value, path) !== undefined;
}

/** Whether a container of a pod serves Istio's certificates to Envoy. */
export function servesIstio({ containers }: Pod): boolean {
  return containers.some((one) => one.role === 'sds' && envOf(one, 'ISTIO_MTLS_SDS_ENABLED')?.value === 'true');
}
