/** Public reports by users, each with what they needed to be told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../../src/cli/run.ts';
import { renderGatewayProxies } from '../../src/index.ts';
import { memoryIo } from '../support/memory-io.ts';

async function glistio(argv: readonly string[], files: Readonly<Record<string, string>> = {}) {
  const io = memoryIo({ files });
  const status = await run(argv, io);
  return { status, ...io.printed };
}

/** `severity place [code]` of each problem that validate finds in values.yaml. */
async function validated(text: string, version: string, ...more: readonly string[]): Promise<string[]> {
  const argv = ['validate', 'values.yaml', '--version', version, '-o', 'json', ...more];
  const { stdout } = await glistio(argv, { 'values.yaml': text });
  const { problems } = JSON.parse(stdout) as {
    problems: { severity: string; line: number; path: string; code: string }[];
  };
  return problems.map(({ severity, line, path, code }) => `${severity} ${line} ${path} [${code}]`);
}

/** The rendering of a nested file, compared with the same values alone. */
function renderedBoth(nested: string, own: object, chartVersion: string): void {
  const within = renderGatewayProxies({ values: nested, partialOf: 'gloo', chartVersion }).manifests;
  const alone = renderGatewayProxies({ values: own as never, chartVersion }).manifests;
  assert.ok(within.length > 0);
  assert.deepEqual(
    within.map(({ text }) => text),
    alone.map(({ text }) => text),
  );
}

/** Without the option such a file is one error that names it, and nothing is rendered. */
async function refused(text: string, version: string): Promise<void> {
  const found = await validated(text, version);
  assert.equal(found.length, 1, found.join('\n'));
  assert.match(found[0] ?? '', /^error .*\[values-of-wrapping-chart\]$/);
  const rendered = await glistio(['render', '-f', 'values.yaml', '--version', version], { 'values.yaml': text });
  assert.deepEqual([rendered.status, rendered.stdout], [1, '']);
  assert.match(rendered.stderr, /--partial-of gloo/);
}

const b01 = `gloo:
  gatewayProxies:
    gatewayProxy:
      globalDownstreamMaxConnections: 50000
      customStaticLayer: |
        # per listener limits
        envoy:
          resource_limits:
            listener:
              edge-http: {connection_limit: 10000}
`;

const b03 = `gloo:
  gatewayProxies:
    gatewayProxy:
      xdsServiceAddress: relay.infra.svc.cluster.local
      xdsServicePort: 9991
`;

const b04 = `gloo:
  gatewayProxies:
    gatewayProxy:
      kind: {deployment: {replicas: 3}}
      antiAffinity: true
  settings:
    replaceInvalidRoutes: true
  gateway:
    validation: {allowWarnings: false}
`;

const b06 = `gloo:
  gatewayProxies:
    gatewayProxy:
      kind: {deployment: {replicas: 2}}
      antiAffinity: true
`;

const b07 = `create_license_secret: true
gloo-fed: {enabled: false}
gloo:
  license_secret_name: lic
  gatewayProxies:
    gatewayProxy:
      disableGeneratedGateways: false
      loopBackAddress: 0.0.0.0
      logLevel: info
      gracefulShutdown: {enabled: true, sleepTimeSeconds: 20}
      terminationGracePeriodSeconds: 40
      horizontalPodAutoscaler:
      tracing:
      configMap:
        data:
      podTemplate:
        probes: true
        customLivenessProbe: {}
  gloo:
    deployment:
      serviceAccount: {}
`;

const b13 = `create_license_secret: false
gloo: {license_secret_name: lic}
gloo-fed: {enabled: false}
`;

