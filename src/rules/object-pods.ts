import type { Chart } from '../chart/chart.ts';
import { envoyIndexOf, isKubeProxy } from '../objects/gateway-proxies.ts';
import { type KubeObject, nameOf } from '../objects/object.ts';
import { isIstioAgent, isSdsServer, sidecarVolumes } from '../objects/sidecars.ts';
import { containersOf, podOf } from '../objects/workload.ts';
import type { Path } from '../problem.ts';
import type { Role } from '../proxy/origins.ts';
import { listOf, mapAt, mapOf, textOf, type ValueMap } from '../value.ts';
import { findingsInText, noBootstrap } from './envoy.ts';
import type { CodedMatch } from './match.ts';
import { lazyBootstrap, type Pod, type PrintedBootstrap, readPod } from './pod.ts';
import { refusedInObject } from './refused.ts';

/** A gateway proxy as it is installed or was rendered, without the values that it came from. */
export interface InstalledProxy {
  readonly workload: KubeObject;
  /** The ConfigMap with its bootstrap, if it is known. */
  readonly configMap: KubeObject | undefined;
  /** The labels of its Namespace, if they are known. */
  readonly namespaceLabels: ValueMap | undefined;
  /** Whether an autoscaler decides how many pods there are. */
  readonly isScaled: boolean;
}

/** What is needed to read the pods of installed proxies. */
export interface InstalledInput {
  readonly chart: Chart;
  /** Whether the release of the chart is known, which decides about Envoy's messages. */
  readonly isReleaseKnown: boolean;
  /** Whether a container called istio-proxy is the one that the chart or glooctl adds, rather than the user's own. */
  isChartSidecar(container: ValueMap): boolean;
}

/** Pods of installed proxies, and the objects that their places are in. */
export interface InstalledPods {
  readonly pods: readonly Pod[];
  /** What the API server refuses in the objects. */
  readonly known: readonly CodedMatch[];
  /** The object that a place is in, and the path inside that object. */
  placeOf(path: Path): { readonly object: KubeObject; readonly path: Path };
}

/** The pods of installed proxies. A place is a path in the objects, which starts with the index of the object. */
export function podsOfObjects(proxies: readonly InstalledProxy[], input: InstalledInput): InstalledPods {
  const owners: KubeObject[] = [];
  const pods = proxies.map((proxy) => {
    const at = owners.push(proxy.workload) - 1;
    const bootstrap = proxy.configMap && bootstrapOf(proxy, owners.push(proxy.configMap) - 1, input);
    return podOfProxy(proxy, at, bootstrap, input);
  });
  const known = owners.flatMap(({ kind, object }, at) =>
    refusedInObject({ kind, object }, input.chart).map((match) => ({ ...match, path: [at, ...match.path] })),
  );
  return {
    pods,
    known,
    placeOf([owner, ...path]) {
      const object = owners[Number(owner)];
      if (object === undefined) throw new Error(`no object is at ${String(owner)}`);
      return { object, path };
    },
  };
}

function podOfProxy(
  { workload: { object }, namespaceLabels, isScaled }: InstalledProxy,
  at: number,
  bootstrap: PrintedBootstrap | undefined,
  { isChartSidecar }: InstalledInput,
): Pod {
  const name = nameOf(object);
  const names = listOf(podOf(object)['volumes']).map((volume) => textOf(mapOf(volume)['name']) ?? '');
  const main = envoyIndexOf(object);
  // The control plane does not add a user's own sidecar.
  const isOwn = isKubeProxy(object) ? () => true : isChartSidecar;
  const ownVolumes = containersOf(object).some(isSdsServer) ? chartVolumes : proxyVolumes;
  return readPod({
    object,
    name,
    path: [at],
    of: (part) => [at, ...part],
    roleAt: (index, container) => (index === main ? 'proxy' : roleOf(container, isOwn)),
    // A second volume with the name of one of the chart's is not the chart's.
    isChartVolume: (index) => ownVolumes.has(names[index] ?? '') && names.indexOf(names[index] ?? '') === index,
    namespaceLabels,
    isScaled,
    bootstrap,
    proxy: undefined,
  });
}

const proxyVolumes: ReadonlySet<string> = new Set(['envoy-config']);
const chartVolumes: ReadonlySet<string> = new Set([...proxyVolumes, ...sidecarVolumes, 'gloo-mtls-certs']);

function roleOf(container: ValueMap, isChartSidecar: InstalledInput['isChartSidecar']): Role {
  if (container['name'] === 'istio-proxy' && isChartSidecar(container)) return 'istio-proxy';
  if (isIstioAgent(container)) return 'custom';
  return isSdsServer(container) ? 'sds' : 'extra';
}

/** The text of the ConfigMap counts, regardless of who wrote it. */
function bootstrapOf(proxy: InstalledProxy, at: number, input: InstalledInput): PrintedBootstrap {
  const data = mapAt(proxy.configMap?.object ?? {}, 'data');
  const text = data['envoy.yaml'];
  const path: Path = [at, 'data', 'envoy.yaml'];
  return lazyBootstrap({
    ...{ data, path: [at, 'data'], isOwn: true },
    of: () => path,
    check: () => {
      if (typeof text !== 'string')
        return [
          noBootstrap(nameOf(proxy.workload.object), 'data' in mapOf(proxy.configMap?.object) ? [at, 'data'] : [at]),
        ];
      const envoy = input.isReleaseKnown ? input.chart.envoy : undefined;
      return findingsInText(text, { name: nameOf(proxy.workload.object), envoy, path });
    },
  });
}
