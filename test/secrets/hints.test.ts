/** Where nothing in the values could be a secret, nothing that the charts print is one: the page shows it without a search. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { releases } from '../../src/chart/releases.ts';
import { hiderOf } from '../../src/diff/secret-messages.ts';
import { couldHoldSecrets } from '../../src/diff/secret-structure.ts';
import { renderGatewayProxies } from '../../src/verbs/render.ts';

const plain = `global:
  glooMtls: {enabled: true}
  istioSDS: {enabled: true}
  istioIntegration: {enabled: true}
gatewayProxies:
  gatewayProxy:
    stats: true
    tracing: {cluster: [{name: zipkin}]}
    podTemplate: {probes: true, extraAnnotations: {team: edge}}
  internal:
    service: {type: ClusterIP}
`;

test('what the charts print for values without a hint of a secret has none', () => {
  assert.equal(couldHoldSecrets(plain), false);
  const some = releases.filter((_, index) => index % 97 === 0 || index === releases.length - 1);
  for (const chartVersion of some) {
    for (const values of ['', plain]) {
      const { manifests } = renderGatewayProxies({ values: [{ name: 'values', text: values }], chartVersion });
      const hider = hiderOf(new Map(manifests.map(({ text }, index) => [String(index), text])));
      for (const [index, { kind, name }] of manifests.entries())
        assert.deepEqual(hider.spans(String(index)), [], `${chartVersion} ${kind}/${name}`);
    }
  }
});

test('a hint is whatever may name, hide or be a secret', () => {
  const hints = [
    ...['DB_PASSWORD: x', 'api\n  key: x', 'dbPw: x', 'a: "\\x70"', 'a: !!binary eA==', 'u: a:b', 'a: //u:p@h'],
    ...['curl -u a:b', 'curl -ua:b', 'curl --u a:b'],
    ...['x: ghp_abc', 'a: Bearer x', 'kind: Secret', 'binaryData: {}', 'a: inline_string', `a: ${'a1'.repeat(16)}`],
  ];
  assert.deepEqual(
    hints.filter((text) => !couldHoldSecrets(text)),
    [],
  );
  const none = ['path: /x', 'spin: 1', 'signal: TERM', 'httpPort: 8081', 'keepalive: 1', 'proxy: {design: gateway}'];
  assert.deepEqual(none.filter(couldHoldSecrets), []);
});
