/** The facts about Istio's agent and its istiod, on which both the rules and the verdicts about mTLS rest. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certificateWriting, losesRotation, mountedToken, tokenPolicyOf } from '../../src/objects/istio-agent.ts';
import { istioOf, istioVersionOfTag } from '../../src/objects/istio-version.ts';
import { istiodNamed, versionOfIstiod } from '../../src/objects/istiod.ts';
import { isIstioAgent, isSdsServer } from '../../src/objects/sidecars.ts';
import { spotOf, variableOf } from '../../src/objects/workload.ts';
import type { ValueMap } from '../../src/value.ts';

const old = istioOf([1, 20, 3]).has;
const recent = istioOf([1, 22, 3]).has;
const withEnv = (...env: readonly ValueMap[]): ValueMap => ({ name: 'istio-proxy', env });

test('Kubernetes sets a variable without a value to the empty string', () => {
  assert.deepEqual(variableOf(withEnv({ name: 'A' }), 'A'), { value: '', isOpen: false });
  assert.deepEqual(variableOf(withEnv({ name: 'A' }), 'B'), { value: undefined, isOpen: false });
  assert.deepEqual(variableOf({ envFrom: [{}] }, 'B'), { value: undefined, isOpen: true });
  assert.equal(variableOf(withEnv({ name: 'A', value: '1' }, { name: 'A', value: '2' }), 'A').value, '2');
  assert.equal(variableOf(withEnv({ name: 'A', valueFrom: {} }), 'A').isOpen, true);
});

test('the token that an agent sends', () => {
  assert.equal(tokenPolicyOf(withEnv(), old).sends, 'third-party-jwt');
  assert.equal(tokenPolicyOf(withEnv({ name: 'JWT_POLICY' }), old).sends, 'none');
  assert.equal(tokenPolicyOf(withEnv({ name: 'JWT_POLICY' }), recent).sends, 'third-party-jwt');
  assert.equal(tokenPolicyOf(withEnv({ name: 'JWT_POLICY', value: 'first-party-jwt' }), old).sends, 'first-party-jwt');
  assert.equal(tokenPolicyOf({ envFrom: [{}] }, old).sends, undefined);
});

test('the token is read below its mount', () => {
  const spec = (path: string, ...others: readonly ValueMap[]): ValueMap => ({
    volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path } }, ...others] } }],
  });
  const at = (mountPath: string, subPath = ''): ValueMap => ({ volumeMounts: [{ name: 'v', mountPath, subPath }] });
  const isRead = (mount: ValueMap, path: string): boolean | undefined =>
    mountedToken(spec(path), mount)?.tokens[0]?.isRead;
  assert.equal(isRead(at('/var/run/secrets/tokens/'), 'istio-token'), true);
  assert.equal(isRead(at('/var/run/secrets/tokens'), 'token'), false);
  assert.equal(isRead(at('/var/run/secrets'), 'istio-token'), false);
  assert.equal(isRead(at('/var/run/secrets'), 'tokens/istio-token'), true);
  assert.equal(isRead(at('/var/run/secrets/tokens/istio-token', 'istio-token'), 'istio-token'), true);
  assert.equal(isRead(at('/var/run/secrets/token'), 'istio-token'), undefined);
  // A Secret beside the token may have a file of that name.
  assert.equal(mountedToken(spec('token'), at('/var/run/secrets/tokens'))?.isKnown, true);
  assert.equal(mountedToken(spec('token', { secret: {} }), at('/var/run/secrets/tokens'))?.isKnown, false);
  assert.equal(spotOf(at('/'), '/var/run'), undefined);
});

test('certificates arrive if both containers mean the same folder of the same volume', () => {
  const mounts = (name: string, mountPath: string, rest: ValueMap = {}): ValueMap => ({
    volumeMounts: [{ name, mountPath, ...rest }],
  });
  const writes = (value: string, mounted: ValueMap): ValueMap => ({
    ...withEnv({ name: 'OUTPUT_CERTS', value }),
    ...mounted,
  });
  const sds = mounts('certs', '/etc/istio-certs/');
  const to = (writer: ValueMap): string => certificateWriting(writer, sds).to;
  assert.equal(to(writes('/out', mounts('certs', '/out'))), 'server');
  assert.equal(to(writes('/out/a', mounts('certs', '/out'))), 'elsewhere');
  assert.equal(to(writes('/out', mounts('other', '/out'))), 'elsewhere');
  assert.equal(to(writes('/out', mounts('certs', '/out', { subPath: 'a' }))), 'elsewhere');
  assert.equal(to(writes('/out', mounts('certs', '/out', { subPathExpr: '$(A)' }))), 'open');
  assert.equal(to(writes('', mounts('certs', '/out'))), 'nowhere');
  assert.equal(certificateWriting(writes('/out', mounts('certs', '/out')), undefined).to, 'elsewhere');
});

test('whether certificates are rotated depends on the version and on Envoy', () => {
  const alone = withEnv({ name: 'DISABLE_ENVOY', value: 'true' });
  assert.equal(losesRotation(withEnv(), istioOf([1, 6, 5]).has), true);
  assert.equal(losesRotation(withEnv(), istioOf([1, 12, 0]).has), false);
  assert.equal(losesRotation(alone, istioOf([1, 12, 0]).has), true);
  assert.equal(losesRotation(alone, istioOf([1, 14, 0]).has), false);
});

test('an SDS server is known by its variable, an agent by its image', () => {
  const told = { name: 'secrets', image: 'example.com/secrets:1', env: [{ name: 'ISTIO_MTLS_SDS_ENABLED' }] };
  assert.equal(isSdsServer(told), true);
  assert.equal(isSdsServer({ ...told, env: [] }), false);
  assert.equal(isSdsServer({ image: 'quay.io/solo-io/sds-ee-fips:1.17.0' }), true);
  const isAgent = (image: string): boolean => isIstioAgent({ name: 'own', image });
  assert.deepEqual(
    ['istio/proxyv2:1.22.3', 'a/proxyv2-distroless:1', 'a/istio-proxyv2:1', 'a/proxyv2x:1', 'proxyv2/x:1'].map(isAgent),
    [true, true, true, false, false],
  );
});

test('the version in a tag', () => {
  const texts = ['1.22.3', 'v1.9.5-asm.2', '1.22', '1.22-alpha.abc', '1.22.3.4', '2024.1.3', 'latest', undefined];
  assert.deepEqual(
    texts.map((tag) => istioVersionOfTag(tag)?.join('.')),
    ['1.22.3', '1.9.5', '1.22.0', '1.22.0', undefined, undefined, undefined, undefined],
  );
});

test('an istiod is called by its revision', () => {
  assert.deepEqual([undefined, '', 'default', 'canary'].map(istiodNamed), [
    ...['istiod', 'istiod', 'istiod', 'istiod-canary'],
  ]);
  const containers = [
    { name: 'proxy', image: 'a:1.2.3' },
    { name: 'discovery', image: 'a:5000/pilot:1.22.3@sha256:0' },
  ];
  assert.deepEqual(versionOfIstiod({ spec: { template: { spec: { containers } } } }), [1, 22, 3]);
});
