/**
 * The second half of `npm run test:envoy`: sends requests through the real Envoy with the bootstrap that glistio
 * renders. Gloo's part is the output of `upstreamTls`, sent over xDS; the mesh's certificates are written to where the
 * rendered Deployment has istio-proxy write them, and served from where its sds container reads them; a second Envoy
 * acts as the pod's sidecar. The outcome must be what `checkMtls` predicts, intact and with each part broken.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { upstreamTls } from '../src/istio/upstream-tls.ts';
import { readStream } from '../src/objects/stream.ts';
import { isMap, mapAt, mapsIn, textOf, type ValueMap } from '../src/value.ts';
import { checkMtls } from '../src/verbs/check.ts';
import { renderGatewayProxies } from '../src/verbs/render.ts';
import { renderKubeGateways } from '../src/verbs/render-kube.ts';
import { readYaml } from '../src/yaml/read.ts';
import { createAuthority } from './envoy-mtls/certificates.ts';
import { podFolders, writeCertificate } from './envoy-mtls/pod.ts';
import { type Resources, type Running, serveApp, serveControlPlane, serveSecrets } from './envoy-mtls/servers.ts';
import { sidecarBootstrap } from './envoy-mtls/sidecar.ts';
import { getEnvoys } from './envoy-tools.ts';

type Verdict = 'works' | 'plain-text' | 'refused';

interface Case {
  readonly what: string;
  readonly verdict: Verdict;
  readonly chartVersion?: string;
  /** The control plane's namespace, if it is not the proxies'. */
  readonly glooVersion?: string;
  readonly values?: ValueMap;
  /** The control plane deploys the proxy for a Gateway of the Kubernetes Gateway API. */
  readonly isOfGateway?: true;
  readonly mode?: 'STRICT' | 'PERMISSIVE' | 'DISABLE';
  readonly sslConfig?: ValueMap | null;
  /** Changes to the text of the rendered objects. */
  readonly change?: readonly [from: string | RegExp, to: string];
  readonly podLabels?: ValueMap;
  /** After the first response a new certificate is written; it must reach the pod. */
  readonly rotates?: true;
  /** The certificate has expired, as after a day without rotation. */
  readonly expired?: true;
}

