import { clustersIn, readBootstrap, sdsCluster } from '../objects/bootstrap.ts';
import { envoyIndexOf } from '../objects/gateway-proxies.ts';
import { certificateWriting, istiodAsked } from '../objects/istio-agent.ts';
import type { KubeObject } from '../objects/object.ts';
import { certificateFolder, isIstioAgent, isSdsServer } from '../objects/sidecars.ts';
import { type Spot, variableOf } from '../objects/workload.ts';
import { mapAt, textOf, type ValueMap } from '../value.ts';
import { shorten } from '../words.ts';
import { box, shortened } from './boxes.ts';
import type { PicturedProxy, PictureEdge, PictureNode, PodPicture } from './types.ts';

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
  const [sds, agent] = [containers.find(isSdsServer), containers.find(isIstioAgent)];
  const { folder, written, read } = certificateWriting(agent ?? {}, sds);
  return { volume: read?.volume ?? written?.volume ?? 'istio-certs', folder, written, read };
}

/** The path of the mesh's certificates: istiod → istio-proxy → a volume → sds → Envoy → Upstreams. */
export function certificateFlow(
  { configMap, upstreams, workload }: PicturedProxy,
  containers: readonly ValueMap[],
  meeting: Meeting & { readonly isSound: boolean },
): Pick<PodPicture, 'nodes' | 'edges'> {
  const [sds, agent] = [containers.find(isSdsServer), containers.find(isIstioAgent)];
  const told = sds && variableOf(sds, 'ISTIO_MTLS_SDS_ENABLED');
  const serves = told !== undefined && (told.isOpen || told.value === 'true');
  // With Gloo's own mTLS, the SDS server serves other certificates.
  if (agent === undefined && !serves) return { nodes: [], edges: [] };
  const idOf = (container: ValueMap): string => `container ${containers.indexOf(container)}`;
  const ids = {
    sds: sds === undefined ? 'no sds' : idOf(sds),
    agent: agent === undefined ? 'no agent' : idOf(agent),
    envoy: `container ${Math.max(0, envoyIndexOf(workload.object))}`,
  };
  const way = wayOf(meeting, ids, { hasAgent: agent !== undefined, serves, isAsked: asksSds(configMap) });
  return {
    nodes: [
      box('outside', 'istiod', 'istiod', [istiodOf(agent)]),
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
  if (configMap === undefined) return true;
  const bootstrap = readBootstrap(textOf(mapAt(configMap.object, 'data')['envoy.yaml']) ?? '') ?? {};
  return clustersIn(bootstrap).some(({ name }) => name === sdsCluster);
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
    edge(ids.sds, ids.envoy, isAsked ? `SDS: ${sdsCluster}` : `no cluster ${sdsCluster}`, !isAsked || !serves),
  ];
  // If anything on the way is broken, the last arrow must not suggest that it works.
  const isBroken = way.some((one) => one.isMissing);
  const label = isBroken ? 'no certificate' : isSound ? 'mTLS' : 'mTLS?';
  return [...way, { ...edge(ids.envoy, 'upstreams', label, isBroken), isCertificates: isSound }];
}

/** The address from which the agent requests certificates. */
function istiodOf(agent: ValueMap | undefined): string {
  return shortened(istiodAsked(agent ?? {}).signing);
}

function upstreamNode(upstreams: readonly KubeObject[]): PictureNode {
  const names = upstreams.map(({ name }) => name);
  const rows =
    names.length === 0
      ? ['with sslConfig.sds or auto mTLS']
      : [...names.slice(0, 5).map(shortened), ...(names.length > 5 ? [`and ${names.length - 5} more`] : [])];
  return box('outside', 'upstreams', 'Upstreams', rows);
}
