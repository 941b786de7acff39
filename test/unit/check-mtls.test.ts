import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { GlooValues } from '../../src/index.ts';
import type { UpstreamRow, Verdict } from '../../src/istio/check/types.ts';
import { codes } from '../../src/rules/codes.ts';
import { checkMtls, type MtlsWorld } from '../../src/verbs/check.ts';
import { renderGatewayProxies } from '../../src/verbs/render.ts';
import { goldenCases } from '../support/golden-cases.ts';
import { partsOfRows } from '../support/istio-world.ts';

const upstream = `
apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: {name: web, namespace: gloo-system}
spec: {kube: {serviceName: web, serviceNamespace: shop, servicePort: 80}}
`;
const sslConfig = (alpn = '[istio]'): string => `
apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: {name: web, namespace: gloo-system}
spec:
  kube: {serviceName: web, serviceNamespace: shop, servicePort: 80}
  sslConfig:
    alpnProtocols: ${alpn}
    sds: {certificatesSecretName: istio_server_cert, validationContextName: istio_validation_context, clusterName: gateway_proxy_sds, targetUri: "127.0.0.1:8234"}
`;
const service = `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
`;
const pod = (containers: string, labels = 'app: web', annotations = '{}'): string => `
apiVersion: v1
kind: Pod
metadata: {name: web-1, namespace: shop, labels: {${labels}}, annotations: ${annotations}}
spec: {serviceAccountName: web, containers: [${containers}]}
status: {phase: Running}
`;
const meshed = pod('{name: app}, {name: istio-proxy}', 'app: web, security.istio.io/tlsMode: istio');
const mode = (name: string, namespace = 'shop'): string => `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: ${namespace}}
spec: {mtls: {mode: ${name}}}
`;
const namespaces = (labels = '{}'): string => `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: ${labels}}
---
apiVersion: v1
kind: Namespace
metadata: {name: gloo-system}
`;
/** The guide's sidecar with a configuration of its own. */
const ownSidecar = (config: string): GlooValues => ({
  global: {
    istioSDS: {
      enabled: true,
      customSidecars: [
        {
          name: 'istio-proxy',
          image: 'docker.io/istio/proxyv2:1.22.3',
          args: ['proxy', 'sidecar'],
          env: [
            { name: 'OUTPUT_CERTS', value: '/etc/istio-certs' },
            { name: 'PROXY_CONFIG', value: config },
          ],
          volumeMounts: [
            { name: 'istio-certs', mountPath: '/etc/istio-certs' },
            { name: 'istiod-ca-cert', mountPath: '/var/run/secrets/istio' },
            { name: 'istio-token', mountPath: '/var/run/secrets/tokens' },
            { name: 'istio-envoy', mountPath: '/etc/istio/proxy' },
          ],
        },
      ],
    },
  },
});
const integration = { global: { istioIntegration: { enabled: true, enableAutoMtls: true } } };
const sds = { global: { istioSDS: { enabled: true } } };

const isWhole = goldenCases('test/golden/check/mtls.txt');

/** A world in which everything is known, from texts; the last argument changes it. */
function check(texts: readonly string[], changes: MtlsWorld = {}): UpstreamRow {
  const objects = [{ name: 'in.yaml', text: texts.join('---') }];
  const { rows } = checkMtls({
    ...{ objects, complete: true, istioVersion: '1.22.3', chartVersion: '1.18.5', values: [sds] },
    ...changes,
  });
  assert.equal(rows.length, 1);
  isWhole([texts, changes], partsOfRows(rows));
  return rows[0] as UpstreamRow;
}

function expect(row: UpstreamRow, verdict: Verdict, code: string): void {
  assert.equal(row.verdict, verdict, JSON.stringify(row.reasons));
  assert.ok(
    row.reasons.some((reason) => reason.code === code),
    `no ${code} among ${JSON.stringify(row.reasons)}`,
  );
  for (const reason of row.reasons) assert.ok(codes.has(reason.code), `${reason.code} is not documented`);
  if (verdict === 'unknown') assert.ok(row.reasons.some(({ missing }) => missing !== undefined));
}

