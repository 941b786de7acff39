import { clustersIn, readBootstrap, unservedIn } from '../../objects/bootstrap.ts';
import type { ConfigMapFile } from '../../objects/config-map-file.ts';
import { bootstrapNameOf, isKubeProxy, labelsOf } from '../../objects/gateway-proxies.ts';
import {
  type InjectionSubject,
  injectionOf,
  injectionSubjectOf,
  isAmbient,
  isInjected,
} from '../../objects/mesh-labels.ts';
import { type KubeObject, nameOf, namespaceOf } from '../../objects/object.ts';
import { sdsAddress } from '../../objects/sidecars.ts';
import { isMap, mapAt, mapsIn, textOf, type ValueMap } from '../../value.ts';
import { findProxies } from '../proxies.ts';
import { certificateObstacles, type Obstacle } from './certificates.ts';
import { envoyProgram } from './envoy-program.ts';
import type { SdsSource } from './sent.ts';
import type { Reason } from './types.ts';
import { placeOf, type World } from './world.ts';

/** A gateway proxy, as far as it matters to mTLS. */
export interface GatewayProxy {
  readonly described: string;
  readonly namespace: string;
  /** The Gateway of the Kubernetes Gateway API that it serves. */
  readonly gateway: string | undefined;
  /** `<trust domain>/ns/<namespace>/sa/<service account>`: the identity of the proxy in the mesh. */
  readonly principal: string;
  /**
   * Whether Istio's own sidecar is injected, which takes over the connections; undefined if the Namespace was not
   * given.
   */
  readonly isInjected: boolean | undefined;
  /** Whether it is injected as usual: all traffic that leaves the pod goes through the one sidecar. */
  readonly isPlainlyInjected: boolean;
  /** Whether the proxy's own Namespace or pod is in ambient; undefined if its Namespace was not given. */
  readonly isAmbient: boolean | undefined;
  /** Whether its bootstrap requests Upstreams from Gloo; true if the ConfigMap was not given or cannot be read. */
  readonly isServed: boolean;
  /** Clusters of the bootstrap; undefined if the ConfigMap was not given or cannot be read. */
  readonly clusters: ReadonlyMap<string, BootstrapCluster> | undefined;
  /** Why its container may not be Gloo's Envoy with the proxy's bootstrap. */
  readonly program: readonly Obstacle[];
  /** Why the certificates do not reach the SDS server, determined once per proxy. */
  readonly certificates: readonly Obstacle[];
  place(path: readonly (string | number)[]): Partial<Pick<Reason, 'path' | 'file' | 'line'>>;
}

/** The gateway proxies of Gloo's chart. */
export function gatewayProxies(world: World): GatewayProxy[] {
  const all = [...world.of('Deployment'), ...world.of('DaemonSet'), ...world.of('ConfigMap')];
  const { workloads } = findProxies(all, {});
  return workloads.filter(({ object }) => object['kind'] !== 'ConfigMap').map((workload) => readProxy(workload, world));
}

/** The proxies that the control plane deploys for Gateways of the Kubernetes Gateway API. */
export function kubeProxies(world: World): GatewayProxy[] {
  return world
    .of('Deployment')
    .filter(({ object }) => isKubeProxy(object))
    .map((workload) => readProxy(workload, world));
}

function readProxy(workload: KubeObject, world: World): GatewayProxy {
  const { object } = workload;
  const namespace = namespaceOf(object) ?? world.glooNamespace;
  const template = mapAt(object, 'spec', 'template');
  const spec = mapAt(template, 'spec');
  const subject = injectionSubjectOf(template, namespace);
  const account = textOf(spec['serviceAccountName']) ?? 'default';
  const place: GatewayProxy['place'] = (path) => placeOf(workload, path);
  const ofNamespace = world.find('Namespace', 'default', namespace)?.object;
  const isKnown = ofNamespace !== undefined || world.hasAll('Namespace');
  const labels = isKnown ? mapAt(ofNamespace ?? {}, 'metadata', 'labels') : undefined;
  const described = `${textOf(object['kind']) ?? 'workload'} ${namespace}/${nameOf(object)}`;
  const { obstacles, file } = envoyProgram(object, described, place);
  return {
    described,
    namespace,
    gateway: textOf(labelsOf(object)['gateway.networking.k8s.io/gateway-name']),
    principal: `${world.trustDomain}/ns/${namespace}/sa/${account}`,
    isInjected: isInjected(subject, labels),
    isPlainlyInjected: isPlainlyInjected(subject, labels, spec, world),
    isAmbient: isAmbient(subject, labels),
    ...fromBootstrap(file ?? { configMap: bootstrapNameOf(object), key: 'envoy.yaml' }, namespace, world),
    program: obstacles,
    certificates: certificateObstacles({ spec, described, namespace, place }, world),
    place,
  };
}

/** Whether nothing in the pod keeps its connections from a sidecar that its revision injects. */
function isPlainlyInjected(
  subject: InjectionSubject,
  namespace: ValueMap | undefined,
  spec: ValueMap,
  { revisions }: World,
): boolean {
  const revision = injectionOf(subject, namespace ?? {})?.revision;
  const isThere = revision !== undefined && (revisions === undefined || revisions.has(revision));
  const isOwn = mapsIn(spec['containers']).some(({ name }) => name === 'istio-proxy');
  const keys = Object.keys(subject.annotations);
  // The chart's own annotation is about inbound traffic.
  const isChanged = keys.some(
    (key) =>
      ['inject.istio.io/', 'proxy.istio.io/config', 'sidecar.istio.io/interceptionMode'].some((word) =>
        key.startsWith(word),
      ) ||
      (key.startsWith('traffic.sidecar.istio.io/') && !key.endsWith('InboundPorts')),
  );
  // Traffic from the sidecar's own user is not redirected.
  const users = [spec, ...mapsIn(spec['containers'])].map((one) => mapAt(one, 'securityContext')['runAsUser']);
  return isThere && !isOwn && !isChanged && !users.includes(1337);
}