const b15 = `gloo:
  kubeGateway:
    enabled: true
    gatewayParameters:
      glooGateway:
        podTemplate:
          gracefulShutdown:
            enabled: true
          livenessProbeEnabled: true
          probes: true
        istio:
          istioProxyContainer:
            istioDiscoveryAddress: istiod-main.istio-system.svc:15012
            istioMetaClusterId: east
            istioMetaMeshId: mesh-a
  gatewayProxies:
    gatewayProxy:
      disabled: true
  gateway:
    validation:
      allowWarnings: true
      alwaysAcceptResources: false
      livenessProbeEnabled: true
  gloo:
    logLevel: info
    deployment:
      livenessProbeEnabled: true
  discovery:
    enabled: false
observability:
  enabled: false
prometheus:
  enabled: false
gloo-fed:
  enabled: false
  glooFedApiserver:
    enable: false
global:
  istioSDS:
    enabled: true
  istioIntegration:
    enabled: true
    enableAutoMtls: true
`;

const b17 = `gloo:
  discovery: {enabled: false}
  gatewayProxies: {gatewayProxy: {disabled: true}}
  kubeGateway: {enabled: true}
  gloo: {disableLeaderElection: true}
prometheus: {enabled: false}
`;

const a47 = `gloo:
  gloo:
    disableLeaderElection: true
  discovery:
    enabled: true
gatewayProxies:
  gatewayProxy:
    enabled: true
    gatewaySettings:
      gatewayApi: false
rateLimit:
  enabled: false
gloo-fed:
  enabled: false
`;

const b12 = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: edge
  namespace: argocd
spec:
  source:
    chart: gloo
    repoURL: https://storage.googleapis.com/solo-public-helm
    targetRevision: 1.15.7
    helm:
      releaseName: edge
      valuesObject:
        gatewayProxies:
          gatewayProxy:
            podTemplate:
              probes: true
  destination:
    namespace: edge-system
`;

const a50 = `USER-SUPPLIED VALUES:
gatewayProxies:
  gatewayProxy:
    kind:
      deployment:
        replicas: 4
`;

const a03 = `global:
  glooRbac:
    create: true
  extensions:
    extAuth:
      envoySidecar: true
gatewayProxies:
  gatewayProxy:
    kind:
      deployment:
        replicas: 3