const base = [service, namespaces()];

test('auto mTLS works where an Upstream has no sslConfig', () => {
  expect(check([upstream, ...base, meshed, mode('STRICT')], { values: [integration] }), 'works', 'mtls-ended');
});

test('proxies without SDS present no certificate', () => {
  const row = check([sslConfig(), ...base, meshed, mode('STRICT')], { values: [{}] });
  expect(row, 'refused', 'no-sds-cluster');
  expect(row, 'refused', 'no-sds-container');
});

test('a proxy whose own bootstrap does not request Upstreams sends nothing', () => {
  const own = (dynamic: string): GlooValues => {
    const text = `node: {metadata: {role: a~b}}\ndynamic_resources: {lds_config: {ads: {}}${dynamic}}`;
    return {
      gatewayProxies: { gatewayProxy: { configMap: { kubeResourceOverride: { data: { 'envoy.yaml': text } } } } },
    };
  };
  const plain = [upstream, ...base, pod('{name: app}')];
  expect(check(plain, { values: [own('')] }), 'refused', 'upstreams-not-requested');
  assert.equal(check(plain, { values: [own(', cds_config: {ads: {}}')] }).verdict, 'plain-text');
});

test('an address of istiod that cannot be used gets no certificate', () => {
  const at = (istioDiscoveryAddress: string, istioSpiffeCertProviderAddress: string | null = null): UpstreamRow =>
    check([sslConfig(), ...base, meshed, mode('STRICT')], {
      values: [sds, { gatewayProxies: { gatewayProxy: { istioDiscoveryAddress, istioSpiffeCertProviderAddress } } }],
    });
  for (const address of [
    'istiod.istio-system.svc',
    'https://istiod.istio-system.svc:15012',
    'istiod.istio-system.svc:15010',
  ])
    expect(at(address), 'refused', 'istiod-address');
  expect(at('istiod.istio-system.svc:15012', 'istiod.istio-system.svc:443'), 'refused', 'istiod-address');
  expect(at('istiod.istio-system.svc:15012'), 'works', 'certificates-served');
});

