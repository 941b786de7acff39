import { bootstrapNameOf } from '../../objects/gateway-proxies.ts';
import { type KubeObject, nameOf, namespaceOf } from '../../objects/object.ts';
import { isMap, mapAt, mapsIn, textOf, type ValueMap } from '../../value.ts';
import { readYaml } from '../../yaml/read.ts';
import { parseImage } from '../image.ts';
import { findProxies } from '../proxies.ts';
import { type Istio, istioOf, parseIstioVersion } from '../version.ts';
import type { SdsSource } from './sent.ts';
import type { Reason } from './types.ts';
import { namespaceOrDefault, type World } from './world.ts';

/** What stands in the way of the mesh's certificates in one gateway proxy. */
export interface Obstacle {
  readonly verdict: 'refused' | 'unknown';
  readonly reason: Reason;
}

/** A gateway proxy as far as it decides about mTLS. */
export interface GatewayProxy {
  readonly described: string;
  readonly namespace: string;
  /** `<trust domain>/ns/<namespace>/sa/<service account>`: who the proxy is to the mesh. */
  readonly principal: string;
  /** Istio's own sidecar is injected, which takes over the connections; undefined where the Namespace was not given. */
  readonly isInjected: boolean | undefined;
  /** The proxy's own Namespace or pod is in ambient; undefined where its Namespace was not given. */
  readonly isAmbient: boolean | undefined;
  /** Clusters of the bootstrap with their addresses; undefined where the ConfigMap was not given or cannot be read. */
  readonly clusters: ReadonlyMap<string, string> | undefined;
  /** Why the certificates do not get to the SDS server, found once for each proxy. */
  readonly certificates: readonly Obstacle[];
  place(path: readonly (string | number)[]): Partial<Pick<Reason, 'path' | 'file' | 'line'>>;
}

/** The gateway proxies of Gloo's own API. Those of the Kubernetes Gateway API get their endpoints another way. */
export function gatewayProxies(world: World): GatewayProxy[] {
  const all = [...world.of('Deployment'), ...world.of('DaemonSet'), ...world.of('ConfigMap')];
  const { workloads } = findProxies(all, {});
  return workloads.filter(({ object }) => object['kind'] !== 'ConfigMap').map((workload) => readProxy(workload, world));
}

function readProxy(workload: KubeObject, world: World): GatewayProxy {
  const { object } = workload;
  const namespace = namespaceOf(object) ?? world.glooNamespace;
  const template = mapAt(object, 'spec', 'template');
  const spec = mapAt(template, 'spec');
  const labels = mapAt(template, 'metadata', 'labels');
  const annotations = mapAt(template, 'metadata', 'annotations');
  const account = textOf(spec['serviceAccountName']) ?? 'default';
  const place = placesOf(workload);
  const ofNamespace = world.find('Namespace', 'default', namespace)?.object;
  const dataplane =
    labels['istio.io/dataplane-mode'] ?? mapAt(ofNamespace ?? {}, 'metadata', 'labels')['istio.io/dataplane-mode'];
  const asked = textOf(labels['sidecar.istio.io/inject']) ?? textOf(annotations['sidecar.istio.io/inject']);
  const isNamespaceKnown = ofNamespace !== undefined || world.hasAll('Namespace');
  const described = `${textOf(object['kind']) ?? 'workload'} ${namespace}/${nameOf(object)}`;
  return {
    described,
    namespace,
    principal: `${world.trustDomain}/ns/${namespace}/sa/${account}`,
    isInjected:
      asked !== undefined || isNamespaceKnown
        ? isInjected(asked, mapAt(ofNamespace ?? {}, 'metadata', 'labels'))
        : undefined,
    isAmbient: dataplane === undefined && !isNamespaceKnown ? undefined : dataplane === 'ambient',
    clusters: clustersOf(object, namespace, world),
    certificates: certificateObstacles(spec, described, place, world),
    place,
  };
}

/** What the labels of a pod and of its Namespace ask of Istio's injector. */
function isInjected(asked: string | undefined, labels: ValueMap): boolean {
  if (asked !== undefined) return asked === 'true';
  return (
    labels['istio-injection'] === 'enabled' || (labels['istio-injection'] !== 'disabled' && 'istio.io/rev' in labels)
  );
}

