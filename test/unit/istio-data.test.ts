import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readReleases, readYaml } from '../../scripts/chart-sources.ts';
import { compileGlooFeatures, compileIstioFeatures } from '../../scripts/gen-istio.ts';
import { effectiveMtls } from '../../src/istio/effective-mtls.ts';
import { upstreamTls } from '../../src/istio/upstream-tls.ts';
import { istioOf, parseIstioVersion } from '../../src/objects/istio-version.ts';
import { supportedIstio } from '../../src/rules/istio-support.ts';

test('the oldest behaviour comes first, and each has a name of its own form', () => {
  const gloo = compileGlooFeatures(readYaml('schema/translator.yaml'));
  const firsts = Object.values(gloo).map(([first = 0]) => first);
  assert.deepEqual(
    firsts,
    [...firsts].sort((a, b) => a - b),
  );
  const istio = compileIstioFeatures(readYaml('schema/istio.yaml'));
  const versions = Object.values(istio).map(([first]) =>
    (first?.from ?? []).reduce((sum, part) => sum * 1000 + part, 0),
  );
  assert.deepEqual(
    versions,
    [...versions].sort((a, b) => a - b),
  );
  for (const name of [...Object.keys(gloo), ...Object.keys(istio)]) assert.match(name, /^[a-z][A-Za-z0-9]*$/);
});

test('an invalid row is named', () => {
  assert.throws(() => compileGlooFeatures({ a: { in: '>=1.5.0' } }), /translator.yaml: a:/);
  assert.throws(() => compileGlooFeatures({ a: { in: '>=99.0.0', what: 'x' } }), /translator.yaml: a: .*99/);
  assert.throws(() => compileIstioFeatures({ a: { in: 'new', what: 'x' } }), /istio.yaml: a: new/);
});

test('a version of Istio, and what it does', () => {
  assert.deepEqual(parseIstioVersion('1.22.3-distroless'), [1, 22, 3]);
  assert.deepEqual(parseIstioVersion('v1.9.5'), [1, 9, 5]);
  for (const text of ['1.22', 'latest', '', undefined, 7]) assert.equal(parseIstioVersion(text), undefined);
  const merged = ['1.22.7', '1.22.8', '1.23.4', '1.23.5', '1.24.2', '1.24.3', '1.30.3'].map((text) =>
    istioOf(parseIstioVersion(text) ?? [0, 0, 0]).has('ambientPoliciesMerged'),
  );
  assert.deepEqual(merged, [false, true, false, true, false, true, true]);
});

test('every line of Gloo but the first has versions of Istio', () => {
  const lines = new Set(readReleases().names.map((name) => name.split('.', 2).join('.')));
  assert.deepEqual(
    [...lines].filter((line) => supportedIstio(`${line}.0`) === undefined),
    ['1.5'],
  );
  assert.deepEqual(supportedIstio('1.20.3'), ['1.23', '1.27']);
});

test('what cannot be answered says so, and nothing throws', () => {
  for (const input of [
    null,
    undefined,
    7,
    'x',
    [],
    { upstream: 7, settings: [], services: 'x', env: 3 },
    { objects: {}, ports: 'x' },
  ]) {
    assert.equal(typeof upstreamTls(input, '1.17.0'), 'object');
    assert.equal(typeof effectiveMtls(input, '1.22.3'), 'object');
  }
  // JavaScript callers pass anything.
  assert.match(upstreamTls({}, '9.9.9').error ?? '', /9\.9\.9/);
  assert.ok(upstreamTls({}, null as unknown as string).error);
  assert.match(effectiveMtls({}, 'newest').error ?? '', /newest/);
});
