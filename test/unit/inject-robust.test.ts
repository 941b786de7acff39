import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { injectSidecars } from '../../src/istio/inject.ts';
import { enableMtls } from '../../src/istio/mtls.ts';
import { checkPolicies } from '../../src/istio/policy-check.ts';
import { addRoute } from '../../src/istio/route.ts';
import { uninjectSidecars } from '../../src/istio/uninject.ts';
import { renderGatewayProxies } from '../../src/verbs/render.ts';

const rendering = renderGatewayProxies({ chartVersion: '1.17.0' })
  .manifests.map(({ text }) => `---\n${text}`)
  .join('');

test('whatever stands in the input, nothing throws, and an error changes nothing', () => {
  const damaged = fc
    .tuple(
      fc.nat(rendering.length),
      fc.nat(40),
      fc.constantFrom('', ':', '- ', '[', '{}', '"', '\n', '---\n', '*a', 'null'),
    )
    .map(([at, length, text]) => rendering.slice(0, at) + text + rendering.slice(at + length));
  fc.assert(
    fc.property(damaged, (text) => {
      const sources = [{ name: 'in.yaml', text }];
      for (const change of [injectSidecars(sources), uninjectSidecars(sources), enableMtls(sources, { all: true })]) {
        if (change.problems.some(({ severity }) => severity === 'error')) assert.equal(change.manifests[0]?.text, text);
      }
    }),
    { numRuns: 60, seed: 11 },
  );
});

const odd = [
  'kind: Deployment\n',
  'kind: [List]\nitems: 1\n',
  'a\n',
  '- 1\n',
  '',
  'kind: List\nitems: [null, 1, {kind: Upstream}]\n',
];

test('objects that lack everything are passed on', () => {
  for (const text of odd) {
    const sources = [{ name: 'in.yaml', text }];
    assert.equal(injectSidecars(sources).manifests[0]?.text, text);
    assert.equal(uninjectSidecars(sources).manifests[0]?.text, text);
    checkPolicies(sources);
    addRoute(sources, { upstream: 'u', path: { kind: 'prefix', value: '/' } });
  }
});

test('hundreds of documents: all but the proxy’s stay as they are', () => {
  const others = Array.from(
    { length: 300 },
    (_, n) => `---\n# ${n}\napiVersion: v1\nkind:   Service\nmetadata: {name: s${n}}\n`,
  ).join('');
  const change = injectSidecars([{ name: 'all.yaml', text: others + rendering + others }]);
  const text = change.manifests[0]?.text ?? '';
  assert.equal(change.changed, 2);
  assert.ok(text.startsWith(others) && text.endsWith(others));
  assert.equal(uninjectSidecars([{ name: 'all.yaml', text }]).manifests[0]?.text, others + rendering + others);
});

test('containers of one’s own take the place of istio-proxy, and go again', () => {
  const sidecars = [
    { name: 'agent', image: 'a:1', volumeMounts: [{ name: 'istio-certs', mountPath: '/etc/istio-certs/' }] },
    { name: 'helper', image: 'h:1' },
  ];
  const sources = [{ name: 'in.yaml', text: rendering }];
  const change = injectSidecars(sources, { sidecars });
  const text = change.manifests[0]?.text ?? '';
  assert.ok(/- name: agent\n/.test(text) && !/- name: istio-proxy\n/.test(text));
  const back = uninjectSidecars([{ name: 'in.yaml', text }], { sidecars });
  assert.deepEqual([back.problems, back.manifests[0]?.text], [[], rendering]);
  // The previous one is removed.
  const both = injectSidecars([{ name: 'in.yaml', text: injectSidecars(sources).manifests[0]?.text ?? '' }], {
    sidecars,
  });
  assert.doesNotMatch(both.manifests[0]?.text ?? '', /- name: istio-proxy\n/);
});
