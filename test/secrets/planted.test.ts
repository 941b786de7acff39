import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffManifests } from '../../src/diff/diff.ts';
import { patchManifests } from '../../src/diff/patch.ts';
import { redactValue } from '../../src/diff/redact.ts';
import type { ValueMap } from '../../src/value.ts';
import { diffFormatters } from '../support/diff-formatters.ts';
import { planted, proxyWith } from './planted.ts';

const options = { include: ['*'], defaultIgnores: false };
type Objects = readonly ValueMap[];

/** The output of each format for two sets of objects. */
function printed(left: Objects, right: Objects): Record<string, string> {
  const report = diffManifests(left, right, options);
  const shape = { width: 300, context: 3 };
  const formats = Object.entries(diffFormatters).flatMap(([name, format]): [string, string][] => [
    [name, format(report, { ...shape, color: false }).exact],
    [`${name} in colour`, format(report, { ...shape, color: true }).exact],
  ]);
  return {
    ...Object.fromEntries(formats),
    'json-patch': JSON.stringify(patchManifests(left, right, options)),
    report: JSON.stringify(report),
  };
}

/** Four markers of the same length: the output must be the same for each of them. */
const [first, second, third, fourth] = ['MARKone4f', 'MARKtwo7q', 'SAFE-x8eg', 'SAFE_m2vb'] as const;

function shows(text: string, secret: string): boolean {
  const encoded = Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -1);
  return text.includes(secret) || text.includes(encoded);
}

test('there are markers in all places', () => assert.ok(planted.length >= 250, `${planted.length}`));

for (const [step, of] of [
  [0, 'first'],
  [1, 'second'],
  [2, 'third'],
  [3, 'last'],
] as const) {
  test(`nothing planted is printed, and that it changed is: the ${of} quarter of the places`, () => {
    for (const { where, objects } of planted.filter((_, index) => index % 4 === step)) {
      const sides: readonly (readonly [string, Objects, Objects])[] = [
        ['changed', objects(first), objects(second)],
        ['added', [], objects(second)],
        ['removed', objects(first), []],
      ];
      for (const [how, left, right] of sides) {
        for (const [format, text] of Object.entries(printed(left, right)))
          assert.ok(!shows(text, first) && !shows(text, second), `${where}, ${how}, ${format}:\n${text}`);
        const report = diffManifests(left, right, options);
        assert.ok(!report.identical, `${where}: ${how} is not seen`);
        assert.ok(report.hidden > 0, `${where}: ${how}, and nothing counts as hidden`);
      }
    }
  });
}

test('what is printed of a secret depends on nothing in it', () => {
  for (const { where, objects } of planted) {
    const one = printed(objects(first), objects(second));
    const other = printed(objects(third), objects(fourth));
    for (const [format, text] of Object.entries(one)) assert.equal(other[format], text, `${where}, ${format}`);
  }
});

test('--show-secrets shows them', () => {
  const [left, right] = [
    [proxyWith({ env: [{ name: 'PW', value: first }] })],
    [proxyWith({ env: [{ name: 'PW', value: second }] })],
  ];
  const report = diffManifests(left, right, { showSecrets: true });
  assert.match(
    diffFormatters.text(report, { color: false, width: 80, context: 3 }).exact,
    /env PW: MARKone4f → MARKtwo7q/,
  );
});

test('a secret that only moved is not a different value', () => {
  const withArgs = (...args: string[]): ValueMap => proxyWith({ args });
  const report = diffManifests([withArgs('--password', 'x1y2')], [withArgs('--new', '--password', 'x1y2')]);
  assert.doesNotMatch(JSON.stringify(report), /another value|x1y2/);
});

/** Names and values that look like secrets but that users want to see. */
const harmless: Readonly<Record<string, string>> = {
  PATH: '/usr/bin:/bin',
  PWD: '/app',
  KEYSTORE_TYPE: 'JKS',
  JWT_POLICY: 'third-party-jwt',
  TOKEN_PATH: './tokens/a',
  ISTIO_TOKEN: '/var/run/secrets/tokens/istio-token',
  CERTIFICATES_SECRET_NAME: 'gateway-certs',
  TOKEN_AUDIENCE: 'istio-ca',
  TOKEN_AUDIENCES: 'istio-ca,other',
  CA_ADDR: 'istiod.istio-system.svc:15012',
  OUTPUT_CERTS: '/etc/istio-certs',
  OUTPUT_KEY_CERT_TO_DIRECTORY: 'certs',
  CREDENTIAL_FETCHER_TYPE: 'GoogleComputeEngine',
  PILOT_CERT_PROVIDER: 'istiod',
  ISTIO_META_CLUSTER_ID: 'Kubernetes',
  SECRET_TTL: '12h',
  SECRET_GRACE_PERIOD_RATIO: '0.5',
  TOKEN_REFRESH_INTERVAL: '5m',
  ENABLE_TOKEN_REVIEW: 'always',
  TOKEN_ENABLED: 'true',
  PASSWORD: '$(OTHER)',
  PASS_THROUGH: 'tcp',
  BYPASS: 'local',
  COMPASS: 'north',
  PATTERN: 'a.*b',
  KEYBOARD: 'us',
  AUTHOR: 'me',
  COOKIE_DOMAIN: 'example.com',
  PUBLIC_KEY: 'ssh-ed25519',
  TOPOLOGY_KEY: 'zone',
  CACHE_KEY: 'by-host',
  LOG_LEVEL: 'info',
  ADDRESS: 'https://example.com/a?b=c&page=2',
  SPIFFE: 'spiffe://cluster.local/ns/a/sa/b',
  IMAGE: `docker.io/istio/proxyv2:1.22.0@sha256:${'0123456789abcdef'.repeat(4)}`,
  PROXY_CONFIG: '{"concurrency":2,"discoveryAddress":"istiod:15012","controlPlaneAuthPolicy":"MUTUAL_TLS"}\n',
  SCRIPT: 'if [ -f /tokens/a ]; then exec envoy --tokenPath=/x --service-node a; fi',
  TEXT: 'kubectl get secret a -o yaml | grep keys: the key is tls.key',
};