const router = '{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}';
const release = '1.20.0';
const gateway = 'spiffe://cluster.local/ns/gloo-system/sa/gateway-proxy';
const sds = { global: { istioSDS: { enabled: true } } };
const auto = { global: { istioIntegration: { enabled: true, enableAutoMtls: true } } };
const meshSslConfig = {
  alpnProtocols: ['istio'],
  sds: {
    certificatesSecretName: 'istio_server_cert',
    clusterName: 'gateway_proxy_sds',
    targetUri: '127.0.0.1:8234',
    validationContextName: 'istio_validation_context',
  },
};
const { alpnProtocols: _, ...withoutAlpn } = meshSslConfig;
const inMesh = { 'security.istio.io/tlsMode': 'istio' };
const cluster = /\n {6}- name: gateway_proxy_sds\n[\s\S]*?port_value: 8234\n/;
const only = process.argv[2];
const cases: readonly Case[] = [
  { what: 'sslConfig, STRICT', verdict: 'works', rotates: true },
  { what: 'sslConfig, PERMISSIVE', verdict: 'works', mode: 'PERMISSIVE' },
  { what: 'sslConfig, DISABLE', verdict: 'refused', mode: 'DISABLE' },
  { what: 'auto mTLS, STRICT', verdict: 'works', values: auto, sslConfig: null, podLabels: inMesh },
  {
    what: 'auto mTLS, PERMISSIVE',
    verdict: 'works',
    values: auto,
    sslConfig: null,
    podLabels: inMesh,
    mode: 'PERMISSIVE',
  },
  {
    what: 'auto mTLS, pods without the label, PERMISSIVE',
    verdict: 'plain-text',
    values: auto,
    sslConfig: null,
    mode: 'PERMISSIVE',
  },
  { what: 'auto mTLS, pods without the label, STRICT', verdict: 'refused', values: auto, sslConfig: null },
  { what: 'no sslConfig, PERMISSIVE', verdict: 'plain-text', sslConfig: null, mode: 'PERMISSIVE' },
  { what: 'no sslConfig, STRICT', verdict: 'refused', sslConfig: null },
  { what: 'no ALPN, PERMISSIVE', verdict: 'refused', sslConfig: withoutAlpn, mode: 'PERMISSIVE' },
  { what: 'no ALPN, STRICT', verdict: 'works', sslConfig: withoutAlpn },
  {
    what: 'no mount of istio-certs in istio-proxy',
    verdict: 'refused',
    change: [/(name: istio-proxy[\s\S]*?) +- name: istio-certs\n +mountPath: \S+\n/, '$1'],
  },
  {
    what: 'certificates at a wrong path',
    verdict: 'refused',
    change: [/(OUTPUT_CERTS\n +value: )\/etc\/istio-certs/, '$1/etc/certs'],
  },
  { what: 'no OUTPUT_CERTS', verdict: 'refused', change: ['name: OUTPUT_CERTS', 'name: OUTPUT_CERT'] },
  { what: 'no SDS cluster in the bootstrap', verdict: 'refused', change: [cluster, '\n'] },
  { what: 'no SDS cluster and no sidecars', verdict: 'refused', values: {} },
  {
    what: 'sds without ISTIO_MTLS_SDS_ENABLED',
    verdict: 'refused',
    change: [/(ISTIO_MTLS_SDS_ENABLED\n +value: )"true"/, '$1"false"'],
  },
  {
    what: 'a secret of another name',
    verdict: 'refused',
    sslConfig: { ...meshSslConfig, sds: { ...meshSslConfig.sds, certificatesSecretName: 'my_cert' } },
  },
  {
    what: 'a server of another name',
    verdict: 'refused',
    sslConfig: { ...meshSslConfig, verifySubjectAltName: ['spiffe://cluster.local/ns/shop/sa/other'] },
  },
  {
    what: 'the SDS cluster without HTTP/2',
    verdict: 'refused',
    change: [/(name: gateway_proxy_sds\n +connect_timeout: \S+\n) +http2_protocol_options: \{\}\n/, '$1'],
  },
  {
    what: 'the SDS cluster over TLS',
    verdict: 'refused',
    change: [
      /( +)- name: gateway_proxy_sds\n/,
      '$1- name: gateway_proxy_sds\n$1  transport_socket: {name: tls, typed_config: {"@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext}}\n',
    ],
  },
  {
    what: 'an agent that does not rotate, a day later',
    verdict: 'refused',
    expired: true,
    change: [/proxyv2:\S+/, 'proxyv2:1.12.9'],
  },
];

/**
 * Releases with different bootstraps, sidecars and translators. Bootstraps before 1.6 use an API that current Envoys no
 * longer have, so those translators are tested with proxies of a later release.
 */
const ofReleases = ['1.22.1', '1.17.0', '1.14.0', '1.11.0', '1.9.0', '1.8.0', '1.5.20', '1.5.0'].flatMap(
  (glooVersion): readonly Case[] => {
    const change = [/proxyv2:\S+/, 'proxyv2:1.22.3'] as const;
    const chartVersion = glooVersion.startsWith('1.5.') ? '1.8.0' : glooVersion;
    // 1.5.0 does not send the ALPN by which PERMISSIVE pods recognize the mesh's mTLS.
    const permissive = glooVersion === '1.5.0' ? 'refused' : 'works';
    const common = { chartVersion, glooVersion, change };
    return [
      { what: `Gloo ${glooVersion}, STRICT`, verdict: 'works', ...common },
      { what: `Gloo ${glooVersion}, PERMISSIVE`, verdict: permissive, mode: 'PERMISSIVE', ...common },
    ];
  },
);

const gatewayObject: ValueMap = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'http', namespace: 'gloo-system' },
  spec: { gatewayClassName: 'gloo-gateway', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
};