test('a token must be for an audience of istiod', () => {
  const istiod = (env: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system}
spec: {template: {spec: {containers: [{name: discovery, image: "docker.io/istio/pilot:1.22.3", env: [{name: TOKEN_AUDIENCES, ${env}}]}]}}}
`;
  const at = (env: string): UpstreamRow => check([sslConfig(), ...base, meshed, mode('STRICT'), istiod(env)]);
  expect(at('value: own'), 'refused', 'token-audience');
  expect(at('value: "own,istio-ca"'), 'works', 'certificates-served');
  expect(at('valueFrom: {configMapKeyRef: {name: a, key: b}}'), 'unknown', 'token-audience');
});

test('an agent that cannot read PROXY_CONFIG gets no certificate', () => {
  const sidecar = (config: string): UpstreamRow =>
    check([sslConfig(), ...base, meshed, mode('STRICT')], { values: [ownSidecar(config)] });
  expect(sidecar('proxyMetadata: {ISTIO_META_DNS_CAPTURE: true}'), 'refused', 'invalid-proxy-config');
  expect(sidecar('not a map'), 'refused', 'invalid-proxy-config');
  expect(sidecar('proxyMetadata: {ISTIO_META_DNS_CAPTURE: "true"}'), 'works', 'certificates-served');
});

test('pods outside the mesh do not end mTLS', () => {
  const row = check([sslConfig(), ...base, pod('{name: app}'), mode('STRICT')]);
  expect(row, 'refused', 'no-sidecar');
  assert.equal(row.reasons.at(-1)?.file, 'in.yaml');
});

test('ztunnel does not end mTLS that is sent to the pod itself', () => {
  const ambient = namespaces('{istio.io/dataplane-mode: ambient}');
  const code = 'ambient-does-not-end-mtls';
  expect(check([sslConfig(), service, ambient, pod('{name: app}'), mode('PERMISSIVE')]), 'refused', code);
  expect(check([sslConfig(), service, ambient, pod('{name: app}'), mode('STRICT')]), 'refused', code);
  const captured = pod('{name: app}', 'app: web', '{ambient.istio.io/redirection: enabled}');
  expect(check([sslConfig(), ...base, captured, mode('STRICT')]), 'refused', code);
});

test('a port that is kept from the sidecar is not in the mesh', () => {
  const ports = (name: string, value: string): string =>
    meshed.replace('annotations: {}', `annotations: {traffic.sidecar.istio.io/${name}: "${value}"}`);
  const world = (one: string): string[] => [sslConfig(), ...base, one, mode('STRICT')];
  expect(check(world(ports('excludeInboundPorts', '9090, 8080'))), 'refused', 'no-sidecar');
  expect(check(world(ports('includeInboundPorts', '9090'))), 'refused', 'no-sidecar');
  expect(check(world(ports('includeInboundPorts', '*'))), 'works', 'mtls-ended');
  expect(check(world(ports('excludeInboundPorts', '80'))), 'works', 'mtls-ended');
});

test('PERMISSIVE knows mTLS by its ALPN, STRICT does not ask for one', () => {
  expect(check([sslConfig('[]'), ...base, meshed, mode('PERMISSIVE')]), 'refused', 'alpn-not-recognised');
  expect(check([sslConfig('[]'), ...base, meshed, mode('STRICT')]), 'works', 'mtls-ended');
  expect(check([sslConfig(), ...base, meshed, mode('PERMISSIVE')]), 'works', 'mtls-ended');
});

test('releases of Gloo that drop the ALPN', () => {
  const old = (chartVersion: string): MtlsWorld => ({ chartVersion, values: [sds], istioVersion: '1.12.9' });
  const withAgent = (chartVersion: string): UpstreamRow =>
    check([sslConfig(), ...base, meshed, mode('PERMISSIVE')], old(chartVersion));
  expect(withAgent('1.8.0-beta8'), 'refused', 'alpn-dropped');
  expect(withAgent('1.8.0-beta9'), 'works', 'presents-certificate');
});

test('an AuthorizationPolicy without the gateway’s principal lets nothing in', () => {
  const policy = (principal: string): string => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: callers, namespace: shop}
spec: {rules: [{from: [{source: {principals: ["${principal}"]}}]}]}
`;
  const world = (principal: string): string[] => [sslConfig(), ...base, meshed, mode('STRICT'), policy(principal)];
  expect(check(world('cluster.local/ns/other/sa/default')), 'refused', 'authorization-denied');
  expect(check(world('cluster.local/ns/gloo-system/sa/gateway-proxy')), 'works', 'mtls-ended');
  // Before 1.22 the guides wrote it this way, which never matched.
  expect(check(world('spiffe://cluster.local/ns/gloo-system/sa/gateway-proxy')), 'refused', 'authorization-denied');
  const byPath = policy('*').replace('rules: [{', 'rules: [{to: [{operation: {paths: ["/a"]}}], ');
  expect(check([sslConfig(), ...base, meshed, mode('STRICT'), byPath]), 'unknown', 'authorization-depends');
});

test('the mesh’s certificate in files: refused by newer releases, and not for long by older ones', () => {
  const files = upstream.replace(
    'servicePort: 80}}',
    'servicePort: 80}, sslConfig: {alpnProtocols: [istio], sslFiles: {tlsCert: /c/cert-chain.pem, tlsKey: /c/key.pem, rootCa: /c/root-cert.pem}}}',
  );
  expect(check([files, ...base, meshed, mode('STRICT')]), 'refused', 'ssl-files-refused');
  expect(
    check([files, ...base, meshed, mode('STRICT')], { chartVersion: '1.9.7' }),
    'refused',
    'certificates-in-files',
  );
});

