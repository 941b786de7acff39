import assert from 'node:assert/strict';
import { test } from 'node:test';
import { disableMtls, enableMtls } from '../../src/istio/mtls.ts';

const upstream = `apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: {name: u, namespace: gloo-system, labels: {team: a}}
spec: {static: {hosts: [{addr: h, port: 1}]}} # as written
`;
const source = (text: string): { name: string; text: string }[] => [{ name: 'u.yaml', text }];

test('enabling twice is enabling once, and disabling undoes it', () => {
  const once = enableMtls(source(upstream), { upstreams: ['u'] });
  const text = once.manifests[0]?.text ?? '';
  assert.equal(once.changed, 1);
  assert.match(text, /sslConfig: \{alpnProtocols: \[istio\], sds: \{.*targetUri: "?127\.0\.0\.1:8234"?/);
  assert.equal(enableMtls(source(text), { all: true }).changed, 0);
  assert.equal(disableMtls(source(text), { upstreams: ['u'] }).manifests[0]?.text, upstream);
});

test('the address with a typo that an old glooctl wrote is put right, and disabled like the right one', () => {
  const text = enableMtls(source(upstream), { all: true }).manifests[0]?.text ?? '';
  const misspelt = text.replace('127.0.0.1:8234', '127.0.01:8234');
  assert.equal(enableMtls(source(misspelt), { all: true }).manifests[0]?.text.includes('127.0.0.1:8234'), true);
  assert.equal(disableMtls(source(misspelt), { all: true }).changed, 1);
});

test('namespaces and labels choose', () => {
  assert.equal(enableMtls(source(upstream), { all: true, namespace: 'other' }).changed, 0);
  assert.equal(enableMtls(source(upstream), { selector: { team: 'b' } }).changed, 0);
  assert.equal(enableMtls(source(upstream), { selector: { team: 'a' } }).changed, 1);
});