/** Proxies of Gateways, whose bootstrap and sidecars differ. */
const ofGateways = ['1.22.1', '1.18.0', '1.17.0'].flatMap((chartVersion): readonly Case[] => {
  const values = { ...auto, kubeGateway: { enabled: true } };
  const common = { chartVersion, values, sslConfig: null, podLabels: inMesh, isOfGateway: true } as const;
  const who = `proxy of a Gateway, ${chartVersion}`;
  return [
    { what: `${who}, STRICT`, verdict: 'works', rotates: true, ...common },
    { what: `${who}, PERMISSIVE`, verdict: 'works', mode: 'PERMISSIVE', ...common },
    { what: `${who}, pods without the label`, verdict: 'refused', ...common, podLabels: {} },
    { what: `${who}, no sidecars`, verdict: 'refused', ...common, values: { kubeGateway: { enabled: true } } },
    {
      what: `${who}, certificates at a wrong path`,
      verdict: 'refused',
      ...common,
      change: [/(OUTPUT_CERTS\n +value: )"?\/etc\/istio-certs"?/, '$1/etc/certs'],
    },
  ];
});

const envoys = getEnvoys();
if (envoys.length === 0) throw new Error('there is no Envoy');
const folder = mkdtempSync(join(tmpdir(), 'glistio-envoy-mtls-'));
const mesh = createAuthority();
let failed = 0;
try {
  const wanted = [...cases, ...ofReleases, ...ofGateways].filter(
    ({ what }) => only === undefined || what.includes(only),
  );
  for (const { version, program } of envoys) {
    console.log(`requests through Envoy ${version}: ${wanted.length} cases`);
    for (const [index, one] of wanted.entries()) await tryCase(one, join(folder, `${version}-${index}`), program);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;

async function tryCase(one: Case, root: string, program: string): Promise<void> {
  mkdirSync(root);
  const running: (Running | undefined)[] = [];
  const children: ChildProcess[] = [];
  try {
    const { said, arrived } = await answersOf(one, root, program, running, children);
    const isRight = said === one.verdict && arrived === one.verdict;
    if (!isRight) failed++;
    console.log(
      `  ${isRight ? 'ok' : '! '} ${one.what}: expected ${one.verdict}, check says ${said}, Envoy ${arrived}`,
    );
  } finally {
    for (const child of children) child.kill('SIGKILL');
    for (const server of running) server?.stop();
  }
}

/** What check reports for the objects, and what really arrives. */
async function answersOf(
  one: Case,
  root: string,
  program: string,
  running: (Running | undefined)[],
  children: ChildProcess[],
): Promise<{ readonly said: string; readonly arrived: string }> {
  const { chartVersion = release, values = sds, mode = 'STRICT', sslConfig = meshSslConfig } = one;
  const { glooVersion = chartVersion } = one;
  const asked = { values: [values], chartVersion };
  const { manifests: printed } =
    one.isOfGateway === true
      ? renderKubeGateways({ ...asked, gateways: [gatewayObject] })
      : renderGatewayProxies(asked);
  const rendered = printed.filter(({ kind }) => kind === 'Deployment' || kind === 'ConfigMap').map(({ text }) => text);
  const text = rendered.join('---\n');
  const manifests = one.change === undefined ? text : text.replace(one.change[0], one.change[1]);
  if (one.change !== undefined && manifests === text) throw new Error(`${one.what}: nothing was changed`);
  const objects = readStream({ name: 'rendered.yaml', text: manifests }).objects.map(({ object }) => object);
  const [sidecarPort, gatewayPort, adminPort] = [await freePort(), await freePort(), await freePort()];
  const around = surroundings(one, sslConfig, sidecarPort, mode);
  const said = checkMtls({
    objects: [...objects, ...around.objects],
    ...{ complete: true, istioVersion: '1.22.3', glooVersion },
  }).rows[0]?.verdict;

  const deployment = objects.find(({ kind }) => kind === 'Deployment') ?? {};
  const pod = podFolders(deployment, root);
  const valid = one.expired === true ? { from: -86_400, to: -60 } : undefined;
  const issue = () => mesh.issue(gateway, valid);
  writeCertificate(pod, issue(), mesh.root);
  const isSds = mapsIn(pod.container('sds')?.['env']).some(
    ({ name, value }) => name === 'ISTIO_MTLS_SDS_ENABLED' && value === 'true',
  );
  const secrets = isSds ? await serveSecrets(pod.folderOf('sds', '/etc/istio-certs/')) : undefined;
  const app = await serveApp();
  running.push(secrets, app);
  const translated = upstreamTls({ ...around, settings: around.settings }, glooVersion);
  const control = await serveControlPlane(snapshot(translated, gatewayPort), []);
  running.push(control);
  const bootstrap = onLoopback(bootstrapOf(objects), {
    ...{ xds: control.port, sds: secrets?.port ?? (await freePort()), admin: adminPort },
  });
  const certificate = mesh.issue('spiffe://cluster.local/ns/shop/sa/web');
  const sidecar = sidecarBootstrap({ mode, port: sidecarPort, appPort: app.port, certificate, root: mesh.root });
  children.push(startEnvoy(program, root, 'sidecar', sidecar, 1), startEnvoy(program, root, 'gateway', bootstrap, 2));
  const first = await request(gatewayPort, one.verdict === 'refused' ? 6 : 30);
  if (one.rotates !== true || first.kind !== 'works') return { said: said ?? 'nothing', arrived: first.kind };
  writeCertificate(pod, issue(), mesh.root);
  const second = await until(30, async () => {
    const next = await request(gatewayPort, 5);
    return next.kind === 'works' && next.certificate !== first.certificate ? next : undefined;
  });
  return { said: said ?? 'nothing', arrived: second === undefined ? 'no new certificate' : 'works' };
}

/** The mesh's objects: pods behind an Upstream, all on loopback. */
function surroundings(one: Case, sslConfig: ValueMap | null, port: number, mode: string) {
  const labels = { app: 'web', ...one.podLabels };
  const metadata = { name: 'web', namespace: 'shop' };
  const isAuto = one.values === auto || one.isOfGateway === true;
  const settings: ValueMap = {
    ...{ apiVersion: 'gloo.solo.io/v1', kind: 'Settings', metadata: { name: 'default', namespace: 'gloo-system' } },
    spec: { gloo: { istioOptions: { enableAutoMtls: isAuto, enableIntegration: isAuto } } },
  };
  const upstream: ValueMap = {
    ...{ apiVersion: 'gloo.solo.io/v1', kind: 'Upstream', metadata: { name: 'web', namespace: 'gloo-system' } },
    spec: {
      kube: { serviceName: 'web', serviceNamespace: 'shop', servicePort: 80 },
      ...(sslConfig === null ? {} : { sslConfig }),
    },
  };
  const service = {
    ...{ apiVersion: 'v1', kind: 'Service', metadata },
    spec: { selector: { app: 'web' }, clusterIP: '10.0.0.9', ports: [{ name: 'http', port: 80, targetPort: port }] },
  };
  const pod = {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, labels } },
    spec: { serviceAccountName: 'web', containers: [{ name: 'app' }, { name: 'istio-proxy' }] },
    status: { phase: 'Running', podIP: '127.0.0.1' },
  };
  const addresses = [{ ip: '127.0.0.1', targetRef: { kind: 'Pod', ...metadata } }];
  const endpoints = {
    ...{ apiVersion: 'v1', kind: 'Endpoints', metadata },
    subsets: [{ addresses, ports: [{ name: 'http', port }] }],
  };
  const policy = {
    ...{ apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { ...metadata, name: 'default' } },
    spec: { mtls: { mode } },
  };
  const namespaces = ['shop', 'gloo-system'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name },
  }));
  return {
    ...{ settings, upstream, services: [service], endpoints: [endpoints], pods: [pod], secrets: [], env: {} },
    objects: [settings, upstream, service, endpoints, pod, policy, ...namespaces],
  };
}