test('the report of a user with certificates in files', (t) => {
  const reports = new URL('../../../shared/cases/reports.jsonl', import.meta.url);
  if (!existsSync(reports)) return t.skip('no reports beside the project');
  const lines = readFileSync(reports, 'utf8').trim().split('\n');
  const { files } = lines.map((line) => JSON.parse(line)).find(({ id }) => id === 'P01');
  const objects = Object.entries(files).map(([name, text]) => ({ name, text: String(text) }));
  const byName = (world: MtlsWorld): UpstreamRow | undefined =>
    checkMtls({ objects, ...world }).rows.find(({ upstream: { name } }) => name === 'shop-hello-8081');
  expect(byName({}) as UpstreamRow, 'refused', 'ssl-files-refused');
  const [gateway, ...others] = objects;
  assert.equal(gateway?.name, 'gw.yaml');
  const { rows } = checkMtls({ objects: others, glooVersion: '1.9.0' });
  expect(rows[0] as UpstreamRow, 'refused', 'certificates-in-files');
  // No release uses them for long, so they need not be known.
  assert.equal(checkMtls({ objects: others }).rows[0]?.verdict, 'refused');
});

test('certificates in files: by release, by whose they are, and beside an SDS that is not there', () => {
  const inFiles = (folder: string): string =>
    upstream.replace(
      'spec: {',
      `spec: {sslConfig: {sslFiles: {rootCa: ${folder}/root-cert.pem, tlsCert: ${folder}/cert-chain.pem, tlsKey: ${folder}/key.pem}}, `,
    );
  const at = (glooVersion: string, text: string): UpstreamRow => {
    const { rows } = checkMtls({
      objects: [text, ...base, meshed, mode('STRICT')].join('---'),
      glooVersion,
      complete: true,
    });
    return rows[0] as UpstreamRow;
  };
  for (const release of ['1.9.7', '1.10.5', '1.11.0-beta8'])
    expect(at(release, inFiles('/etc/istio-certs')), 'refused', 'certificates-in-files');
  for (const release of ['1.9.8', '1.10.6', '1.11.0-beta9', '1.18.5'])
    expect(at(release, inFiles('/etc/istio-certs')), 'refused', 'ssl-files-refused');
  const own = inFiles('/certs').replace('cert-chain.pem', 'ours.pem');
  assert.notEqual(at('1.9.7', own).verdict, 'works');
  expect(at('1.18.5', own), 'refused', 'ssl-files-refused');
});

test('auto mTLS that is not what it seems', () => {
  const texts = (labels: string): string[] => [upstream, ...base, pod('{name: app}', labels), mode('PERMISSIVE')];
  const auto = { values: [integration] };
  expect(check(texts('app: web, security.istio.io/tlsMode: disabled'), auto), 'refused', 'auto-mtls-ignores-mode');
  expect(check(texts('app: web'), auto), 'plain-text', 'auto-mtls-unmarked');
  const half = { global: { istioSDS: { enabled: true }, istioIntegration: { enableAutoMtls: true } } };
  const strict = [upstream, ...base, meshed, mode('STRICT')];
  expect(check(strict, { values: [half] }), 'refused', 'auto-mtls-without-integration');
  expect(check([upstream, ...base, meshed, mode('PERMISSIVE')], { values: [half] }), 'plain-text', 'plain-text');
  const off = upstream.replace('spec: {', 'spec: {disableIstioAutoMtls: true, ');
  expect(check([off, ...base, meshed, mode('STRICT')], auto), 'refused', 'auto-mtls-off-here');
  // Betas before 1.17.0-rc1 check for the SDS server beside the proxies.
  expect(check(strict, { values: [half], chartVersion: '1.17.0-beta20' }), 'works', 'auto-mtls');
});

test('auto mTLS takes TLS away from hosts outside the mesh', () => {
  const external = upstream.replace(/spec: .*/, 'spec: {static: {hosts: [{addr: api.example.com, port: 443}]}}');
  expect(check([external, ...base], { values: [integration] }), 'plain-text', 'auto-mtls-hides-tls');
  expect(check([external, ...base]), 'unknown', 'outside-the-mesh');
});