test('harmless values stay visible', () => {
  for (const [name, value] of Object.entries(harmless)) {
    const container = { env: [{ name, value }] };
    assert.deepEqual(redactValue(proxyWith(container)), proxyWith(container), name);
    const configMap: ValueMap = { kind: 'ConfigMap', data: { [name]: value } };
    assert.deepEqual(redactValue(configMap), configMap, name);
  }
});

test('the vocabulary of Kubernetes, Istio and Gloo stays visible', () => {
  const pod: ValueMap = {
    automountServiceAccountToken: true,
    imagePullSecrets: [{ name: 'pull-secret' }],
    tolerations: [{ key: 'node-role.kubernetes.io/master', operator: 'Exists', effect: 'NoSchedule' }],
    topologySpreadConstraints: [
      { topologyKey: 'kubernetes.io/hostname', maxSkew: 1, matchLabelKeys: ['pod-template-hash'] },
    ],
    affinity: { nodeAffinity: { matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] } },
    volumes: [
      {
        name: 'istio-token',
        projected: {
          sources: [{ serviceAccountToken: { audience: 'istio-ca', expirationSeconds: 43200, path: 'istio-token' } }],
        },
      },
      { name: 'certs', secret: { secretName: 'gateway-certs', items: [{ key: 'tls.key', path: 'tls.key' }] } },
    ],
    containers: [
      { name: 'a', env: [{ name: 'PW', valueFrom: { secretKeyRef: { name: 'db-secret', key: 'password' } } }] },
    ],
    sslConfig: {
      secretRef: { name: 'tls', namespace: 'a' },
      sds: {
        certificatesSecretName: 'istio_server_cert',
        validationContextName: 'istio_validation_context',
        clusterName: 'gateway_proxy_sds',
      },
    },
  };
  assert.deepEqual(redactValue(pod), pod);
  const envoy: ValueMap = {
    rate_limits: { token_bucket: { max_tokens: 100, tokens_per_fill: 5, fill_interval: '1s' } },
    cors: { allow_credentials: 'true' },
    tls_certificate_sds_secret_configs: [{ name: 'istio_server_cert', sds_config: { resource_api_version: 'V3' } }],
    trusted_ca: { inline_string: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n' },
    log_format: { text_format_source: { inline_string: '[%START_TIME%] %REQ(X-REQUEST-ID)% %PROTOCOL%\n' } },
    request_headers_to_add: [{ header: { key: 'x-request-start', value: '%START_TIME%' } }],
    metadata_match: { filter: 'envoy.lb', metadata_key: 'version' },
  };
  assert.deepEqual(redactValue(envoy), envoy);
});

test('texts that would take long to search are searched at once', () => {
  const texts = [
    '-eyJaaaaaaaa'.repeat(20_000),
    '://a:'.repeat(50_000),
    'token='.repeat(50_000),
    'token:\n'.repeat(50_000),
    `token: \n${' \n'.repeat(100_000)}`,
    'password: "'.repeat(30_000),
    'password="\\'.repeat(30_000),
    '-----BEGIN A PRIVATE KEY-----'.repeat(10_000),
    `${'a:'.repeat(100_000)}@tcp(`,
    '--password '.repeat(30_000),
    'name: TOKEN\n'.repeat(30_000),
    'https://hooks/'.repeat(20_000),
    '{"token":'.repeat(20_000),
    '[token '.repeat(40_000),
    `token: '${"''".repeat(50_000)}`,
    `${' '.repeat(300_000)}token`,
    'mysql '.repeat(20_000),
    'x'.repeat(300_000),
  ];
  const started = performance.now();
  for (const text of texts) redactValue(proxyWith({ env: [{ name: 'X', value: text }] }));
  // A guard against hanging: with backtracking, each of them took seconds to hours.
  assert.ok(performance.now() - started < 30_000);
});
