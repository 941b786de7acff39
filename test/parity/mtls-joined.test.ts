/**
 * checkMtls against both recordings at once: random worlds in which the Upstream is one that Gloo's translator was asked about and the
 * pods are ones that Istio was asked about. What should come out is read from the two recorded answers, not from our own rules.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict } from '../../src/istio/check/types.ts';
import { checkMtls } from '../../src/verbs/check.ts';
import { renderGatewayProxies } from '../../src/verbs/render.ts';
import { packedRecording } from '../support/mtls-cases.ts';

// biome-ignore lint/suspicious/noExplicitAny: recordings are read as the recorder wrote them
type Json = any;

const gloo = packedRecording('translator');
const istio = packedRecording('peerauthentication');
/** The releases whose proxies can have the SDS cluster; before them the fields of auto mTLS are unknown. */
const glooReleases = Object.keys(gloo.releases);
const istioReleases = Object.keys(istio.releases);

/** Numbers that are the same in every run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface World {
  readonly objects: Json[];
  readonly glooRelease: string;
  readonly istioRelease: string;
  readonly expected: Verdict | undefined;
  readonly about: string;
  readonly rootNamespace: string;
}

function randomWorld(random: (below: number) => number): World | undefined {
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;
  const [glooRelease, istioRelease] = [pick(glooReleases), pick(istioReleases)];
  const [g, i] = [random(gloo.cases.length), random(istio.cases.length)];
  const [asked, mesh] = [gloo.cases[g], istio.cases[i]];
  const [translated, answer] = [gloo.releases[glooRelease]?.[g], istio.releases[istioRelease]?.[i]];
  const isSidecar = String(asked.env.ENABLE_ISTIO_SIDECAR_ON_GATEWAY).toLowerCase() === 'true';
  if (!asked.upstream.spec.kube || isSidecar || answer.unreadable) return undefined;
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
  const result = answer.ports[port.targetPort ?? port.port];
  if (result === undefined || port.protocol === 'UDP') return undefined;
  const isMarked = random(2) === 0;
  const pod = podOf(mesh.workload, isMarked);
  const { selector: _, subsetSpec: __, ...kube } = asked.upstream.spec.kube;
  const upstream = {
    ...asked.upstream,
    spec: {
      ...asked.upstream.spec,
      kube: { ...kube, serviceName: service.metadata.name, serviceNamespace: namespace, servicePort: port.port },
    },
  };
  const settings =
    glooRelease === '1.17.0-beta20' ? asked.settings : (asked.settings ?? { kind: 'Settings', metadata: {}, spec: {} });
  const integration = asked.settings?.spec?.gloo?.istioOptions?.enableIntegration === true;
  return {
    objects: [
      ...mesh.objects,
      ...asked.secrets.map(secretOf),
      { ...settings, kind: 'Settings', metadata: { name: 'default', namespace: 'gloo-system' } },
      glooDeployment(integration),
      upstream,
      pod,
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'gloo-system' } },
    ],
    ...{ glooRelease, istioRelease },
    rootNamespace: mesh.rootNamespace,
    // An app that ends TLS itself gets plain HTTP out of the mesh's mTLS; whether it takes that no recording says.
    expected: services.some((one: Json) =>
      one.spec.ports.some((other: Json) => isSame(other, port) && declaresTls(other)),
    )
      ? undefined
      : expectedVerdict(translated, asked, result, isMarked),
    about: `${asked.id} of ${glooRelease}, ${mesh.id} of ${istioRelease}, port ${port.port}, ${isMarked ? 'marked' : 'unmarked'}`,
  };
}

function isSame(a: Json, b: Json): boolean {
  return (a.targetPort ?? a.port) === (b.targetPort ?? b.port);
}

function declaresTls({ name = '', appProtocol = name.split('-')[0] }: Json): boolean {
  return ['https', 'tls', 'kubernetes.io/wss'].includes(appProtocol.toLowerCase());
}

function podOf({ namespace, labels, dataplane }: Json, isMarked: boolean): Json {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'pod',
      namespace,
      labels: { ...labels, ...(isMarked ? { 'security.istio.io/tlsMode': 'istio' } : {}) },
      annotations: dataplane === 'ambient' ? { 'ambient.istio.io/redirection': 'enabled' } : {},
    },
    spec: { containers: [{ name: 'app' }, ...(dataplane === 'sidecar' ? [{ name: 'istio-proxy' }] : [])] },
    status: { phase: 'Running' },
  };
}

function glooDeployment(integration: boolean): Json {
  const env = [{ name: 'GG_EXPERIMENTAL_ISTIO_MTLS_SDS_ENABLED', value: String(integration) }];
  return {
    kind: 'Deployment',
    metadata: { name: 'gloo', namespace: 'gloo-system' },
    spec: { template: { spec: { containers: [{ name: 'gloo', env }] } } },
  };
}

/** A Secret as Kubernetes has it, of what the recorder wrote for Gloo's own reading. */
function secretOf({ metadata, tls }: Json): Json {
  const stringData = { 'tls.crt': tls.certChain, 'tls.key': tls.privateKey, 'ca.crt': tls.rootCa };
  return { kind: 'Secret', type: 'kubernetes.io/tls', metadata, stringData };
}

