/**
 * Random worlds in which the Upstream is from the recordings of Gloo's translator, the pods and policies are from the
 * recordings of Istio, and the gateway proxies are the chart's, intact or broken in one way. The expected result is
 * derived from the recorded answers by the rules in this file only.
 */
import type { Verdict } from '../../src/istio/check/types.ts';
import { renderGatewayProxies } from '../../src/verbs/render.ts';
import { packedRecording } from './mtls-cases.ts';
import { notComputed } from './mtls-compare.ts';

// biome-ignore lint/suspicious/noExplicitAny: recordings are read as the recorder wrote them
type Json = any;

const gloo = packedRecording('translator');
const peers = packedRecording('peerauthentication');
const authorizations = packedRecording('authorization');
const glooReleases = Object.keys(gloo.releases);

/** Numbers that are the same in every run. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Random = (below: number) => number;
const pickFrom =
  (random: Random) =>
  <T>(list: readonly T[]): T =>
    list[random(list.length)] as T;

export interface DrawnWorld {
  readonly objects: readonly Json[];
  readonly glooVersion: string;
  readonly istioVersion: string;
  readonly rootNamespace: string;
  /** The verdicts that the recorded answers allow; undefined if they do not decide. */
  readonly expected: readonly Verdict[] | undefined;
  readonly about: string;
}

/** Istio's recorded input and answer for the pods of one world. */
interface Mesh {
  readonly id: string;
  readonly release: string;
  readonly objects: readonly Json[];
  readonly workload: Json;
  readonly rootNamespace: string;
  readonly ports: Json;
  /** `allow` or `deny` for the gateway, if there were AuthorizationPolicies. */
  readonly admits: ((port: number, call: string) => string | undefined) | undefined;
}

function drawMesh(random: Random): Mesh | undefined {
  const pick = pickFrom(random);
  const recording = random(4) === 0 ? authorizations : peers;
  const release = pick(Object.keys(recording.releases));
  const at = random(recording.cases.length);
  const [mesh, answer] = [recording.cases[at], recording.releases[release]?.[at]];
  if (answer.unreadable || answer.ports === undefined) return undefined;
  const { requests } = answer;
  return {
    ...{ id: mesh.id, release, objects: mesh.objects, ports: answer.ports },
    workload: mesh.workload,
    rootNamespace: mesh.rootNamespace ?? 'istio-system',
    admits:
      requests === undefined
        ? undefined
        : (port, call) => requests[`${port} ${call} ${call.startsWith('mtls') ? 'gateway' : 'nobody'}`],
  };
}

