/** The pod of a gateway proxy as boxes and arrows, before layout. */
import { envoyIndexOf } from '../objects/gateway-proxies.ts';
import { nameOf } from '../objects/object.ts';
import { podOf } from '../objects/workload.ts';
import { parsePath } from '../problem.ts';
import { mapAt, mapsIn, type ValueMap, wordOf } from '../value.ts';
import { shorten } from '../words.ts';
import { bounded, containerNode, initNode, mostBoxes, podNode, serviceNodes, shortened, volumeNode } from './boxes.ts';
import { certificateFlow, meetingOf } from './flow.ts';
import type { Fault, PicturedProxy, PictureEdge, PictureNode, PodPicture } from './types.ts';

/** Selects what is drawn of a proxy. */
export function pictureOf(proxy: PicturedProxy): PodPicture {
  const { workload } = proxy;
  const { kind, namespace, object } = workload;
  const replicas = mapAt(object, 'spec')['replicas'];
  const spec = podOf(object);
  const faults = faultsIn(proxy);
  const containers = mapsIn(spec['containers']).slice(0, mostBoxes);
  const meeting = meetingOf(containers);
  const drawn = volumesToDraw(containers, meeting.volume);
  const volumes = mapsIn(spec['volumes']).slice(0, mostBoxes);
  const envoy = Math.max(0, envoyIndexOf(object));
  const at = (list: string, index: number): readonly Fault[] => [
    ...(faults.get(`${list} ${index}`) ?? []),
    ...(list === 'containers' && index === envoy ? (faults.get('bootstrap') ?? []) : []),
  ];
  const nodes: PictureNode[] = [
    ...containers.map((container, index) =>
      containerNode(container, index, { spec, drawn, faults: at('containers', index) }),
    ),
    ...mapsIn(spec['initContainers'])
      .slice(0, mostBoxes)
      .map((container, index) => initNode(container, index, at('initContainers', index))),
    ...volumes.flatMap((volume, index) =>
      drawn.has(wordOf(volume['name'])) || at('volumes', index).length > 0
        ? [volumeNode(volume, at('volumes', index))]
        : [],
    ),
  ];
  const flow = certificateFlow(proxy, containers, { ...meeting, isSound: faults.size === 0 });
  const own = new Set(nodes.map(({ id }) => id));
  const all = [
    ...flow.nodes.filter(({ id }) => !own.has(id)),
    ...nodes,
    ...serviceNodes(proxy),
    ...podNode(faults.get('') ?? []),
  ];
  const ids = new Set(all.map(({ id }) => id));
  const edges = [...serviceEdges(proxy, containers), ...mountEdges(containers, drawn, flow.edges), ...flow.edges];
  return {
    title: `${kind} ${shortened(`${namespace}/${nameOf(object)}`)}`,
    rows: typeof replicas === 'number' ? [`${replicas} ${replicas === 1 ? 'pod' : 'pods'}`] : [],
    nodes: all.map(bounded),
    edges: edges.filter(({ from, to }) => ids.has(from) && ids.has(to)),
  };
}

/** Problems, by the container or volume that they are about. */
function faultsIn({ problems }: PicturedProxy): Map<string, Fault[]> {
  const found = new Map<string, Fault[]>();
  for (const { code, message, path = '', severity, subject } of problems) {
    if (severity === 'info') continue;
    const [, , , list, index] = parsePath(path);
    const isInPod = subject?.kind !== 'ConfigMap' && typeof index === 'number';
    // A problem of the bootstrap is shown at Envoy.
    const key = isInPod ? `${list} ${index}` : subject?.kind === 'ConfigMap' ? 'bootstrap' : '';
    found.set(key, [...(found.get(key) ?? []), { code, message }]);
  }
  return found;
}

/** Volumes that more than one container mounts, and the volume of the certificates. */
function volumesToDraw(containers: readonly ValueMap[], certificates: string): ReadonlySet<string> {
  const names = containers.flatMap((container) => [
    ...new Set(mapsIn(container['volumeMounts']).map(({ name }) => wordOf(name))),
  ]);
  return new Set([...names.filter((name, index) => names.indexOf(name) !== index), certificates]);
}

function serviceEdges({ services, workload }: PicturedProxy, containers: readonly ValueMap[]): PictureEdge[] {
  const to = `container ${Math.max(0, envoyIndexOf(workload.object))}`;
  return containers.length === 0
    ? []
    : services.map((_, index) => ({
        from: `service ${index}`,
        to,
        label: 'requests',
        isCertificates: false,
        isMissing: false,
      }));
}

/** The mounts of drawn volumes, except for those on the certificates' path. */
function mountEdges(
  containers: readonly ValueMap[],
  drawn: ReadonlySet<string>,
  flow: readonly PictureEdge[],
): PictureEdge[] {
  const known = new Set(flow.flatMap(({ from, to }) => [`${from}|${to}`, `${to}|${from}`]));
  return containers.flatMap((container, index) =>
    mapsIn(container['volumeMounts']).flatMap((mount): PictureEdge[] => {
      const name = wordOf(mount['name']);
      const [from, to] = [`volume ${name}`, `container ${index}`];
      if (!drawn.has(name) || known.has(`${from}|${to}`)) return [];
      return [{ from, to, label: shorten(wordOf(mount['mountPath']), 30), isCertificates: false, isMissing: false }];
    }),
  );
}