`;

test('B01: a static layer as text, in the values of a wrapping chart', async () => {
  await refused(b01, '1.9.0');
  assert.deepEqual(await validated(b01, '1.9.0', '--partial-of', 'gloo'), [
    'error 5 gloo.gatewayProxies.gatewayProxy.customStaticLayer [wrong-type]',
  ]);
});

test('B03: another xDS service', async () => {
  await refused(b03, '1.9.0');
  assert.deepEqual(await validated(b03, '1.9.0', '--partial-of', 'gloo'), []);
  const gatewayProxy = { xdsServiceAddress: 'relay.infra.svc.cluster.local', xdsServicePort: 9991 };
  renderedBoth(b03, { gatewayProxies: { gatewayProxy } }, '1.9.0');
});

test('B04: a slip in settings shows only where the values are Gloo’s', async () => {
  await refused(b04, '1.9.0');
  assert.deepEqual(await validated(b04, '1.9.0', '--partial-of', 'gloo'), [
    'warning 7 gloo.settings.replaceInvalidRoutes [unknown-value]',
  ]);
});

test('B06: replicas and anti-affinity', async () => {
  await refused(b06, '1.9.0');
  assert.deepEqual(await validated(b06, '1.9.0', '--partial-of', 'gloo'), []);
  const gatewayProxy = { kind: { deployment: { replicas: 2 } }, antiAffinity: true };
  renderedBoth(b06, { gatewayProxies: { gatewayProxy } }, '1.9.0');
});

test('B07 and B09: five slips in one file, each with what was meant', async () => {
  await refused(b07, '1.14.10');
  const found = await validated(b07, '1.14.10', '--partial-of', 'gloo');
  const slips = [
    'disableGeneratedGateways',
    'logLevel',
    'gracefulShutdown',
    'terminationGracePeriodSeconds',
    'serviceAccount',
  ];
  for (const slip of slips)
    assert.ok(
      found.some((line) => line.includes(`.${slip} [`)),
      `${slip}: ${found.join('\n')}`,
    );
  const { stdout } = await glistio(['validate', 'values.yaml', '--version', '1.14.10', '--partial-of', 'gloo'], {
    'values.yaml': b07,
  });
  assert.match(stdout, /Did you mean gloo\.gatewayProxies\.gatewayProxy\.podTemplate\.gracefulShutdown\?/);
});

test('B12: an Argo CD Application in place of values', async () => {
  const { status, stdout, stderr } = await glistio(['render', '-f', 'values.yaml', '-s', 'deployment'], {
    'values.yaml': b12,
  });
  assert.equal(status, 0);
  assert.match(stdout, /gloo-envoy-wrapper:1\.15\.7/);
  assert.match(stdout, /namespace: edge-system/);
  assert.match(stdout, /readinessProbe/);
  assert.match(stderr, /chart version 1\.15\.7, namespace edge-system, release name edge: from Application edge/);
});

test('B13: values of gloo-ee that leave Gloo’s as they are', async () => {
  await refused(b13, '1.10.7');
  renderedBoth(b13, {}, '1.10.7');
});

test('B15 and B17: no proxy is left, and where they come from instead', async () => {
  for (const [text, version, line] of [
    [b15, '1.18.11', 18],
    [b17, '1.19.0', 3],
  ] as const) {
    await refused(text, version);
    const found = await validated(text, version, '--partial-of', 'gloo');
    assert.ok(
      found.includes(`info ${line} gloo.gatewayProxies.gatewayProxy.disabled [no-proxy-rendered]`),
      found.join('\n'),
    );
    const rendered = await glistio(['render', '-f', 'values.yaml', '--version', version, '--partial-of', 'gloo'], {
      'values.yaml': text,
    });
    assert.equal(rendered.status, 0);
    assert.doesNotMatch(rendered.stdout, /kind: (?:Deployment|ConfigMap)/);
    assert.match(rendered.stderr, /Every gateway proxy is disabled \(gatewayProxy\).*Kubernetes Gateways/);
  }
});

test('B19: JSON and long texts in --set', async () => {
  const path = 'gatewayProxies.gatewayProxy.service.extraAnnotations';
  const told = async (kind: string, text: string): Promise<string> =>
    (await glistio(['validate', '--version', '1.13.29', kind, text])).stdout;
  for (const text of [`${path}={"a": "b"}`, `${path}={"a": "b", "c": "d"}`, `${path}=["x"]`])
    assert.match(
      await told('--set', text),
      /Give the map as JSON: --set-json '|Helm reads this as a string.*--set-json PATH=JSON/s,
      text,
    );
  for (const text of [`${path}=[{"key":"a","operator":"Exists"}]`, `${path}={"a": {"x": 1, "y": 2}}`])
    assert.match(await told('--set', text), /hint: use (?:--set .*)?--set-json(?: '|\.)/, text);
  assert.match(await told('--set', `${path}=one, two`), /hint: use --set-literal '/);
  for (const text of [`${path}={a,b}`, `a[0]=x`, `a={}`, `${path}.x=1`])
    assert.doesNotMatch(await told('--set', text), /JSON/, text);
  assert.doesNotMatch(await told('--set-json', `${path}={"a": "b"}`), /JSON/);
  assert.doesNotMatch(await told('--set-literal', `${path}.x={"a": "b"}`), /JSON/);
});

test('A03: a part of gloo-ee’s values beside Gloo’s own layout', async () => {
  assert.deepEqual(await validated(a03, '1.6.6'), ['warning 4 global.extensions [value-of-wrapping-chart]']);
});

test('A47: a guide’s file for gloo-ee, and an `enabled` that is not there', async () => {
  await refused(a47, '1.19.0');
  const { stdout } = await glistio(['validate', 'values.yaml', '--version', '1.19.0'], { 'values.yaml': a47 });
  assert.match(stdout, /laid out for a chart that wraps Gloo's, such as gloo-ee.*gatewayProxies, has no effect there/);
});

test('a switch leads to its opposite by name only, and to none elsewhere', async () => {
  const text = `gatewayProxies:
  gatewayProxy:
    enabled: true
    gatewaySettings: {disabled: true}
  edge: {disable: false}
gateway: {disabled: true}
discovery: {enable: true}
settings: {enabled: true}
`;
  const { stdout } = await glistio(['validate', 'values.yaml', '--version', '1.19.0', '-o', 'json'], {
    'values.yaml': text,
  });
  const { problems } = JSON.parse(stdout) as { problems: { path: string; hint?: string; suggestion?: string }[] };
  const told = problems.map(({ path, hint = '', suggestion = '' }) => [path, hint, suggestion]);
  const opposite = (path: string): string => `There is ${path}, which says the opposite.`;
  assert.deepEqual(
    told.filter(([path = '']) => !/\bnothing\b/.test(path)),
    [
      ['gatewayProxies.gatewayProxy.enabled', 'Remove it: a proxy is there unless disabled is true.', ''],
      [
        'gatewayProxies.gatewayProxy.gatewaySettings.disabled',
        opposite('gatewayProxies.gatewayProxy.gatewaySettings.enabled'),
        '',
      ],
      ['gatewayProxies.edge.disable', 'Did you mean gatewayProxies.edge.disabled?', 'gatewayProxies.edge.disabled'],
      ['gateway.disabled', opposite('gateway.enabled'), ''],
      ['discovery.enable', 'Did you mean discovery.enabled?', 'discovery.enabled'],
      ['settings.enabled', 'Remove it: settings has no such switch, and applies without one.', ''],
    ],
  );
});

test('A50: what helm get values prints, with its heading', async () => {
  assert.deepEqual(await validated(a50, '1.17.3'), ['info 1 USER-SUPPLIED VALUES [unknown-value]']);
  assert.match(
    (
      await glistio(['render', '-q', '-f', 'values.yaml', '--version', '1.17.3', '-s', 'deployment'], {
        'values.yaml': a50,
      })
    ).stdout,
    /replicas: 4\n/,
  );
});

/** A release of gloo-ee, as Helm records it: its values, completed by Gloo's. */
function enterprise(config: object): string {
  const image = { registry: 'registry.example.com/ee', repository: 'gloo-ee-envoy-wrapper', tag: '1.17.6' };
  const gatewayProxy = { podTemplate: { image } };
  const values = { gloo: { gatewayProxies: { gatewayProxy } }, license_key: '' };
  const { manifests } = renderGatewayProxies({
    values: config as never,
    wrapperValues: values as never,
    partialOf: 'gloo',
    chartVersion: '1.17.0',
  });
  const dependencies = [
    { name: 'gloo', version: '1.17.0', repository: 'https://storage.googleapis.com/solo-public-helm' },
  ];
  return JSON.stringify({
    ...{ name: 'gloo', namespace: 'gloo-system', version: 1, info: { status: 'deployed' }, config },
    chart: { metadata: { name: 'gloo-ee', version: '1.17.6', dependencies }, lock: { dependencies }, values },
    manifest: manifests.map(({ text }) => `---\n${text}`).join(''),
  });
}

test('D07: a record of gloo-ee has the images that gloo-ee has', async () => {
  const record = enterprise({ gloo: { gatewayProxies: { gatewayProxy: { kind: { deployment: { replicas: 3 } } } } } });
  const same = await glistio(['diff', 'record.json'], { 'record.json': record });
  assert.equal(same.status, 0, same.stdout);
  assert.match(same.stderr, /No difference in 6 objects/);
  const mine = 'gloo: {gatewayProxies: {gatewayProxy: {kind: {deployment: {replicas: 5}}}}}\n';
  for (const argv of [
    ['diff', 'record.json', 'my.yaml'],
    ['diff', '--installed', 'record.json', '-f', 'my.yaml'],
  ]) {
    const { status, stdout } = await glistio(argv, { 'record.json': record, 'my.yaml': mine });
    assert.equal(status, 1);
    assert.match(stdout, /replicas: 3 → 5/);
    assert.doesNotMatch(stdout, /image/);
  }
});

test('diff knows what each of its sides is', async () => {
  const proxies = renderGatewayProxies({
    chartVersion: '1.15.7',
    namespace: 'edge-system',
    releaseName: 'edge',
    values: { gatewayProxies: { gatewayProxy: { podTemplate: { probes: true } } } },
  });
  const manifests = proxies.manifests.map(({ text }) => `---\n${text}`).join('');
  const files = {
    'app.yaml': b12,
    'm.yaml': manifests,
    'my.yaml': 'gatewayProxies: {gatewayProxy: {podTemplate: {probes: true}}}\n',
    'record.json': enterprise({}),
  };
  const statuses = async (...argv: readonly string[]): Promise<number> =>
    (await glistio(['diff', ...argv], files)).status;
  assert.equal(await statuses('m.yaml', 'app.yaml'), 0);
  assert.equal(await statuses('app.yaml', 'm.yaml'), 0);
  assert.equal(await statuses('m.yaml', '-f', 'app.yaml'), 0);
  assert.equal(await statuses('m.yaml', 'm.yaml'), 0);
  assert.equal(
    await statuses('m.yaml', 'my.yaml', '--version', '1.15.7', '-n', 'edge-system', '--release-name', 'edge'),
    0,
  );
  const io = memoryIo({ files, stdin: b12 });
  assert.equal(await run(['diff', 'm.yaml', '-'], io), 0, io.printed.stderr);
});

const m01 = `# hand-made after an old guide
apiVersion: apps/v1
kind: Deployment
metadata:
  labels: {app: gloo, gateway-proxy-id: gateway-proxy, gloo: gateway-proxy}
  name: gateway-proxy
  namespace: gloo-system
spec:
  replicas: 1
  selector:
    matchLabels: {gateway-proxy-id: gateway-proxy, gloo: gateway-proxy}
  template:
    metadata:
      labels: {gateway-proxy: live, gateway-proxy-id: gateway-proxy, gloo: gateway-proxy}
    spec:
      serviceAccountName: gateway-proxy
      securityContext: {fsGroup: 10101, runAsUser: 10101}
      containers:
      - name: gateway-proxy
        image: quay.io/solo-io/gloo-ee-envoy-wrapper:1.5.0-beta9
        args: [--disable-hot-restart]
        ports:
        - {containerPort: 8080, name: http}
        - {containerPort: 8443, name: https}
        volumeMounts:
        - {mountPath: /etc/envoy, name: envoy-config}
      - name: cert-rotator
        image: quay.io/solo-io/sds:1.5.0-beta20
        ports:
        - {containerPort: 8234, name: sds}
        env:
        - {name: ISTIO_MTLS_SDS_ENABLED, value: "true"}
        volumeMounts:
        - {mountPath: /etc/istio-certs/, name: istio-certs}
        - {mountPath: /etc/envoy, name: envoy-config}
      - name: istio-proxy
        image: docker.io/istio/proxyv2:1.6.6
        args: [proxy, sidecar, --discoveryAddress, istio-pilot.istio-system.svc:15012]
        env:
        - {name: OUTPUT_CERTS, value: /etc/istio-certs}
        - {name: JWT_POLICY, value: first-party-jwt}
        - {name: PILOT_CERT_PROVIDER, value: istiod}
        - {name: CA_ADDR, value: "istiod.istio-system.svc:15012"}
        volumeMounts:
        - {mountPath: /var/run/secrets/istio, name: istiod-ca-cert}
        - {mountPath: /etc/istio/proxy, name: istio-envoy}
        - {mountPath: /etc/istio-certs/, name: istio-certs}
      volumes:
      - {name: envoy-config, configMap: {name: gateway-proxy-envoy-config}}
      - {name: istio-certs, emptyDir: {medium: Memory}}
      - {name: istiod-ca-cert, configMap: {name: istio-ca-root-cert}}
      - {name: istio-envoy, emptyDir: {medium: Memory}}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: gateway-proxy-envoy-config
  namespace: gloo-system
  labels: {app: gloo, gateway-proxy-id: gateway-proxy, gloo: gateway-proxy}
data:
  envoy.yaml: |
    static_resources:
      clusters:
      - name: gloo.gloo-system.svc.cluster.local:9977
        connect_timeout: 5s
        type: STRICT_DNS
        load_assignment:
          cluster_name: gloo.gloo-system.svc.cluster.local:9977
          endpoints:
          - lb_endpoints:
            - endpoint: {address: {socket_address: {address: gloo.gloo-system.svc.cluster.local, port_value: 9977}}}
      - name: gateway_proxy_sds
        connect_timeout: 0.25s
        http2_protocol_options: {}
        load_assignment:
          cluster_name: gateway_proxy_sds
          endpoints:
          - lb_endpoints:
            - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 8234}}}