/** Gloo's snapshot: the cluster and endpoints of the Upstream, and a listener with a single route to it. */
function snapshot({ cluster = {}, endpoints = [] }: ReturnType<typeof upstreamTls>, port: number): Resources {
  const type = 'type.googleapis.com/envoy';
  const assignment = textOf(mapAt(cluster, 'edsClusterConfig')['serviceName']) ?? textOf(cluster['name']) ?? '';
  const manager = {
    '@type': `${type}.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`,
    statPrefix: 'http',
    routeConfig: {
      name: 'routes',
      virtualHosts: [
        {
          name: 'all',
          domains: ['*'],
          routes: [{ match: { prefix: '/' }, route: { cluster: cluster['name'] ?? '' } }],
        },
      ],
    },
    httpFilters: [
      {
        name: 'envoy.filters.http.router',
        typedConfig: { '@type': `${type}.extensions.filters.http.router.v3.Router` },
      },
    ],
  };
  const listener = {
    name: 'listener-::-8080',
    address: { socketAddress: { address: '127.0.0.1', portValue: port } },
    filterChains: [{ filters: [{ name: 'envoy.filters.network.http_connection_manager', typedConfig: manager }] }],
  };
  const name = textOf(cluster['name']) ?? '';
  return new Map([
    [`${type}.config.cluster.v3.Cluster`, [{ name, json: cluster }]],
    [
      `${type}.config.endpoint.v3.ClusterLoadAssignment`,
      [{ name: assignment, json: { clusterName: assignment, endpoints: [{ lbEndpoints: [...endpoints] }] } }],
    ],
    [`${type}.config.listener.v3.Listener`, [{ name: listener.name, json: listener }]],
  ]);
}