export function drawWorld(random: Random): DrawnWorld | undefined {
  const pick = pickFrom(random);
  const mesh = drawMesh(random);
  const glooVersion = pick(glooReleases);
  const at = random(gloo.cases.length);
  const [asked, translated] = [gloo.cases[at], gloo.releases[glooVersion]?.[at]];
  const isSidecar = String(asked.env.ENABLE_ISTIO_SIDECAR_ON_GATEWAY).toLowerCase() === 'true';
  if (mesh === undefined || !asked.upstream.spec.kube || isSidecar || asked.id === notComputed) return undefined;
  const { namespace, labels } = mesh.workload;
  const services = mesh.objects.filter(
    ({ kind, metadata, spec }: Json) =>
      kind === 'Service' &&
      metadata.namespace === namespace &&
      Object.entries(spec.selector ?? {}).every(([key, value]) => labels[key] === value),
  );
  if (services.length === 0) return undefined;
  const service = pick<Json>(services);
  const port = pick<Json>(service.spec.ports);
  const podPort = port.targetPort ?? port.port;
  const result = mesh.ports[podPort];
  if (result === undefined || port.protocol === 'UDP') return undefined;
  const { selector: _, subsetSpec: __, ...kube } = asked.upstream.spec.kube;
  const leading = { serviceName: service.metadata.name, serviceNamespace: namespace, servicePort: port.port };
  const upstream = { ...asked.upstream, spec: { ...asked.upstream.spec, kube: { ...kube, ...leading } } };
  const settings =
    glooVersion === '1.17.0-beta20' ? asked.settings : (asked.settings ?? { kind: 'Settings', metadata: {}, spec: {} });
  const integration = asked.settings?.spec?.gloo?.istioOptions?.enableIntegration === true;
  const pods = Array.from({ length: 1 + random(3) }, (_unused, number) => drawPod(mesh, podPort, number, random));
  const gateway = random(2) === 0 ? 'whole' : pick(Object.keys(gateways));
  const declaresOwnTls = services.some((one: Json) =>
    one.spec.ports.some((other: Json) => isSame(other, port) && declaresTls(other)),
  );
  return {
    objects: [
      ...mesh.objects,
      ...asked.secrets.map(secretOf),
      { ...settings, kind: 'Settings', metadata: { name: 'default', namespace: 'gloo-system' } },
      glooDeployment(integration),
      upstream,
      ...pods.map(({ object }) => object),
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'gloo-system' } },
      ...proxiesOf(glooVersion, gateway),
    ],
    ...{ glooVersion, istioVersion: mesh.release, rootNamespace: mesh.rootNamespace },
    // An app that terminates TLS itself receives plain HTTP after the mesh's mTLS; no recording says whether it accepts
    // that.
    expected: declaresOwnTls ? undefined : expectedOf(translated, asked, { mesh, result, podPort, pods, gateway }),
    about: `${asked.id} of ${glooVersion}, ${mesh.id} of ${mesh.release}, port ${port.port}, ${pods.map(({ about }) => about).join(' + ')}, ${gateway}`,
  };
}

/** A pod behind the Service, and Istio's answer about it. */
interface DrawnPod {
  readonly object: Json;
  readonly about: string;
  /** `recorded`: as recorded from Istio; `none`: nothing terminates mTLS; `gone`: it gets no requests. */
  readonly is: 'recorded' | 'none' | 'gone';
  readonly isMarked: boolean;
}

function drawPod({ workload }: Mesh, port: number, number: number, random: Random): DrawnPod {
  const pick = pickFrom(random);
  const { namespace, labels, dataplane } = workload;
  const mark = pick<string | undefined>([undefined, undefined, 'istio', 'istio', 'disabled', '']);
  const isSidecar = dataplane === 'sidecar';
  // The first pod exists as it was recorded, so that there is an endpoint.
  const kind = number === 0 ? pick(['plain', 'plain', 'native', 'status']) : pick(Object.keys(podKinds));
  const { spec = {}, annotations = {}, status = {}, metadata = {}, is = 'recorded' } = podKinds[kind]?.(port) ?? {};
  const agent = isSidecar && is !== 'none' && spec.initContainers === undefined && kind !== 'status';
  const isHost = spec.hostNetwork === true;
  return {
    about: `${kind}${mark === undefined ? '' : `(${mark})`}`,
    is: dataplane === 'none' || (isHost && dataplane === 'ambient') ? (is === 'gone' ? is : 'none') : is,
    isMarked: mark !== undefined,
    object: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `pod-${number}`,
        namespace,
        ...metadata,
        labels: { ...labels, ...(mark === undefined ? {} : { 'security.istio.io/tlsMode': mark }) },
        annotations: {
          ...(dataplane === 'ambient' && !isHost ? { 'ambient.istio.io/redirection': 'enabled' } : {}),
          ...(isSidecar || is !== 'recorded' ? annotations : {}),
        },
      },
      spec: {
        containers: [{ name: 'app' }, ...(agent ? [{ name: 'istio-proxy' }] : [])],
        ...(isSidecar ? spec : isHost ? { hostNetwork: true } : {}),
      },
      status: { phase: 'Running', podIP: `10.0.0.${number + 1}`, ...status },
    },
  };
}

interface PodKind {
  readonly spec?: Json;
  readonly annotations?: Json;
  readonly status?: Json;
  readonly metadata?: Json;
  readonly is?: DrawnPod['is'];
}