test('the way of the certificates, link by link', () => {
  const strict = [sslConfig(), ...base, meshed, mode('STRICT')];
  const changed = (from: string | RegExp, to: string, changes: MtlsWorld = {}): UpstreamRow => {
    const { objects } = rendered(changes);
    const text = JSON.stringify({ kind: 'List', items: objects }).replace(from, to);
    return check([...strict, `\n${text}\n`], { values: undefined, chartVersion: '1.18.5', ...changes } as MtlsWorld);
  };
  expect(
    changed('"ISTIO_MTLS_SDS_ENABLED","value":"true"', '"ISTIO_MTLS_SDS_ENABLED","value":"false"'),
    'refused',
    'sds-without-istio',
  );
  expect(changed('"OUTPUT_CERTS"', '"OUTPUT_CERT"'), 'refused', 'certificates-not-written');
  expect(
    changed('"OUTPUT_CERTS","value":"/etc/istio-certs"', '"OUTPUT_CERTS","value":"/etc/certs"'),
    'refused',
    'certificates-elsewhere',
  );
  expect(changed('"mountPath":"/var/run/secrets/tokens"', '"mountPath":"/tokens"'), 'refused', 'token-not-mounted');
  expect(changed('"mountPath":"/var/run/secrets/istio"', '"mountPath":"/ca"'), 'refused', 'istio-ca-not-mounted');
  expect(changed(/proxyv2:[\w.]+/, 'proxyv2:1.12.9'), 'refused', 'certificates-not-rotated');
  expect(changed(/proxyv2:[\w.]+/, 'proxyv2:1.14.0'), 'works', 'certificates-served');
  // The agent is also recognized by its image.
  expect(changed('"name":"istio-proxy"', '"name":"other"'), 'works', 'certificates-served');
  const agent = /"name":"istio-proxy","image":"docker.io\/istio\/proxyv2/;
  expect(changed(agent, '"name":"other","image":"example.com/other'), 'refused', 'no-istio-proxy');
  const renamed = sslConfig().replace('istio_server_cert', 'my_cert');
  expect(check([renamed, ...base, meshed, mode('STRICT')]), 'refused', 'no-such-secret');
  const bypass = sslConfig().replace('clusterName: gateway_proxy_sds, ', '');
  expect(check([bypass, ...base, meshed, mode('STRICT')]), 'unknown', 'sds-bypassed');
  const named = sslConfig().replace(
    'sslConfig:',
    'sslConfig:\n    verifySubjectAltName: [spiffe://cluster.local/ns/shop/sa/other]',
  );
  expect(check([named, ...base, meshed, mode('STRICT')]), 'refused', 'other-server-name');
});

/** Images without the release in their tags. */
function withoutVersion(text: string): string {
  return text.replace(/(solo-io\/[\w-]+):1[\w.-]+/g, '$1:own');
}

function rendered(changes: MtlsWorld): { readonly objects: readonly unknown[] } {
  const { values = [sds], chartVersion = '1.18.5' } = changes;
  return { objects: renderGatewayProxies({ values, chartVersion }).manifests.map(({ object }) => object) };
}

