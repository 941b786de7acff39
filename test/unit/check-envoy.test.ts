/**
 * Whether a proxy's container is Gloo's Envoy with the bootstrap of the proxy: one case for each condition.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { releases } from '../../src/chart/releases.ts';
import type { GlooValues } from '../../src/index.ts';
import { envoyProgram } from '../../src/istio/check/envoy-program.ts';
import { renderGatewayProxies } from '../../src/verbs/render.ts';
import { type Case, casesIn, ssl, sslWorks } from '../support/proof-cases.ts';
import {
  add,
  bootstrap,
  container,
  find,
  type Json,
  openEnv,
  plainly,
  setEnv,
  volume,
} from '../support/proof-world.ts';

const holds = casesIn('test/golden/check/envoy.txt');

type Change = (envoy: Json) => void;
const doubt = (code: string): string => `ssl unknown ${code}`;
const envoy = (what: string, change: Change, expected: string): Case => [
  what,
  ssl((world) => change(container(world, 'gateway-proxy'))),
  expected,
];
const image = (reference: string, expected: string): Case =>
  envoy(`the image ${reference}`, (one) => Object.assign(one, { image: reference }), expected);
const command = (words: readonly string[], expected: string): Case =>
  envoy(`the command ${words.join(' ')}`, (one) => Object.assign(one, { command: words }), expected);
const argument = (words: readonly string[], expected: string): Case =>
  envoy(`the arguments ${words.join(' | ')}`, (one) => one.args.push(...words), expected);

holds('The program', [
  image('registry.example.com:5000/mirror/gloo-envoy-wrapper:1.18.5-distroless', sslWorks),
  image('quay.io/solo-io/gloo-ee-envoy-wrapper-fips@sha256:abc', sslWorks),
  image('gcr.io/a/gloo-ee-envoy-wrapper:1.17.0', sslWorks),
  image('docker.io/envoyproxy/envoy:v1.31.0', doubt('other-program')),
  image('registry.example.com/gloo-envoy-wrapper/own:1', doubt('other-program')),
  image('registry.example.com/gloo-envoy-wrapper2', doubt('other-program')),
  envoy('no image', (one) => delete one.image, doubt('other-program')),
  command([], sslWorks),
  command(['/docker-entrypoint.sh'], sslWorks),
  command(['/usr/local/bin/envoyinit', '--disable-hot-restart-'], doubt('other-arguments')),
  command(['/bin/sh', '-c', 'sleep 1'], doubt('other-program')),
  command(['/usr/local/bin/envoy'], doubt('other-program')),
  envoy('another Envoy', (one) => setEnv(one, 'ENVOY', '/opt/envoy'), doubt('other-program')),
  envoy('as the sidecar of Gloo', (one) => setEnv(one, 'ENVOY_SIDECAR', 'true'), doubt('other-program')),
  envoy('an empty variable', (one) => setEnv(one, 'ENVOY_SIDECAR', ''), sslWorks),
  envoy('a variable from elsewhere', (one) => openEnv(one, 'ENVOY'), doubt('variable-from-elsewhere')),
  envoy(
    'variables from a ConfigMap as a whole',
    (one) => Object.assign(one, { envFrom: [{ configMapRef: { name: 'aws' } }] }),
    sslWorks,
  ),
  [
    'plain text, from a program that nobody knows',
    (w) => {
      plainly(w);
      container(w, 'gateway-proxy').command = ['/bin/proxy'];
      find(w, 'PeerAuthentication').spec.mtls.mode = 'DISABLE';
    },
    'auto unknown other-program',
  ],
]);

holds('The arguments', [
  argument(['--concurrency', '2', '-l', 'debug', '--service-node', '$(POD_NAME).$(POD_NAMESPACE)'], sslWorks),
  argument(['--log-level debug', '--component-log-level upstream:debug'], sslWorks),
  argument(['--stats-tag', 'a:b', '--stats-tag', 'c:d'], sslWorks),
  argument(['--mode', 'serve'], sslWorks),
  argument(['--mode', 'validate'], 'ssl refused envoy-not-started'),
  argument(['--mode init_only'], 'ssl refused envoy-not-started'),
  argument(['--version'], 'ssl refused envoy-not-started'),
  argument(['--disable-hot-restart'], 'ssl refused envoy-not-started'),
  argument(['--log-level debug', '-l', 'info'], 'ssl refused envoy-not-started'),
  argument(['--concurrency'], 'ssl refused envoy-not-started'),
  argument(['--component-log-level=upstream:debug'], doubt('other-arguments')),
  argument(['-c', '/etc/own.yaml'], doubt('other-arguments')),
  argument(['--config-yaml', 'admin: {}'], doubt('other-arguments')),
  argument(['--disable-extensions', 'envoy.transport_sockets/envoy.transport_sockets.tls'], doubt('other-arguments')),
  envoy('no arguments', (one) => delete one.args, sslWorks),
]);

holds('The bootstrap', [
  [
    'a bootstrap in a file of another name, which a variable names',
    ssl((w) => {
      const { data } = find(w, 'ConfigMap', 'gateway-proxy-envoy-config');
      data['own.yaml'] = data['envoy.yaml'];
      delete data['envoy.yaml'];
      setEnv(container(w, 'gateway-proxy'), 'INPUT_CONF', '/etc/envoy/own.yaml');
    }),
    sslWorks,
  ],
  [
    'a bootstrap without the cluster, under the name that a variable gives',
    ssl((w) => {
      const { data } = find(w, 'ConfigMap', 'gateway-proxy-envoy-config');
      data['own.yaml'] = data['envoy.yaml'].replaceAll('gateway_proxy_sds', 'other');
      setEnv(container(w, 'gateway-proxy'), 'INPUT_CONF', '/etc/envoy/own.yaml');
    }),
    'ssl refused presents-certificate no-sds-cluster',
  ],
  envoy('its name is elsewhere', (one) => openEnv(one, 'INPUT_CONF'), doubt('variable-from-elsewhere')),
  envoy('the volume is not mounted', (one) => Object.assign(one, { volumeMounts: [] }), doubt('bootstrap-elsewhere')),
  envoy(
    'the volume is mounted elsewhere',
    (one) => Object.assign(one.volumeMounts[0], { mountPath: '/etc/envoy-own' }),
    doubt('bootstrap-elsewhere'),
  ),
  envoy(
    'the file alone is mounted',
    (one) => Object.assign(one.volumeMounts[0], { mountPath: '/etc/envoy/envoy.yaml', subPath: 'envoy.yaml' }),
    sslWorks,
  ),
  [
    'a volume that is no ConfigMap',
    ssl((w) => volume(w, 'envoy-config', { emptyDir: {} })),
    doubt('bootstrap-elsewhere'),
  ],
  [
    'another entry of the ConfigMap takes the place of the bootstrap',
    ssl((w) => {
      find(w, 'ConfigMap', 'gateway-proxy-envoy-config').data['b.yaml'] = 'node: {id: a}';
      const items = [{ key: 'b.yaml', path: './envoy.yaml' }];
      volume(w, 'envoy-config', { configMap: { name: 'gateway-proxy-envoy-config', items } });
    }),
    'ssl refused presents-certificate upstreams-not-requested',
  ],
  [
    'the items do not have the bootstrap',
    ssl((w) => {
      const items = [{ key: 'envoy.yaml', path: 'other.yaml' }];
      volume(w, 'envoy-config', { configMap: { name: 'gateway-proxy-envoy-config', items } });
    }),
    doubt('bootstrap-elsewhere'),
  ],
  [
    'Envoy mounts another ConfigMap than the one with the usual name',
    ssl((w) => {
      bootstrap(w, /gateway_proxy_sds/g, 'other');
      const own = structuredClone(find(w, 'ConfigMap', 'gateway-proxy-envoy-config'));
      own.metadata.name = 'own';
      own.data['envoy.yaml'] = own.data['envoy.yaml'].replaceAll('other', 'gateway_proxy_sds');
      add(w, own);
      find(w, 'Deployment', 'gateway-proxy').spec.template.spec.volumes.push({
        name: 'own',
        configMap: { name: 'own' },
      });
      container(w, 'gateway-proxy').volumeMounts[0].name = 'own';
    }),
    sslWorks,
  ],
]);

test('what the chart prints is Gloo’s Envoy with its bootstrap, in every release', () => {
  const forms: GlooValues[] = [
    { global: { istioSDS: { enabled: true }, image: { registry: 'registry.example.com/gloo' } } },
    { global: { glooMtls: { enabled: true }, image: { fips: true, variant: 'distroless' } } },
    { global: { wasm: { enabled: true } }, gatewayProxies: { gatewayProxy: { envoyLogLevel: 'debug' } } },
  ];
  for (const [index, chartVersion] of releases.entries()) {
    const { manifests } = renderGatewayProxies({ values: [forms[index % forms.length] ?? {}], chartVersion });
    const workloads = manifests.map(({ object }) => object).filter(({ kind }) => kind === 'Deployment');
    assert.equal(workloads.length, 1);
    for (const object of workloads) {
      const { obstacles, file } = envoyProgram(object, 'gateway-proxy', () => ({}));
      assert.deepEqual([chartVersion, obstacles, file?.key], [chartVersion, [], 'envoy.yaml']);
    }
  }
});