const podKinds: Readonly<Record<string, (port: number) => PodKind>> = {
  plain: () => ({}),
  native: () => ({ spec: { initContainers: [{ name: 'istio-proxy', restartPolicy: 'Always' }] } }),
  status: () => ({ annotations: { 'sidecar.istio.io/status': '{}' } }),
  'no-sidecar': () => ({ is: 'none' }),
  'a writer of certificates': () => ({
    is: 'none',
    spec: { containers: [{ name: 'istio-proxy', env: [{ name: 'DISABLE_ENVOY', value: 'true' }] }] },
  }),
  'on the host network': () => ({ is: 'none', spec: { hostNetwork: true } }),
  'port excluded': (port) => ({
    is: 'none',
    spec: { containers: [{ name: 'app' }, { name: 'istio-proxy' }] },
    annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': `1, ${port}` },
  }),
  'port not included': () => ({
    is: 'none',
    spec: { containers: [{ name: 'app' }, { name: 'istio-proxy' }] },
    annotations: { 'traffic.sidecar.istio.io/includeInboundPorts': '1,2' },
  }),
  'other port excluded': () => ({ annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '1' } }),
  failed: () => ({ is: 'gone', status: { phase: 'Failed' } }),
  terminating: () => ({ is: 'gone', metadata: { deletionTimestamp: '2024-01-01T00:00:00Z' } }),
  succeeded: () => ({ is: 'gone', status: { phase: 'Succeeded' } }),
};

function isSame(a: Json, b: Json): boolean {
  return (a.targetPort ?? a.port) === (b.targetPort ?? b.port);
}

function declaresTls({ name = '', appProtocol = name.split('-')[0] }: Json): boolean {
  return ['https', 'tls', 'kubernetes.io/wss'].includes(appProtocol.toLowerCase());
}

function glooDeployment(integration: boolean): Json {
  const env = [{ name: 'GG_EXPERIMENTAL_ISTIO_MTLS_SDS_ENABLED', value: String(integration) }];
  return {
    kind: 'Deployment',
    metadata: { name: 'gloo', namespace: 'gloo-system' },
    spec: { template: { spec: { containers: [{ name: 'gloo', env }] } } },
  };
}

/** A Kubernetes Secret from what the recorder wrote for Gloo's own reader. */
function secretOf({ metadata, tls }: Json): Json {
  const stringData = { 'tls.crt': tls.certChain, 'tls.key': tls.privateKey, 'ca.crt': tls.rootCa };
  return { kind: 'Secret', type: 'kubernetes.io/tls', metadata, stringData };
}

interface Asked {
  readonly mesh: Mesh;
  readonly result: Json;
  readonly podPort: number;
  readonly pods: readonly DrawnPod[];
  readonly gateway: string;
}

/** The combined result of the recorded answers; undefined if they do not decide. */
function expectedOf(translated: Json, asked: Json, about: Asked): readonly Verdict[] | undefined {
  // The recorded Services do not matter here: the Upstream refers to another one.
  const errors = (translated.errors ?? []).filter(
    (error: string) => !/references the service|LoadAssignment/.test(error),
  );
  if (errors.some((error: string) => error.startsWith('SSL secret not found'))) return undefined;
  if (errors.length > 0) return ['refused'];
  if (translated.warnings !== undefined || asked.upstream.spec.proxyProtocolVersion) return undefined;
  const there = about.pods.filter(({ is }) => is !== 'gone');
  const each = there.map((pod) => atPod(pod, translated.cluster, asked, about));
  // One pod that refuses is enough, regardless of the others.
  if (each.some((one) => one?.join() === 'refused')) return ['refused'];
  const known = each.filter((one) => one !== undefined);
  if (known.length < each.length) return undefined;
  const order: readonly Verdict[] = ['refused', 'unknown', 'plain-text', 'works'];
  const worstOf = (a: Verdict, b: Verdict): Verdict => (order.indexOf(a) < order.indexOf(b) ? a : b);
  let found: readonly Verdict[] = ['works'];
  for (const one of known) found = [...new Set(found.flatMap((a) => one.map((b) => worstOf(a, b))))];
  return found;
}