test('istiod that the sidecar does not ask', () => {
  const istiod = (revision: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod-${revision}, namespace: istio-system, labels: {istio.io/rev: "${revision}"}}
spec: {template: {spec: {containers: [{name: discovery, image: "docker.io/istio/pilot:1.22.3"}]}}}
`;
  const strict = [sslConfig(), ...base, meshed, mode('STRICT')];
  expect(check([...strict, istiod('1-22')]), 'refused', 'istiod-not-there');
  expect(check([...strict, istiod('default')]), 'works', 'certificates-served');
});

const meshConfig = `
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: ""}
`;

test('what was not given is named, and only where it decides', () => {
  const strict = [sslConfig(), service, meshed, mode('STRICT'), meshConfig];
  const part = { complete: ['AuthorizationPolicy', 'Namespace'] };
  const missing = (row: UpstreamRow): string => {
    assert.equal(row.verdict, 'unknown', JSON.stringify(row.reasons));
    return row.reasons.map((reason) => reason.missing ?? '').join(' | ');
  };
  expect(check(strict, part), 'works', 'mtls-ended');
  assert.match(missing(check(strict, { complete: ['AuthorizationPolicy'] })), /Namespace gloo-system/);
  assert.match(missing(check(strict.slice(0, -1), part)), /ConfigMap istio-system\/istio/);
  assert.match(missing(check(strict, { complete: [] })), /AuthorizationPolicies of shop and istio-system/);
  assert.match(
    missing(check([sslConfig(), service, meshed, meshConfig], part)),
    /PeerAuthentications of shop and istio-system/,
  );
  assert.match(missing(check([sslConfig(), meshed, mode('STRICT')], part)), /Service shop\/web/);
  assert.match(missing(check([sslConfig(), service, mode('STRICT')], part)), /pods in shop with the labels app=web/);
  assert.match(
    missing(check(strict, { ...part, values: undefined } as unknown as MtlsWorld)),
    /gateway proxies of gloo-system/,
  );
  assert.match(
    missing(check([upstream, service, meshed, mode('STRICT')], { ...part, values: undefined } as unknown as MtlsWorld)),
    /Settings gloo-system\/default/,
  );
  // Neither Istio's version nor Settings affect what an sslConfig sends to a STRICT port.
  expect(check(strict, { ...part, istioVersion: undefined }), 'works', 'mtls-ended');
  const unnamed = service
    .replace('name: http, ', '')
    .replace('{port: 80', '{name: h, appProtocol: kubernetes.io/h2c, port: 80');
  const noAlpn = [sslConfig('[]'), unnamed, meshed, mode('PERMISSIVE')];
  expect(check(noAlpn, { ...part, istioVersion: undefined }), 'refused', 'alpn-not-recognised');
  const { rows } = checkMtls({
    objects: [
      sslConfig(),
      ...base,
      meshed,
      mode('PERMISSIVE'),
      `\n${JSON.stringify({ kind: 'List', items: rendered({}).objects })}\n`,
    ]
      .map(withoutVersion)
      .join('---'),
    ...{ complete: true, istioVersion: '1.22.3' },
  });
  assert.match(missing(rows[0] as UpstreamRow), /Gloo's release/);
});

test('a workload stands for its pods, its Namespace says whether they get a sidecar', () => {
  const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
`;
  const part = { complete: ['AuthorizationPolicy'], values: [integration] };
  const gateway = `\nkind: Namespace\nmetadata: {name: gloo-system}\n`;
  const texts = [upstream, service, deployment, mode('STRICT'), gateway, meshConfig];
  const row = check(texts, part);
  assert.equal(row.verdict, 'unknown');
  assert.match(row.reasons.map(({ missing }) => missing ?? '').join(), /Namespace shop/);
  expect(check([...texts, namespaces('{istio-injection: enabled}')], part), 'works', 'auto-mtls');
  expect(check([...texts, namespaces('{istio.io/rev: 1-22}')], part), 'works', 'auto-mtls');
  expect(check([...texts, namespaces()], part), 'plain-text', 'plain-text-no-sidecar');
});

test('of two policies without an age either may be the older one', () => {
  const second = mode('DISABLE').replace('name: default', 'name: other');
  const world = [sslConfig(), ...base, meshed, mode('STRICT'), second];
  const row = check(world);
  assert.equal(row.verdict, 'unknown');
  assert.match(row.reasons.map(({ missing }) => missing ?? '').join(), /creationTimestamp/);
  const aged = (text: string, time: string): string =>
    text.replace('namespace: shop', `namespace: shop, creationTimestamp: "${time}"`);
  const older = [aged(mode('STRICT'), '2024-01-01T00:00:00Z'), aged(second, '2024-01-02T00:00:00Z')];
  expect(check([sslConfig(), ...base, meshed, ...older]), 'works', 'mtls-ended');
});

test('a gateway in ambient reaches pods in ambient by HBONE', () => {
  const both = namespaces('{istio.io/dataplane-mode: ambient}').replace(
    '{name: gloo-system}',
    '{name: gloo-system, labels: {istio.io/dataplane-mode: ambient}}',
  );
  const texts = [upstream, service, pod('{name: app}'), mode('STRICT')];
  expect(check([...texts, both], { values: [{}] }), 'works', 'ambient-hbone');
  expect(
    check([...texts, namespaces('{istio.io/dataplane-mode: ambient}')], { values: [{}] }),
    'refused',
    'ambient-strict',
  );
  const permissive = [
    upstream,
    service,
    pod('{name: app}'),
    mode('PERMISSIVE'),
    namespaces('{istio.io/dataplane-mode: ambient}'),
  ];
  expect(check(permissive, { values: [{}] }), 'plain-text', 'ambient-plain-text');
});

