import { isSds, type Spot, spotOf, variableOf } from '../istio/check/containers.ts';
import { defaultIstiod } from '../objects/istiod-address.ts';
import { type KubeObject, nameOf } from '../objects/object.ts';
import { discoveryAddressIn } from '../objects/proxy-config.ts';
import { isIstioAgent } from '../objects/sidecars.ts';
import { readBootstrap } from '../rules/bootstrap.ts';
import { mapAt, mapOf, mapsIn, textOf, type ValueMap } from '../value.ts';
import { shorten } from '../words.ts';
import { outside, shortened } from './boxes.ts';
import type { PicturedProxy, PictureEdge, PictureNode, PodPicture } from './types.ts';

const certificateFolder = '/etc/istio-certs';
const cluster = 'gateway_proxy_sds';

/** Where the agent and the SDS server meet: the volume that sds reads, otherwise the one that the agent writes to. */
export interface Meeting {
  readonly volume: string;
  /** The folder that the agent writes to. */
  readonly folder: string;
  readonly written: Spot | undefined;
  readonly read: Spot | undefined;
}

/** Finds it by the containers' variables and mounts. */
export function meetingOf(containers: readonly ValueMap[]): Meeting {
  const [sds, agent] = [containers.find(isSds), containers.find(isIstioAgent)];
  const folder = (agent && variableOf(agent, 'OUTPUT_CERTS').value) ?? '';
  const written = agent && spotOf(agent, folder);
  const read = sds && spotOf(sds, certificateFolder);
  return { volume: read?.volume ?? written?.volume ?? 'istio-certs', folder, written, read };
}

/** The path of the mesh's certificates: istiod → istio-proxy → a volume → sds → Envoy → Upstreams. */
export function certificateFlow(
  { configMap, upstreams, workload }: PicturedProxy,
  containers: readonly ValueMap[],
  meeting: Meeting & { readonly isSound: boolean },
): Pick<PodPicture, 'nodes' | 'edges'> {
  const [sds, agent] = [containers.find(isSds), containers.find(isIstioAgent)];
  const told = sds && variableOf(sds, 'ISTIO_MTLS_SDS_ENABLED');
  const serves = told !== undefined && (told.isOpen || told.value === 'true');
  // With Gloo's own mTLS, the SDS server serves other certificates.
  if (agent === undefined && !serves) return { nodes: [], edges: [] };
  const idOf = (container: ValueMap): string => `container ${containers.indexOf(container)}`;
  const ids = {
    sds: sds === undefined ? 'no sds' : idOf(sds),
    agent: agent === undefined ? 'no agent' : idOf(agent),
    envoy: `container ${envoyIndex(containers, nameOf(workload.object))}`,
  };
  const way = wayOf(meeting, ids, { hasAgent: agent !== undefined, serves, isAsked: asksSds(configMap) });
  return {
    nodes: [
      outside('istiod', 'istiod', [istiodOf(agent)]),
      ...(sds === undefined ? [missing('container', ids.sds, 'sds', 'no container serves the certificates')] : []),
      ...(agent === undefined
        ? [missing('container', ids.agent, 'istio-proxy', 'no container fetches certificates')]
        : []),
      missing('volume', `volume ${meeting.volume}`, meeting.volume, 'no such volume'),
      upstreamNode(upstreams),
    ],
    edges: way,
  };
}

function missing(kind: PictureNode['kind'], id: string, title: string, row: string): PictureNode {
  return { kind, id, title: shortened(title), rows: [row], faults: [], isMissing: true };
}

/** Whether Envoy's bootstrap has the cluster for the SDS server; true if the bootstrap is unknown. */
function asksSds(configMap: KubeObject | undefined): boolean {
  const config = readBootstrap(textOf(mapAt(configMap?.object, 'data')['envoy.yaml']) ?? '');
  const resources = mapOf(config['static_resources'] ?? config['staticResources']);
  return configMap === undefined || mapsIn(resources['clusters']).some(({ name }) => name === cluster);
}

/** The arrows from istiod to the Upstreams, including broken ones. */
function wayOf(
  { volume, folder, written, read, isSound }: Meeting & { readonly isSound: boolean },
  ids: { readonly sds: string; readonly agent: string; readonly envoy: string },
  { hasAgent, serves, isAsked }: { readonly hasAgent: boolean; readonly serves: boolean; readonly isAsked: boolean },
): PictureEdge[] {
  const edge = (from: string, to: string, label: string, isMissing: boolean): PictureEdge => ({
    ...{ from, to, label, isMissing },
    isCertificates: true,
  });
  const isWritten = written?.volume === volume && written.rest === (read?.rest ?? written.rest);
  const isRead = read !== undefined && serves;
  const way = [
    edge('istiod', ids.agent, 'signs', !hasAgent),
    edge(
      ids.agent,
      `volume ${volume}`,
      isWritten ? `writes ${shorten(folder, 30)}` : 'does not write there',
      !isWritten,
    ),
    edge(
      `volume ${volume}`,
      ids.sds,
      isRead ? `reads ${certificateFolder}` : read === undefined ? 'not mounted' : 'not served',
      !isRead,
    ),
    edge(ids.sds, ids.envoy, isAsked ? `SDS: ${cluster}` : `no cluster ${cluster}`, !isAsked || !serves),
  ];
  // If anything on the way is broken, the last arrow must not suggest that it works.
  const isBroken = way.some((one) => one.isMissing);
  const label = isBroken ? 'no certificate' : isSound ? 'mTLS' : 'mTLS?';
  return [...way, { ...edge(ids.envoy, 'upstreams', label, isBroken), isCertificates: isSound }];
}

/** The index of the container that runs Envoy. */
export function envoyIndex(containers: readonly ValueMap[], workload: string): number {
  const named = containers.findIndex(
    ({ name }) => name === workload || name === 'gateway-proxy' || name === 'gloo-gateway',
  );
  return Math.max(0, named);
}

/** The address from which the agent requests certificates. */
function istiodOf(agent: ValueMap | undefined): string {
  if (agent === undefined) return shortened(defaultIstiod);
  const discovery = discoveryAddressIn(variableOf(agent, 'PROXY_CONFIG').value ?? '');
  return shortened(variableOf(agent, 'CA_ADDR').value || discovery || defaultIstiod);
}

function upstreamNode(upstreams: readonly KubeObject[]): PictureNode {
  const names = upstreams.map(({ name }) => name);
  const rows =
    names.length === 0
      ? ['with sslConfig.sds or auto mTLS']
      : [...names.slice(0, 5).map(shortened), ...(names.length > 5 ? [`and ${names.length - 5} more`] : [])];
  return outside('upstreams', 'Upstreams', rows);
}