/** What policies may require of a request beyond the caller and the port. */
const asksMore = /"(?:not)?(?:paths|hosts|methods|requestPrincipals|ipBlocks|remoteIpBlocks|when|CUSTOM)"/i;

function atPod(pod: DrawnPod, cluster: Json, asked: Json, about: Asked): readonly Verdict[] | undefined {
  const { mesh, result, podPort, gateway } = about;
  const { transportSocketMatches = [], transportSocket } = cluster;
  const chosen = transportSocketMatches.find(({ match }: Json) => match.tlsMode === undefined || pod.isMarked);
  const context = (chosen ?? { transportSocket }).transportSocket?.typedConfig;
  const call = callOf(context, asked.upstream.spec.useHttp2 === true);
  if (call === undefined) return undefined;
  const isMesh = call.startsWith('mtls');
  const broken = isMesh ? gateways[gateway]?.breaks : undefined;
  if (broken === 'refused') return ['refused'];
  const received = pod.is === 'none' ? withoutMesh(call) : receivedAs(result, call);
  if (received === undefined) return undefined;
  const isArrival = received === 'works' || received === 'plain-text';
  const admitted = isArrival ? (pod.is === 'none' ? 'allow' : mesh.admits?.(podPort, call)) : undefined;
  if (isArrival && mesh.admits !== undefined && admitted === undefined) return undefined;
  const verdict = admitted === 'deny' ? 'refused' : received;
  if (broken === 'unknown' && verdict === 'works') return ['unknown', 'refused'];
  const depends = admitted !== undefined && asksMore.test(JSON.stringify(mesh.objects));
  const isBehind = pod.is === 'recorded' && result.plain !== undefined && gateway === 'no gateway';
  const isAnyone = isMesh && admitted === 'deny' && broken === 'unknown';
  return depends || isBehind || isAnyone ? [verdict, 'unknown'] : [verdict];
}

function withoutMesh(call: string): Verdict | undefined {
  return call.startsWith('mtls') ? 'refused' : call.startsWith('http') ? 'plain-text' : undefined;
}

function receivedAs(result: Json, call: string): Verdict | undefined {
  if (result.plain === undefined) return verdictOf(result.calls[call], call);
  if (call.startsWith('mtls')) return 'refused';
  return call.startsWith('http') ? (result.plain === 'accepted' ? 'plain-text' : 'refused') : undefined;
}

function callOf(context: Json, isHttp2: boolean): string | undefined {
  if (context === undefined || context['@type'].endsWith('RawBuffer')) return isHttp2 ? 'http2' : 'http';
  const {
    alpnProtocols = [],
    tlsCertificateSdsSecretConfigs,
    validationContextSdsSecretConfig,
    tlsCertificates,
  } = context.commonTlsContext ?? {};
  const alpn = alpnProtocols.join();
  if (tlsCertificates !== undefined) return undefined;
  if (tlsCertificateSdsSecretConfigs === undefined)
    return { '': 'tls', h2: 'tls-h2', 'http/1.1': 'tls-http1' }[alpn as ''];
  const [{ name, sdsConfig }] = tlsCertificateSdsSecretConfigs;
  const cluster = sdsConfig.apiConfigSource.grpcServices[0].envoyGrpc?.clusterName;
  const isMesh = cluster === 'gateway_proxy_sds' && name === 'istio_server_cert';
  if (!isMesh || validationContextSdsSecretConfig?.name !== 'istio_validation_context') return undefined;
  // A sidecar that has negotiated HTTP/2 reads nothing else.
  return { '': 'mtls', h2: isHttp2 ? 'mtls-h2' : undefined, istio: 'mtls-istio' }[alpn as ''];
}

function verdictOf(result: string, call: string): Verdict | undefined {
  if (['no-filter-chain', 'no-client-certificate', 'not-http'].includes(result)) return 'refused';
  if (result.startsWith('mtls-')) return 'works';
  if (call.startsWith('http')) return 'plain-text';
  // TLS that was not terminated: an app that speaks plain text cannot read the mesh's; for other TLS the app decides.
  return call.startsWith('mtls') ? 'refused' : undefined;
}