`;

test('M01: the SDS server of an old guide is the SDS server, whatever it is called', async () => {
  const { status, stdout } = await glistio(
    ['inject', 'gp.yaml', '--gloo-version', '1.5.0', '--istio-version', '1.9.5'],
    { 'gp.yaml': m01 },
  );
  assert.equal(status, 0);
  assert.equal([...stdout.matchAll(/image: \S*\/sds:/g)].length, 1, 'one SDS server');
  assert.match(stdout, /- name: cert-rotator\n/);
  assert.doesNotMatch(stdout, /- name: sds\n/);
  const gone = await glistio(['uninject', 'gp.yaml'], { 'gp.yaml': m01 });
  assert.doesNotMatch(gone.stdout, /\/sds:|istio-proxy|gateway_proxy_sds/);
});

test('M05: sidecars come from the proxy’s own registry, or a warning says that they do not', async () => {
  const values = { global: { image: { registry: 'registry.local:5001' } } };
  const { manifests } = renderGatewayProxies({ chartVersion: '1.17.3', values });
  const files = { 'gp.yaml': manifests.map(({ text }) => `---\n${text}`).join('') };
  const plain = await glistio(['inject', 'gp.yaml', '--istio-version', '1.22.3'], files);
  assert.match(plain.stdout, /image: registry\.local:5001\/sds:1\.17\.3/);
  assert.match(plain.stderr, /public-registry/);
  const own = await glistio(
    ['inject', 'gp.yaml', '--istio-version', '1.22.3', '--istio-registry', 'registry.local:5001'],
    files,
  );
  assert.match(own.stdout, /image: registry\.local:5001\/proxyv2:1\.22\.3/);
  assert.doesNotMatch(own.stderr, /public-registry/);
});

test('the library takes a version of Helm, too', () => {
  const documents =
    'gatewayProxies: {gatewayProxy: {kind: {deployment: {replicas: 2}}}}\n---\ngatewayProxies: {gatewayProxy: {kind: {deployment: {replicas: 5}}}}\n';
  const replicas = (helmVersion: string): unknown => {
    const { manifests } = renderGatewayProxies({ values: documents, helmVersion, show: 'deployment' });
    return manifests[0]?.text.match(/replicas: (\d)/)?.[1];
  };
  assert.deepEqual([replicas('3'), replicas('3.22.0'), replicas('4'), replicas('4.0.0')], ['2', '2', '5', '5']);
  const { problems, manifests } = renderGatewayProxies({ values: documents, helmVersion: 'five' });
  assert.deepEqual([problems[0]?.code, manifests], ['bad-option', []]);
});

test('a file beside --installed is the other side', async () => {
  const { manifests } = renderGatewayProxies({ chartVersion: '1.17.0' });
  const text = manifests.map((one) => `---\n${one.text}`).join('');
  const files = { 'a.yaml': text, 'b.yaml': text.replace('replicas: 1', 'replicas: 4') };
  const { status, stdout } = await glistio(['diff', '--installed', 'a.yaml', 'b.yaml'], files);
  assert.equal(status, 1);
  assert.match(stdout, /replicas: 1 → 4/);
});