function bootstrapOf(objects: readonly ValueMap[]): ValueMap {
  const configMap = objects.find(({ kind }) => kind === 'ConfigMap') ?? {};
  const text = textOf(mapAt(configMap, 'data')['envoy.yaml']) ?? '';
  const { value } = readYaml({ name: 'envoy.yaml', text: text.replaceAll(/\{\{\.Pod\w+\}\}/g, 'pod') });
  if (!isMap(value)) throw new Error('the bootstrap is not a map');
  return value;
}

/**
 * The rendered bootstrap with the cluster addresses replaced by those of this machine. Nothing else is changed, except
 * that current Envoys require the type of the router in the statistics listener, which Gloo up to 1.11 omitted.
 */
function onLoopback(bootstrap: ValueMap, ports: Readonly<Record<'xds' | 'sds' | 'admin', number>>): ValueMap {
  const text = JSON.stringify(bootstrap)
    .replaceAll(/"address":"gloo\.[^"]*"/g, '"address":"127.0.0.1"')
    .replaceAll('"port_value":9977', `"port_value":${ports.xds}`)
    .replaceAll('"port_value":8234', `"port_value":${ports.sds}`)
    .replaceAll('"port_value":19000', `"port_value":${ports.admin}`)
    .replaceAll('"port_value":8081', '"port_value":0')
    .replaceAll(
      '{"name":"envoy.filters.http.router"}',
      `{"name":"envoy.filters.http.router","typed_config":${router}}`,
    );
  return JSON.parse(text);
}

function startEnvoy(program: string, root: string, name: string, bootstrap: ValueMap, id: number): ChildProcess {
  const path = join(root, `${name}.json`);
  writeFileSync(path, JSON.stringify(bootstrap));
  const args = ['-c', path, '-l', 'warning', '--log-path', join(root, `${name}.log`), '--concurrency', '1'];
  const node = ['--service-node', name, '--service-cluster', 'test', '--base-id', String(process.pid * 2 + id)];
  return spawn(program, [...args, ...node, '--disable-hot-restart'], { stdio: 'ignore' });
}

type Arrival = { readonly kind: Verdict; readonly certificate: string };

/** Retries until a response arrives, or gives up: then it counts as refused. */
async function request(port: number, seconds: number): Promise<Arrival> {
  const arrived = await until(seconds, async () => {
    const body = await ask(port);
    if (body === undefined) return undefined;
    const caller = String(JSON.parse(body).caller);
    const isGateway = caller.includes(`URI=${gateway}`);
    return { kind: isGateway ? 'works' : 'plain-text', certificate: /Hash=(\w+)/.exec(caller)?.[1] ?? '' } as const;
  });
  return arrived ?? { kind: 'refused', certificate: '' };
}

function ask(port: number): Promise<string | undefined> {
  return new Promise((done) => {
    const call = get({ host: '127.0.0.1', port, agent: false, timeout: 2000 }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => done(response.statusCode === 200 ? body : undefined));
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => done(undefined));
  });
}

async function until<T>(seconds: number, attempt: () => Promise<T | undefined>): Promise<T | undefined> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await attempt();
    if (found !== undefined || Date.now() > end) return found;
    await new Promise((done) => setTimeout(done, 100));
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