interface Gateway {
  /** The result for requests with the mesh's certificate. */
  readonly breaks?: 'refused' | 'unknown';
  readonly change?: (objects: Json[]) => Json[];
}

const podOf = (objects: Json[]): Json => objects.find(({ kind }) => kind === 'Deployment').spec.template.spec;
const containerOf = (objects: Json[], name: string): Json =>
  podOf(objects).containers.find((one: Json) => one.name === name);
const changed =
  (change: (objects: Json[]) => void) =>
  (objects: Json[]): Json[] => {
    change(objects);
    return objects;
  };
const setEnv = (name: string, container: string, value: string | undefined) =>
  changed((objects) => {
    const one = containerOf(objects, container);
    one.env = [
      ...one.env.filter((entry: Json) => entry.name !== name),
      ...(value === undefined ? [] : [{ name, value }]),
    ];
  });
const bootstrap = (from: RegExp, to: string) =>
  changed((objects) => {
    const { data } = objects.find(({ kind }) => kind === 'ConfigMap');
    data['envoy.yaml'] = data['envoy.yaml'].replace(from, to);
  });
const image = (tag: string) =>
  changed((objects) => {
    const agent = containerOf(objects, 'istio-proxy');
    agent.image = agent.image.replace(/:[^:]+$/, tag);
  });

/** The intact gateway proxies, and one way to break each link between istiod and Envoy. */
const gateways: Readonly<Record<string, Gateway>> = {
  whole: {},
  'a newer agent': { change: image(':1.24.1') },
  'no sds': {
    breaks: 'refused',
    change: changed((objects) => {
      const pod = podOf(objects);
      pod.containers = pod.containers.filter((one: Json) => one.name !== 'sds');
    }),
  },
  'no agent': {
    breaks: 'refused',
    change: changed((objects) => {
      const pod = podOf(objects);
      pod.containers = pod.containers.filter((one: Json) => one.name !== 'istio-proxy');
    }),
  },
  'sds for Gloo alone': { breaks: 'refused', change: setEnv('ISTIO_MTLS_SDS_ENABLED', 'sds', 'false') },
  'no cluster': { breaks: 'refused', change: bootstrap(/name: gateway_proxy_sds/, 'name: sds') },
  'certificates to no file': { breaks: 'refused', change: setEnv('OUTPUT_CERTS', 'istio-proxy', undefined) },
  'certificates elsewhere': { breaks: 'refused', change: setEnv('OUTPUT_CERTS', 'istio-proxy', '/etc/certs') },
  'certificates once': { breaks: 'refused', change: image(':1.6.5') },
  'an agent without a version': { breaks: 'unknown', change: image('@sha256:0123') },
  'another authority': { breaks: 'unknown', change: setEnv('CA_ADDR', 'istio-proxy', 'ca.example.com:443') },
  'no bootstrap': { breaks: 'unknown', change: (objects) => objects.filter(({ kind }) => kind !== 'ConfigMap') },
  'no gateway': { breaks: 'unknown', change: () => [] },
};

const rendered = new Map<string, string>();

/** A release's proxies with the sidecars of an Istio that renews what it writes. */
function proxiesOf(release: string, gateway: string): Json[] {
  const values = [{ global: { istioSDS: { enabled: true } } }];
  const text =
    rendered.get(release) ??
    JSON.stringify(
      renderGatewayProxies({ values, chartVersion: release, objects: 'workloads' }).manifests.map(
        ({ object }) => object,
      ),
    ).replace(/(proxyv2:)[\w.-]+/g, '$11.22.3');
  rendered.set(release, text);
  const objects = JSON.parse(text);
  return gateways[gateway]?.change?.(objects) ?? objects;
}

/** Kinds that may be missing, each with the words by which an answer asks for it. */
const droppable: Readonly<Record<string, readonly string[]>> = {
  PeerAuthentication: ['PeerAuthentication'],
  AuthorizationPolicy: ['AuthorizationPolicies'],
  Pod: ['pods', 'Pod'],
  Service: ['Service'],
  Namespace: ['Namespace'],
  Settings: ['Settings'],
  Secret: ['Secret'],
  ConfigMap: ['ConfigMap', 'envoy.yaml'],
  Deployment: ['Deployment', 'proxies'],
  istioVersion: ["Istio's version"],
  glooVersion: ["Gloo's release"],
};