test('mTLS of the gateway’s own through Istio’s sidecar is left open', () => {
  const labelled = namespaces().replace(
    '{name: gloo-system}',
    '{name: gloo-system, labels: {istio-injection: enabled}}',
  );
  expect(check([sslConfig(), service, labelled, meshed, mode('STRICT')]), 'unknown', 'sidecar-on-gateway');
  // Whatever is injected, Envoy does not load a cluster whose secrets it cannot request.
  const bare = { values: [{}] };
  expect(check([sslConfig(), service, labelled, meshed, mode('STRICT')], bare), 'refused', 'no-sds-cluster');
  const misnamed = sslConfig().replace('istio_server_cert', 'istio_server');
  expect(check([misnamed, service, labelled, meshed, mode('STRICT')]), 'refused', 'no-such-secret');
});

test('whether a route leads to an Upstream', () => {
  const strict = [sslConfig(), ...base, meshed, mode('STRICT')];
  const route = (kind: string, group: string, spec: string): string => `
apiVersion: ${group}
kind: ${kind}
metadata: {name: routes, namespace: gloo-system}
spec: ${spec}
`;
  const single = '{virtualHost: {routes: [{routeAction: {single: {upstream: {name: web}}}}]}}';
  assert.equal(check(strict).isRouted, undefined);
  assert.equal(check([...strict, route('VirtualService', 'gateway.solo.io/v1', single)]).isRouted, true);
  const other = single.replace('name: web', 'name: web, namespace: other');
  assert.equal(check([...strict, route('VirtualService', 'gateway.solo.io/v1', other)]).isRouted, false);
  // Istio also has a VirtualService.
  assert.equal(check([...strict, route('VirtualService', 'networking.istio.io/v1', single)]).isRouted, undefined);
  const group = '{destinations: [{destination: {upstream: {name: web, namespace: gloo-system}}}]}';
  assert.equal(check([...strict, route('UpstreamGroup', 'gloo.solo.io/v1', group)]).isRouted, true);
  const backend = '{rules: [{backendRefs: [{group: gloo.solo.io, kind: Upstream, name: web}]}]}';
  assert.equal(check([...strict, route('HTTPRoute', 'gateway.networking.k8s.io/v1', backend)]).isRouted, true);
});

test('versions that Gloo does not name together', () => {
  const problems = (istioVersion: string): readonly string[] =>
    checkMtls({ objects: upstream, glooVersion: '1.17.0', istioVersion }).problems.map(({ code }) => code);
  assert.deepEqual(problems('1.30.3'), ['istio-outside-gloo-range']);
  assert.deepEqual(problems('1.22.3'), []);
  assert.deepEqual(
    checkMtls({}).problems.map(({ code }) => code),
    ['no-upstream'],
  );
});

test('untrusted input never makes it throw', () => {
  const cyclic: Record<string, unknown> = { kind: 'Upstream' };
  cyclic['spec'] = cyclic;
  const strange: unknown[] = [
    ...[null, undefined, 7, 'x', [], [null], [[]], { objects: 7 }, { objects: [7, null, {}] }],
    ...[{ objects: '{' }, { objects: ': : :' }, { objects: [cyclic], glooVersion: '1.18.5' }],
    {
      objects: [{ kind: 'Upstream', metadata: 7, spec: { kube: 7, static: { hosts: [null, 1] } } }],
      glooVersion: '1.18.5',
    },
    {
      objects: [
        { kind: 'PeerAuthentication', spec: 'x' },
        { kind: 'Service', spec: { ports: {} } },
      ],
      glooVersion: 'x',
    },
    { values: 7 },
    { values: [null], chartVersion: 7 },
    { objects: [], complete: 'yes', rootNamespace: 9 },
  ];
  for (const world of strange) {
    const { rows, problems } = checkMtls(world as MtlsWorld);
    assert.ok(Array.isArray(rows) && Array.isArray(problems));
    for (const row of rows) assert.notEqual(row.verdict, 'works');
  }
});