function placesOf(object: KubeObject): GatewayProxy['place'] {
  return (path) => {
    const { file, line, path: where } = object.problem({ code: '', severity: 'info', message: '' }, path);
    return {
      ...(where === undefined ? {} : { path: where }),
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
    };
  };
}

function clustersOf(workload: ValueMap, namespace: string, world: World): ReadonlyMap<string, string> | undefined {
  const name = bootstrapNameOf(workload);
  const configMap = world.find('ConfigMap', namespace, name) ?? world.find('ConfigMap', 'default', name);
  const text = textOf(mapAt(configMap?.object ?? {}, 'data')['envoy.yaml']);
  if (text === undefined) return undefined;
  const { value } = readYaml({ name, text });
  if (!isMap(value)) return undefined;
  const resources = isMap(value['static_resources']) ? value['static_resources'] : mapAt(value, 'staticResources');
  return new Map(mapsIn(resources['clusters']).map((cluster) => [textOf(cluster['name']) ?? '', addressOf(cluster)]));
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

/** Where Gloo's SDS server reads the mesh's certificates. */
const certificateFolder = '/etc/istio-certs';
const sdsAddress = '127.0.0.1:8234';

type Place = GatewayProxy['place'];

/** The way of the certificates: istiod → istio-proxy → a volume → sds. */
function certificateObstacles(spec: ValueMap, described: string, place: Place, world: World): readonly Obstacle[] {
  const containers = mapsIn(spec['containers']);
  const found: Obstacle[] = [];
  const add = (
    code: string,
    text: string,
    container: number | undefined,
    verdict: Obstacle['verdict'] = 'refused',
  ): void => {
    const path = ['spec', 'template', 'spec', 'containers', ...(container === undefined ? [] : [container])];
    found.push({ verdict, reason: { code, text, ...place(path) } });
  };
  const sdsIndex = containers.findIndex((container) => isSds(container));
  const agentIndex = containers.findIndex((container) => isAgent(container));
  const [sds, agent] = [containers[sdsIndex], containers[agentIndex]];
  if (sds === undefined) {
    add(
      'no-sds-container',
      `${described} has no sds container, so nobody answers Envoy's question for the mesh's certificates.`,
      undefined,
    );
    return found;
  }
  if (envOf(sds, 'ISTIO_MTLS_SDS_ENABLED') !== 'true')
    add(
      'sds-without-istio',
      `The sds container of ${described} does not serve Istio's certificates: ISTIO_MTLS_SDS_ENABLED is not "true".`,
      sdsIndex,
    );
  if (agent === undefined) {
    add(
      'no-istio-proxy',
      `${described} has no istio-proxy container, so nobody fetches certificates from istiod.`,
      undefined,
    );
    return found;
  }
  const output = envOf(agent, 'OUTPUT_CERTS');
  if (output === undefined)
    add(
      'certificates-not-written',
      `istio-proxy of ${described} writes its certificates to no file: OUTPUT_CERTS is not set.`,
      agentIndex,
    );
  else if (!isSamePlace(agent, output, sds, certificateFolder))
    add(
      'certificates-elsewhere',
      `istio-proxy of ${described} writes certificates to ${output}, which is not what its sds container reads at ${certificateFolder}.`,
      agentIndex,
    );
  for (const obstacle of agentObstacles(agent, world)) add(obstacle.code, `${obstacle.text(described)}`, agentIndex);
  return found;
}

interface AgentObstacle {
  readonly code: string;
  text(described: string): string;
}

/** Why an agent gets no certificates, or not for long. */
function agentObstacles(agent: ValueMap, world: World): readonly AgentObstacle[] {
  const tag = parseImage(textOf(agent['image']) ?? '').tag;
  const version = parseIstioVersion(tag);
  const istio = version === undefined ? undefined : istioOf(version);
  const named = version === undefined ? 'its Istio' : `Istio ${version.join('.')}`;
  const found: AgentObstacle[] = [];
  const policy = envOf(agent, 'JWT_POLICY') ?? 'third-party-jwt';
  const isThirdParty = policy === 'third-party-jwt' || istio?.has('thirdPartyTokenAlways') === true;
  if (isThirdParty && !mountsAt(agent, '/var/run/secrets/tokens'))
    found.push({
      code: 'token-not-mounted',
      text: (who) => `istio-proxy of ${who} has no token for istiod: nothing is mounted at /var/run/secrets/tokens.`,
    });
  if (!isThirdParty && policy !== 'first-party-jwt' && istio !== undefined)
    found.push({
      code: 'no-token',
      text: (who) => `${named} in ${who} sends no token with JWT_POLICY "${policy}", so istiod signs nothing.`,
    });
  if ((envOf(agent, 'PILOT_CERT_PROVIDER') ?? 'istiod') === 'istiod' && !mountsAt(agent, '/var/run/secrets/istio'))
    found.push({
      code: 'istio-ca-not-mounted',
      text: (who) => `istio-proxy of ${who} cannot check istiod: nothing is mounted at /var/run/secrets/istio.`,
    });
  if (istio?.has('emptyClusterIdRefused') && !envOf(agent, 'ISTIO_META_CLUSTER_ID'))
    found.push({
      code: 'cluster-id-missing',
      text: (who) =>
        `istiod refuses the proxy of ${named} in ${who} without ISTIO_META_CLUSTER_ID, so it asks for no certificate.`,
    });
  if (istio !== undefined && losesRotation(agent, istio))
    found.push({
      code: 'certificates-not-rotated',
      text: (who) =>
        `${named} in ${who} writes certificates to files only once: requests work at first and are refused when the certificate expires, after 24 hours by default.`,
    });
  const elsewhere = unreachedIstiod(agent, world);
  if (elsewhere !== undefined)
    found.push({
      code: 'istiod-not-there',
      text: (who) => `istio-proxy of ${who} asks ${elsewhere}, which is no Service of any istiod that was given.`,
    });
  return found;
}

function losesRotation(agent: ValueMap, istio: Istio): boolean {
  if (istio.has('rotationNotWritten')) return true;
  return istio.has('rotationNotWrittenWithoutEnvoy') && envOf(agent, 'DISABLE_ENVOY') === 'true';
}

/** The address of an istiod that none of those that were given has; undefined where nothing speaks against the address. */
function unreachedIstiod(agent: ValueMap, world: World): string | undefined {
  const config = /discoveryAddress["']?\s*:\s*["']?([\w.-]+)/.exec(envOf(agent, 'PROXY_CONFIG') ?? '')?.[1];
  const address = (envOf(agent, 'CA_ADDR') || config) ?? 'istiod.istio-system.svc:15012';
  const [, name, namespace] = /^(istiod[\w-]*)\.([\w-]+)(?:\.svc|$|:)/.exec(address) ?? [];
  if (name === undefined || namespace === undefined) return undefined;
  const services = world
    .inNamespace('Service', namespace)
    .filter(({ object }) => /^istiod(?:-|$)/.test(nameOf(object)));
  if (services.length > 0) return services.some(({ object }) => nameOf(object) === name) ? undefined : address;
  const istiods = world.of('Deployment').filter(({ object }) => /^istiod(?:-|$)/.test(nameOf(object)));
  if (istiods.length === 0) return undefined;
  const names = istiods.map(({ object }) => `${serviceOfIstiod(object)}.${namespaceOrDefault(object)}`);
  return names.includes(`${name}.${namespace}`) ? undefined : address;
}

/** The Service of an istiod: its revision follows the name, but for the one without a revision. */
function serviceOfIstiod(deployment: ValueMap): string {
  const revision = textOf(mapAt(deployment, 'metadata', 'labels')['istio.io/rev']);
  if (revision === undefined) return nameOf(deployment);
  return revision === 'default' || revision === '' ? 'istiod' : `istiod-${revision}`;
}

function isSds(container: ValueMap): boolean {
  return (
    container['name'] === 'sds' ||
    /^sds(?:-ee|-fips)*$/.test(
      parseImage(textOf(container['image']) ?? '')
        .base.split('/')
        .at(-1) ?? '',
    )
  );
}

function isAgent(container: ValueMap): boolean {
  return container['name'] === 'istio-proxy' || /proxyv2$/.test(parseImage(textOf(container['image']) ?? '').base);
}

/** The value of a variable that is written out; undefined for one that comes from elsewhere. */
function envOf(container: ValueMap, name: string): string | undefined {
  return textOf(mapsIn(container['env']).find((entry) => entry['name'] === name)?.['value']);
}

interface Spot {
  readonly volume: string;
  /** Below the volume's top. */
  readonly rest: string;
}

function spotOf(container: ValueMap, path: string): Spot | undefined {
  const wanted = tidied(path);
  let best: { readonly at: string; readonly spot: Spot } | undefined;
  for (const mount of mapsIn(container['volumeMounts'])) {
    const at = tidied(textOf(mount['mountPath']) ?? '');
    if (wanted !== at && !wanted.startsWith(`${at === '/' ? '' : at}/`)) continue;
    if (best !== undefined && best.at.length >= at.length) continue;
    const sub = textOf(mount['subPath']) ?? '';
    best = { at, spot: { volume: textOf(mount['name']) ?? '', rest: tidied(`/${sub}/${wanted.slice(at.length)}`) } };
  }
  return best?.spot;
}

function isSamePlace(a: ValueMap, pathOfA: string, b: ValueMap, pathOfB: string): boolean {
  const [left, right] = [spotOf(a, pathOfA), spotOf(b, pathOfB)];
  return left !== undefined && right !== undefined && left.volume === right.volume && left.rest === right.rest;
}

/** Whether a volume is mounted at a folder or above it. The agent's own paths start at its working folder, which is `/`. */
function mountsAt(container: ValueMap, path: string): boolean {
  return spotOf(container, path) !== undefined;
}

function tidied(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return `/${parts.join('/')}`;
}

/** What stands between a proxy and the secrets of a socket. */
export function obstaclesFor(sds: SdsSource, proxy: GatewayProxy): readonly Obstacle[] {
  const found: Obstacle[] = [];
  if (sds.target !== undefined) {
    const text = `The Upstream asks ${sds.target} for its certificates by itself, not by the cluster gateway_proxy_sds of the bootstrap: it has a targetUri but no clusterName.`;
    const missing = `what Envoy's own gRPC client gets from ${sds.target}`;
    return [{ verdict: 'unknown', reason: { code: 'sds-bypassed', text, missing } }];
  } else if (proxy.clusters === undefined) {
    found.push({
      verdict: 'unknown',
      reason: {
        code: 'no-bootstrap',
        text: `The bootstrap of ${proxy.described} was not given.`,
        missing: `the ConfigMap with the envoy.yaml of ${proxy.described}`,
      },
    });
  } else {
    const address = proxy.clusters.get(sds.cluster ?? '');
    if (address === undefined)
      found.push({
        verdict: 'refused',
        reason: {
          code: 'no-sds-cluster',
          text: `Envoy of ${proxy.described} has no cluster ${sds.cluster ?? ''} in its bootstrap, so it gets no certificate.`,
          ...proxy.place(['spec', 'template', 'spec']),
        },
      });
    else if (address !== sdsAddress)
      found.push({
        verdict: 'unknown',
        reason: {
          code: 'other-sds-server',
          text: `Cluster ${sds.cluster ?? ''} of ${proxy.described} is at ${address}, not at Gloo's own SDS server.`,
          missing: `what ${address} serves`,
        },
      });
  }
  if (found.some(({ reason }) => reason.code === 'other-sds-server')) return found;
  const served = [
    [sds.certificate, 'istio_server_cert'],
    [sds.validation, 'istio_validation_context'],
  ] as const;
  for (const [asked, name] of served) {
    if (asked !== undefined && asked !== name)
      found.push({
        verdict: 'refused',
        reason: {
          code: 'no-such-secret',
          text: `The Upstream asks for the secret ${asked}, but Gloo's SDS server calls the mesh's ${name}.`,
        },
      });
  }
  return [...found, ...proxy.certificates];
}