/** The world without the objects of some kinds, about which nothing is known then; and words for what is missing. */
export function partOf(world: DrawnWorld, random: Random): { readonly world: Json; readonly lacks: readonly string[] } {
  const names = Object.keys(droppable);
  const dropped = names.filter(() => random(6) === 0);
  const { expected: _, about: __, glooVersion, istioVersion, ...rest } = world;
  return {
    world: {
      ...rest,
      objects: world.objects
        .filter(({ kind }) => !dropped.includes(kind))
        .map((one) => (dropped.includes('glooVersion') ? withoutVersion(one) : one)),
      ...(dropped.includes('glooVersion') ? {} : { glooVersion }),
      ...(dropped.includes('istioVersion') ? {} : { istioVersion }),
      complete: [...names, 'Upstream', 'Endpoints', 'Sidecar', 'EnvoyFilter'].filter((kind) => !dropped.includes(kind)),
    },
    lacks: dropped.flatMap((name) => droppable[name] ?? []),
  };
}

/** The gateway's image shows its release of Gloo. */
function withoutVersion(object: Json): Json {
  return JSON.parse(JSON.stringify(object).replace(/(gloo-envoy-wrapper|\/sds):[\w.-]+/g, '$1'));
}

/** Objects that look like the deciding ones but are not, at random places among the others. */
export function withIrrelevant(world: DrawnWorld, random: Random): DrawnWorld {
  const istio = (kind: string, namespace: string, spec: Json, group = 'security.istio.io/v1'): Json => ({
    ...{ apiVersion: group, kind, metadata: { name: 'other', namespace }, spec },
  });
  const deny = { action: 'DENY', rules: [{}] };
  const all = [
    istio('PeerAuthentication', 'elsewhere', { mtls: { mode: 'DISABLE' } }),
    istio('PeerAuthentication', world.rootNamespace, {
      selector: { matchLabels: { a: 'b' } },
      mtls: { mode: 'DISABLE' },
    }),
    istio('PeerAuthentication', 'shop', { mtls: { mode: 'DISABLE' } }, 'example.com/v1'),
    istio('AuthorizationPolicy', 'elsewhere', deny),
    istio('AuthorizationPolicy', 'shop', deny, 'policy.linkerd.io/v1beta1'),
    istio('AuthorizationPolicy', 'shop', { ...deny, selector: { matchLabels: { app: 'none-such' } } }),
    istio('AuthorizationPolicy', 'shop', { ...deny, action: 'AUDIT' }),
    // The gateway has no sidecar that would read it.
    istio(
      'DestinationRule',
      'gloo-system',
      { host: '*.local', trafficPolicy: { tls: { mode: 'DISABLE' } } },
      'networking.istio.io/v1',
    ),
    istio('Sidecar', 'shop', { egress: [{ hosts: ['./*'] }] }, 'networking.istio.io/v1'),
    istio('Service', 'elsewhere', { selector: { app: 'web' }, ports: [{ port: 80 }] }, 'v1'),
    istio('Service', 'shop', { selector: { app: 'none-such' }, ports: [{ port: 80, name: 'tcp' }] }, 'v1'),
    istio('NetworkPolicy', 'shop', {}, 'networking.k8s.io/v1'),
    istio('Deployment', 'elsewhere', { template: { metadata: { labels: { app: 'web' } }, spec: {} } }, 'apps/v1'),
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'elsewhere', labels: { app: 'web' } },
      spec: {},
    },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'shop' }, data: {} },
  ];
  const objects: Json[] = [...world.objects];
  for (const one of all) if (random(2) === 0) objects.splice(random(objects.length + 1), 0, one);
  const [first] = objects.splice(random(objects.length), 1);
  return { ...world, objects: [...objects, first] };
}