test('two thousand Upstreams do not take long', { timeout: 60_000 }, () => {
  const texts: string[] = [mode('STRICT')];
  for (let at = 0; at < 2000; at++) {
    const own = (text: string): string => text.replace(/\bweb\b/g, `web-${at}`);
    texts.push(own(upstream), own(service), own(meshed));
  }
  const { rows } = checkMtls({
    objects: texts.join('---'),
    ...{ complete: true, values: [integration], chartVersion: '1.18.5', istioVersion: '1.22.3' },
  });
  assert.equal(rows.filter(({ verdict }) => verdict === 'works').length, 2000);
});

test('Istio’s own sidecar on the gateway makes mTLS of plain text to Services, where nothing else is said', () => {
  const own = { global: { istioIntegration: { enableIstioSidecarOnGateway: true } } };
  const ask = (texts: readonly string[], more: Partial<MtlsWorld> = {}): UpstreamRow =>
    check([...texts], { values: [own], ...more });
  const strict = [upstream, ...base, meshed, mode('STRICT')];
  expect(ask(strict), 'works', 'mtls-ended');
  expect(ask([upstream, ...base, meshed, mode('PERMISSIVE')]), 'works', 'mtls-ended');
  expect(ask([upstream, ...base, pod('{name: app}')]), 'plain-text', 'plain-text-no-sidecar');
  const rule = (spec: string): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: web, namespace: shop}
spec: ${spec}
`;
  const open = (row: UpstreamRow, missing: RegExp): void => {
    assert.equal(row.verdict, 'unknown', JSON.stringify(row.reasons));
    assert.match(row.reasons.map((reason) => reason.missing ?? '').join(), missing);
  };
  open(
    ask([...strict, rule('{host: web, trafficPolicy: {tls: {mode: DISABLE}}}')]),
    /DestinationRule shop\/web|DestinationRule/,
  );
  open(ask([...strict, rule('{host: "*.local", trafficPolicy: {tls: {mode: DISABLE}}}')]), /DestinationRule/);
  const hosts: Readonly<Record<string, boolean>> = {
    ...{
      web: true,
      'web.shop': true,
      'web.shop.svc': true,
      'web.shop.svc.cluster.local': true,
      '*.svc.cluster.local': true,
    },
    ...{
      other: false,
      we: false,
      'web.sho': false,
      'web.other': false,
      'shop.svc.cluster.local': false,
      '*.com': false,
      '': false,
    },
  };
  for (const [host, isFor] of Object.entries(hosts)) {
    const row = ask([...strict, rule(`{host: "${host}", trafficPolicy: {tls: {mode: DISABLE}}}`)]);
    if (isFor) open(row, /DestinationRule/);
    else expect(row, 'works', 'mtls-ended');
  }
  open(ask([...strict, meshConfig.replace('mesh: ""', 'mesh: "enableAutoMtls: false"')]), /configuration/);
  for (const scope of ['defaultServiceExportTo', 'defaultDestinationRuleExportTo', 'defaultVirtualServiceExportTo']) {
    const exported = (to: string): string => meshConfig.replace('mesh: ""', `mesh: "${scope}: [${to}]"`);
    open(ask([...strict, exported("'.'")]), /configuration/);
    expect(ask([...strict, exported('')]), 'works', 'mtls-ended');
  }
  open(ask([upstream, ...base, meshed, mode('DISABLE')]), /DISABLE/);
  expect(ask([sslConfig(), ...base, meshed, mode('STRICT')]), 'refused', 'no-sds-cluster');
  open(ask(strict, { complete: ['AuthorizationPolicy', 'PeerAuthentication', 'Namespace'] }), /DestinationRule/);
  const denied = `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: none, namespace: shop}
spec: {}
`;
  expect(ask([...strict, denied]), 'refused', 'authorization-denied');
});