/** What the two recorded answers say together; undefined where they do not decide. */
function expectedVerdict(translated: Json, asked: Json, result: Json, isMarked: boolean): Verdict | undefined {
  // The recorded Services do not matter here: the Upstream leads to another one.
  const errors = (translated.errors ?? []).filter(
    (error: string) => !/references the service|LoadAssignment/.test(error),
  );
  if (errors.some((error: string) => error.startsWith('SSL secret not found'))) return undefined;
  if (errors.length > 0) return 'refused';
  if (translated.warnings !== undefined || asked.upstream.spec.proxyProtocolVersion) return undefined;
  const { transportSocketMatches = [], transportSocket } = translated.cluster;
  const chosen = transportSocketMatches.find(({ match }: Json) => match.tlsMode === undefined || isMarked);
  const context = (chosen ?? { transportSocket }).transportSocket?.typedConfig;
  const call = callOf(context, asked.upstream.spec.useHttp2 === true);
  if (call === undefined) return undefined;
  if (result.plain !== undefined) {
    if (call.startsWith('mtls')) return 'refused';
    return call.startsWith('http') ? (result.plain === 'accepted' ? 'plain-text' : 'refused') : undefined;
  }
  return verdictOf(result.calls[call], call);
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
  // A sidecar that has agreed on HTTP/2 reads nothing else.
  return { '': 'mtls', h2: isHttp2 ? 'mtls-h2' : undefined, istio: 'mtls-istio' }[alpn as ''];
}

function verdictOf(result: string, call: string): Verdict | undefined {
  if (['no-filter-chain', 'no-client-certificate', 'not-http'].includes(result)) return 'refused';
  if (result.startsWith('mtls-')) return 'works';
  if (call.startsWith('http')) return 'plain-text';
  // TLS that nobody ended: the mesh's is misread by an app that speaks plain text; of other TLS the app decides.
  return call.startsWith('mtls') ? 'refused' : undefined;
}

test('random worlds of both recordings: no false "works", no false "refused"', (t) => {
  const random = randomNumbers(16);
  const counts: Record<string, number> = {};
  const wrong: string[] = [];
  let decided = 0;
  for (let tried = 0; tried < 4000; tried++) {
    const world = randomWorld(random);
    if (world === undefined) continue;
    const { rows } = checkMtls({
      objects: [...world.objects, ...proxiesOf(world.glooRelease)],
      complete: true,
      ...{ glooVersion: world.glooRelease, istioVersion: world.istioRelease, rootNamespace: world.rootNamespace },
    });
    const verdict = rows[0]?.verdict ?? 'none';
    const key = `${world.expected ?? 'undecided'} → ${verdict}`;
    counts[key] = (counts[key] ?? 0) + 1;
    if (world.expected === undefined) continue;
    decided++;
    if (verdict !== world.expected)
      wrong.push(`${world.about}: ${key}, ${rows[0]?.reasons.map(({ code }) => code).join()}`);
  }
  t.diagnostic(`${decided} decided worlds: ${JSON.stringify(counts)}`);
  assert.deepEqual(wrong.slice(0, 10), []);
  for (const verdict of ['works', 'refused', 'plain-text']) assert.ok((counts[`${verdict} → ${verdict}`] ?? 0) > 50);
});

const rendered = new Map<string, Json[]>();

/** The proxies of a release with the sidecars of an Istio that renews what it writes. */
function proxiesOf(release: string): Json[] {
  const cached = rendered.get(release);
  if (cached !== undefined) return cached;
  const values = [{ global: { istioSDS: { enabled: true } } }];
  const { manifests } = renderGatewayProxies({ values, chartVersion: release });
  const text = JSON.stringify(manifests.map(({ object }) => object)).replace(/(proxyv2:)[\w.-]+/g, '$11.22.3');
  const objects = JSON.parse(text);
  rendered.set(release, objects);
  return objects;
}