/** A cluster of the bootstrap, as far as an SDS server behind it is concerned. */
interface BootstrapCluster {
  readonly address: string;
  /** gRPC needs HTTP/2. */
  readonly isHttp2: boolean;
  /** Envoy connects to it with TLS or another transport. */
  readonly hasTransportSocket: boolean;
}

function fromBootstrap(
  file: ConfigMapFile,
  namespace: string,
  world: World,
): Pick<GatewayProxy, 'clusters' | 'isServed'> {
  const { configMap: name, key } = file;
  const configMap = world.find('ConfigMap', namespace, name) ?? world.find('ConfigMap', 'default', name);
  const text = textOf(mapAt(configMap?.object ?? {}, 'data')[key]);
  const bootstrap = text === undefined ? undefined : readBootstrap(text);
  if (bootstrap === undefined) return { clusters: undefined, isServed: true };
  return {
    clusters: new Map(clustersIn(bootstrap).map((one) => [textOf(one['name']) ?? '', readCluster(one)])),
    isServed: !unservedIn(bootstrap).includes('clusters'),
  };
}

function readCluster(cluster: ValueMap): BootstrapCluster {
  const options = cluster['typed_extension_protocol_options'] ?? cluster['typedExtensionProtocolOptions'];
  const isHttp2 =
    isMap(cluster['http2_protocol_options'] ?? cluster['http2ProtocolOptions']) ||
    /"http2_?protocol_?options"/i.test(JSON.stringify(options ?? {}));
  const socket = cluster['transport_socket'] ?? cluster['transportSocket'] ?? cluster['tls_context'];
  return { address: addressOf(cluster), isHttp2, hasTransportSocket: isMap(socket) };
}

function addressOf(cluster: ValueMap): string {
  const assignment = isMap(cluster['load_assignment']) ? cluster['load_assignment'] : mapAt(cluster, 'loadAssignment');
  const locality = mapsIn(assignment['endpoints'])[0] ?? {};
  const endpoint = mapsIn(locality['lb_endpoints'] ?? locality['lbEndpoints'])[0] ?? {};
  const address = mapAt(endpoint, 'endpoint', 'address');
  const socket = isMap(address['socket_address']) ? address['socket_address'] : mapAt(address, 'socketAddress');
  const port = socket['port_value'] ?? socket['portValue'];
  return `${textOf(socket['address']) ?? ''}:${typeof port === 'number' ? port : ''}`;
}

/** What is wrong with the cluster that Envoy uses for an SDS server. */
function clusterObstacles(name: string, proxy: GatewayProxy): readonly Obstacle[] {
  const refused = (code: string, text: string): Obstacle => ({
    verdict: 'refused',
    reason: { code, text, ...proxy.place(['spec', 'template', 'spec']) },
  });
  const unknown = (code: string, text: string, missing: string): Obstacle => ({
    verdict: 'unknown',
    reason: { code, text, missing },
  });
  if (proxy.clusters === undefined) {
    const missing = `the ConfigMap with the envoy.yaml of ${proxy.described}`;
    return [unknown('no-bootstrap', `The bootstrap of ${proxy.described} was not given.`, missing)];
  }
  const cluster = proxy.clusters.get(name);
  if (cluster === undefined) {
    const text = `Envoy of ${proxy.described} has no cluster ${name} in its bootstrap, so it gets no certificate.`;
    return [refused('no-sds-cluster', text)];
  }
  const about = `Cluster ${name} of ${proxy.described}`;
  if (cluster.address !== `${sdsAddress.host}:${sdsAddress.port}`) {
    const text = `${about} has the address ${cluster.address}, not that of Gloo's own SDS server.`;
    return [unknown('other-sds-server', text, `what ${cluster.address} serves`)];
  }
  return [
    ...(cluster.isHttp2
      ? []
      : [refused('sds-cluster-without-http2', `${about} does not speak HTTP/2, which SDS needs.`)]),
    ...(cluster.hasTransportSocket
      ? [refused('sds-cluster-over-tls', `${about} uses TLS, but Gloo's SDS server for the mesh does not.`)]
      : []),
  ];
}

/** What keeps a proxy from the secrets of a transport socket. */
export function obstaclesFor(sds: SdsSource, proxy: GatewayProxy): readonly Obstacle[] {
  if (sds.target !== undefined) {
    const text = `The Upstream requests its certificates directly from ${sds.target}, not through the cluster gateway_proxy_sds of the bootstrap: it has a targetUri but no clusterName.`;
    const missing = `what Envoy's own gRPC client receives from ${sds.target}`;
    return [{ verdict: 'unknown', reason: { code: 'sds-bypassed', text, missing } }];
  }
  const found = clusterObstacles(sds.cluster ?? '', proxy);
  if (found.some(({ reason }) => reason.code === 'other-sds-server')) return found;
  const served = [
    [sds.certificate, 'istio_server_cert'],
    [sds.validation, 'istio_validation_context'],
  ] as const;
  const others = served.flatMap(([asked, name]): Obstacle[] => {
    if (asked === undefined || asked === name) return [];
    const text = `The Upstream asks for the secret ${asked}, but Gloo's SDS server serves the mesh's certificates as ${name}.`;
    return [{ verdict: 'refused', reason: { code: 'no-such-secret', text } }];
  });
  return [...found, ...others, ...proxy.certificates];
}
