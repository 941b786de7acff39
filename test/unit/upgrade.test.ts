import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { commands } from '../../src/cli/commands/all.ts';
import { run } from '../../src/cli/run.ts';
import { planStrict } from '../../src/verbs/strict-plan.ts';
import { upgradeToIntegration } from '../../src/verbs/upgrade.ts';
import { upgradeIstio } from '../../src/verbs/upgrade-istio.ts';
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

test('a file that is there already stays as it is', async () => {
  const text = 'global: # all\n  istioIntegration: {enabled: true}\n';
  const io = memoryIo({ files: { 'v.yaml': text } });
  assert.equal(await run(['upgrade', 'integration', 'v.yaml', '--chart-version', '1.18.5'], io, commands), 0);
  assert.equal(io.printed.stdout, text);
  assert.match(io.printed.stderr, /nothing to move/);
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

test('a missing policy is a step; older ones of the mesh are replaced, milder ones are named', () => {
  const policy = (name: string, namespace: string, mode: string): string =>
    JSON.stringify({
      ...{ apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name, namespace } },
      spec: { mtls: { mode } },
    });
  const stepsWith = (from: string, ...more: readonly string[]): readonly string[] => {
    const objects = [from, ...more].join('\n---\n');
    return planStrict({ ...known, objects }).steps.map(({ what, command }) => `${what}: ${command}`);
  };
  const policySteps = (steps: readonly string[]): number =>
    steps.filter((step) => step.includes('every workload')).length;
  assert.equal(policySteps(stepsWith(mesh)), 1);
  assert.deepEqual(stepsWith(mesh.replace('mode: PERMISSIVE', 'mode: STRICT')), []);
  const older = stepsWith(mesh, policy('old', 'istio-system', 'UNSET'));
  assert.match(older.at(-1) ?? '', /kubectl delete peerauthentication old --namespace istio-system/);
  const elsewhere = stepsWith(mesh, policy('loose', 'other', 'DISABLE'));
  assert.match(elsewhere.at(-1) ?? '', /except those of .*other\/loose/);
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

/** A custom sidecar as in old guides. */
const oldSidecar = {
  name: 'istio-proxy',
  image: 'mirror:5000/istio/proxyv2:1.12.9-distroless@sha256:00',
  env: [
    { name: 'OUTPUT_CERTS', value: '/etc/istio-certs' },
    { name: 'JWT_POLICY', value: 'first-party-jwt' },
    { name: 'DISABLE_ENVOY', value: 'true' },
  ],
  volumeMounts: [
    { name: 'istio-certs', mountPath: '/etc/istio-certs/' },
    { name: 'istiod-ca-cert', mountPath: '/var/run/secrets/istio' },
  ],
};

test('each change of another Istio has the version that brought it, and the values that go with it', () => {
  const options = {
    values: [{ global: { istioSDS: { enabled: true, customSidecars: [oldSidecar] } } }],
    chartVersion: '1.16.5',
  };
  const { changes, values: edits, problems } = upgradeIstio(options, '1.12.9', '1.22.3');
  assert.deepEqual(problems, []);
  const found = new Map(changes.map(({ name, version, isNew }) => [name, `${isNew ? '' : 'not '}${version}`]));
  assert.equal(found.get('certificates-not-rotated'), 'not 1.14.0');
  assert.equal(found.get('rotationNotWrittenWithoutEnvoy'), 'not 1.14.0');
  assert.equal(found.get('istio-outside-gloo-range'), '1.21.0', 'outside at both ends, within 1.14 to 1.20');
  assert.equal(found.get('first-party-jwt-removed'), '1.22.0');
  assert.equal(found.get('token-not-mounted'), '1.22.0');
  assert.ok(changes.every(({ isNew, hint, severity }) => severity === undefined || !isNew || hint !== undefined));
  assert.deepEqual(edits, [
    {
      path: 'global.istioSDS.customSidecars[0].image',
      before: oldSidecar.image,
      after: 'mirror:5000/istio/proxyv2:1.22.3-distroless',
    },
  ]);
  const back = upgradeIstio(options, '1.22.3', '1.12.9').changes;
  assert.ok(
    back.some(({ name, version, isNew }) => name === 'certificates-not-rotated' && isNew && version === '1.13.9'),
  );
  assert.ok(back.some(({ name, isNew }) => name === 'first-party-jwt-removed' && !isNew));
  assert.deepEqual(upgradeIstio(options, '1.22.3', '1.22.3').changes, []);
});

test("the chart's own sidecar gets its version by a value, where the release has one", () => {
  const values = [
    {
      global: {
        istioIntegration: { enabled: true },
        glooMtls: { istioProxy: { image: { tag: '1.20.8', digest: 'sha256:00' } } },
      },
    },
  ];
  const { values: edits } = upgradeIstio({ values, chartVersion: '1.18.5' }, '1.20.8', '1.22.3');
  assert.deepEqual(edits, [
    { path: 'global.glooMtls.istioProxy.image.tag', before: '1.20.8', after: '1.22.3' },
    { path: 'global.glooMtls.istioProxy.image.digest', before: 'sha256:00' },
  ]);
  const within = { gloo: values[0] ?? {} };
  const wrapped = upgradeIstio({ values: [within], chartVersion: '1.18.5', partialOf: ['gloo'] }, '1.20.8', '1.22.3');
  assert.equal(wrapped.values[0]?.path, 'gloo.global.glooMtls.istioProxy.image.tag');
  const old = upgradeIstio(
    { values: [{ global: { istioSDS: { enabled: true } } }], chartVersion: '1.5.0' },
    '1.9.0',
    '1.9.5',
  );
  assert.deepEqual([old.values, old.problems.map(({ code }) => code)], [[], ['sidecar-version-fixed']]);
  assert.deepEqual(upgradeIstio({ values: [{}], chartVersion: '1.18.5' }, '1.20.8', '1.22.3').values, []);
});

test('values that cannot be rendered are the only answer', () => {
  const broken = [{ name: 'v', text: 'a: [' }];
  const refused = [{ gatewayProxies: { gatewayProxy: { podTemplate: { nodeName: 1 } } } }];
  const codesIn = ({ problems, changes }: { problems: readonly { code: string }[]; changes: readonly unknown[] }) => {
    assert.deepEqual(changes, []);
    return [...new Set(problems.map(({ code }) => code))];
  };
  assert.deepEqual(codesIn(upgradeRelease({ values: broken }, '1.16.5', '1.17.3')), ['yaml-syntax']);
  assert.deepEqual(codesIn(upgradeRelease({ values: refused }, '1.16.5', '1.17.3')), ['wrong-type']);
  assert.deepEqual(codesIn(upgradeRelease({ values: [] }, '1.17.3', '9.9.9')), ['unknown-release']);
  assert.deepEqual(codesIn(upgradeIstio({ values: broken }, '1.12.9', '1.22.3')), ['yaml-syntax']);
  assert.deepEqual(codesIn(upgradeIstio({ values: [], chartVersion: '9.9.9' }, '1.12.9', '1.22.3')), [
    'unknown-release',
  ]);
  const moved = upgradeToIntegration(
    { name: 'v', text: `${values}    podTemplate: {nodeName: 1}\n` },
    { chartVersion: '1.18.5' },
  );
  assert.deepEqual([moved.text, [...new Set(moved.problems.map(({ code }) => code))]], ['', ['wrong-type']]);
});

test('an older release brings the changes back', () => {
  const given = { values: [{ global: { istioSDS: { enabled: true } } }] };
  const there = upgradeRelease(given, '1.16.5', '1.17.3').changes;
  const back = upgradeRelease(given, '1.17.3', '1.16.5').changes;
  const turned = (one: { before?: unknown; after?: unknown; path: string }) => [one.path, one.after, one.before];
  assert.deepEqual(back.map(turned).sort(), there.map((one) => [one.path, one.before, one.after]).sort());
});

test('unknown versions of Istio are rejected', async () => {
  const io = memoryIo({ files: { 'v.yaml': 'global: {istioIntegration: {enabled: true}}\n' } });
  const asked = (...versions: readonly string[]): Promise<number> =>
    run(['upgrade', 'istio', ...versions, '-f', 'v.yaml', '--chart-version', '1.18.5'], io, commands);
  assert.equal(await asked('1.22', '1.24.1'), 1);
  assert.equal(await asked('new', 'old'), 1);
  assert.equal(await asked('1.5.1.1', '1.22.3'), 1);
  assert.equal(io.printed.stdout, '');
  assert.equal(await asked('1.22.3', '1.24.1'), 1);
  assert.match(io.printed.stdout, /set global\.glooMtls\.istioProxy\.image\.tag: the default → 1\.24\.1/);
});

test('what Istio and mTLS values change beside the proxies is part of it', () => {
  const text =
    'global: {glooMtls: {enabled: true}, istioIntegration: {disableAutoinjection: true, enableIstioSidecarOnGateway: true}}';
  const of = (from: string, to: string): string[] =>
    upgradeRelease({ values: [{ name: 'v', text }] }, from, to)
      .changes.filter(({ object, path }) => /^(?:Settings|Job) |\/gloo$/.test(object) && !path.endsWith('.image'))
      .map(({ object, path, release }) => `${object} ${path} ${release}`);
  const gloo = 'Deployment gloo-system/gloo spec.template';
  assert.deepEqual(of('1.18.6', '1.18.7'), [`${gloo}.spec.containers.gloo.env.GLOO_MTLS_SDS_ENABLED 1.18.7`]);
  assert.deepEqual(of('1.16.3', '1.16.4'), ['Settings gloo-system/default spec.gloo.istioOptions 1.16.4']);
  assert.deepEqual(of('1.12.0-beta4', '1.12.0-beta5'), [
    String.raw`${gloo}.metadata.annotations.sidecar\.istio\.io/inject 1.12.0-beta5`,
    String.raw`${gloo}.metadata.labels.sidecar\.istio\.io/inject 1.12.0-beta5`,
  ]);
});

test('another API version of a disruption budget is a change, and gloo’s sidecars are part of it', () => {
  const proxies = { gatewayProxy: { podDisruptionBudget: { maxUnavailable: 1 } } };
  const values = { gatewayProxies: proxies, global: { glooMtls: { enabled: true } } };
  const { changes } = upgradeRelease({ values: [values] }, '1.14.0-beta17', '1.14.0-beta18');
  const budget = changes.find(({ path }) => path === 'apiVersion');
  assert.deepEqual(
    [budget?.object, budget?.before, budget?.after, budget?.release],
    ['PodDisruptionBudget gloo-system/gateway-proxy-pdb', 'policy/v1beta1', 'policy/v1', '1.14.0-beta18'],
  );
  const image = 'spec.template.spec.containers.envoy-sidecar.image';
  assert.ok(changes.some(({ object, path }) => object === 'Deployment gloo-system/gloo' && path === image));
  const gone = upgradeRelease({ values: [{}] }, '1.12.0-rc2', '1.12.0-rc3').changes.find(
    ({ object }) => object === 'Deployment gloo-system/gateway',
  );
  assert.deepEqual(
    gone?.features.map(({ name, removed }) => [name, removed]),
    [['gatewayDeployment', true]],
  );
});
