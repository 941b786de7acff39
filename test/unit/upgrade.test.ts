import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { commands } from '../../src/cli/commands/all.ts';
import { run } from '../../src/cli/run.ts';
import { planStrict } from '../../src/verbs/strict-plan.ts';
import { upgradeToIntegration } from '../../src/verbs/upgrade.ts';
import { upgradeRelease } from '../../src/verbs/upgrade-release.ts';
import { memoryIo } from '../support/memory-io.ts';

const values = `# ours
global:
  istioSDS:
    enabled: true   # for the mesh
    customSidecars:
    - name: istio-proxy
      image: docker.io/istio/proxyv2:1.22.3
gatewayProxies:
  gatewayProxy:
    antiAffinity: true # keep
`;

test('istioSDS.enabled becomes istioIntegration.enabled, all else to the byte', () => {
  const { text, isKept, proof, settings, problems } = upgradeToIntegration(
    { name: 'values.yaml', text: values },
    { chartVersion: '1.18.5' },
  );
  assert.deepEqual(problems, []);
  assert.ok(isKept && proof?.identical);
  assert.match(text, /^# ours\nglobal:\n {2}istioSDS:\n {4}customSidecars:/);
  assert.match(text, /istioIntegration:\n {4}enabled: true/);
  assert.match(text, /antiAffinity: true # keep/);
  assert.deepEqual(
    settings.map(({ enableIntegration }) => enableIntegration),
    [false, true],
  );
});

test('what cannot be moved is said, and nothing is printed', async () => {
  const codesFor = (text: string, chartVersion: string): readonly string[] =>
    upgradeToIntegration({ name: 'v', text }, { chartVersion }).problems.map(({ code }) => code);
  assert.deepEqual(codesFor(values, '1.16.22'), ['nothing-to-move']);
  assert.deepEqual(codesFor('global: {istioSDS: {enabled: false}}\n', '1.18.5'), ['nothing-to-move']);
  assert.deepEqual(codesFor('a: [', '1.18.5').length > 0, true);
  const io = memoryIo({ files: { 'v.yaml': 'replicas: 1\n' } });
  assert.equal(await run(['upgrade', 'integration', 'v.yaml', '--chart-version', '1.18.5'], io, commands), 1);
  assert.equal(io.printed.stdout, '');
});

const mesh = readFileSync('examples/check/mesh.yaml', 'utf8').replace('mode: STRICT', 'mode: PERMISSIVE');
const known = {
  chartVersion: '1.18.5',
  istioVersion: '1.22.3',
  complete: true,
  values: [{ global: { istioSDS: { enabled: true } } }],
};

test('first the Upstreams, then the policy', () => {
  const plan = planStrict({ ...known, objects: mesh });
  assert.deepEqual(
    plan.steps.map(({ command }) => command),
    ['glistio enable-mtls --upstream shop-web-80', 'glistio policy'],
  );
  assert.deepEqual(plan.blocked, []);
  assert.deepEqual(
    plan.before.map(({ verdict }) => verdict),
    ['plain-text', 'unknown'],
  );
  assert.deepEqual(
    plan.after.map(({ verdict }) => verdict),
    ['works', 'unknown'],
  );
});

test('what would be refused, or is not known, keeps the policy back', () => {
  const bare = planStrict({ ...known, values: [{}], objects: mesh });
  assert.deepEqual(bare.steps, []);
  assert.equal(bare.blocked[0]?.upstream, 'gloo-system/shop-web-80');
  const open = planStrict({ ...known, complete: false, objects: mesh });
  assert.ok(open.steps.every(({ command }) => command !== 'glistio policy'));
  assert.ok(open.blocked.length > 0);
});

test('each change between two releases has the release and the feature that brought it', () => {
  const values = [{ global: { istioSDS: { enabled: true } } }];
  const { changes, problems } = upgradeRelease({ values }, '1.16.5', '1.17.3');
  assert.deepEqual(problems, []);
  const envoyOff = changes.find(({ path }) => path.includes('DISABLE_ENVOY'));
  assert.equal(envoyOff?.release, '1.17.0-beta7');
  assert.ok(envoyOff?.features.some(({ name }) => name === 'sidecarWithoutEnvoy'));
  const image = changes.find(({ path }) => path.endsWith('gateway-proxy.image'));
  assert.deepEqual([image?.release, image?.features], [undefined, []]);
  for (const { release, path, before, after } of changes)
    assert.ok(release !== undefined || String(after) === String(before).replaceAll('1.16.5', '1.17.3'), path);
  assert.deepEqual(upgradeRelease({ values }, '1.17.3', '1.17.3').changes, []);
  assert.equal(upgradeRelease({ values }, '9.9.9', '1.17.3').problems[0]?.severity, 'error');
});

test('what Istio and mTLS values change beside the proxies is part of it', () => {
  const text =
    'global: {glooMtls: {enabled: true}, istioIntegration: {disableAutoinjection: true, enableIstioSidecarOnGateway: true}}';
  const of = (from: string, to: string): string[] =>
    upgradeRelease({ values: [{ name: 'v', text }] }, from, to)
      .changes.filter(({ object }) => /^(?:Settings|Job) |\/gloo$/.test(object))
      .map(({ object, path, release }) => `${object} ${path} ${release}`);
  const gloo = 'Deployment gloo-system/gloo spec.template';
  assert.deepEqual(of('1.18.6', '1.18.7'), [`${gloo}.spec.containers.gloo.env.GLOO_MTLS_SDS_ENABLED 1.18.7`]);
  assert.deepEqual(of('1.16.3', '1.16.4'), ['Settings gloo-system/default spec.gloo.istioOptions 1.16.4']);
  assert.deepEqual(of('1.12.0-beta4', '1.12.0-beta5'), [
    String.raw`${gloo}.metadata.annotations.sidecar\.istio\.io/inject 1.12.0-beta5`,
    String.raw`${gloo}.metadata.labels.sidecar\.istio\.io/inject 1.12.0-beta5`,
  ]);
});
