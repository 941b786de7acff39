import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modeOf, peerAuthentication } from '../../src/istio/policy.ts';
import { checkPolicies } from '../../src/istio/policy-check.ts';
import type { ValueMap } from '../../src/value.ts';

const pods = { namespace: 'default', labels: { app: 'a', version: 'v1' }, port: 9080 };
const workload = peerAuthentication({ namespace: 'default', workload: { app: 'a' }, mode: 'PERMISSIVE' });
const mesh = peerAuthentication();

test('the nearest policy decides: workload, namespace, mesh, Istio’s default', () => {
  const namespace = peerAuthentication({ namespace: 'default', mode: 'PERMISSIVE' });
  assert.equal(modeOf(pods, [], 'istio-system').mode, 'PERMISSIVE');
  assert.equal(modeOf(pods, [mesh], 'istio-system').by, mesh);
  assert.equal(modeOf(pods, [mesh, namespace], 'istio-system').by, namespace);
  assert.equal(modeOf(pods, [mesh, namespace, workload], 'istio-system').by, workload);
  assert.equal(modeOf(pods, [mesh], 'istio-root').by, undefined);
});

test('UNSET leaves it to the next one, and a port may have a mode of its own', () => {
  const unset = { ...workload, spec: { selector: { matchLabels: { app: 'a' } }, mtls: { mode: 'UNSET' } } };
  assert.equal(modeOf(pods, [mesh, unset], 'istio-system').mode, 'STRICT');
  const ported: ValueMap = { ...unset, spec: { ...unset.spec, portLevelMtls: { 9080: { mode: 'DISABLE' } } } };
  assert.equal(modeOf(pods, [mesh, ported], 'istio-system').mode, 'DISABLE');
  assert.equal(modeOf({ ...pods, port: undefined }, [mesh, ported], 'istio-system').mode, 'STRICT');
});

test('a policy for labels that are not known may hold; one for other labels does not', () => {
  const perhaps = peerAuthentication({ namespace: 'default', workload: { tier: 'web' } });
  const other = peerAuthentication({ namespace: 'default', workload: { app: 'b' } });
  const found = modeOf(pods, [perhaps, other], 'istio-system');
  assert.deepEqual(found.perhaps, [perhaps]);
  assert.equal(found.mode, 'PERMISSIVE');
});

test('Services and Deployments in the input say which pods and ports are meant', () => {
  const text = `
kind: Upstream
metadata: {name: u, namespace: gloo-system}
spec: {static: {hosts: [{addr: web.default.svc.cluster.local, port: 80}]}}
---
kind: Service
metadata: {name: web, namespace: default}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
kind: Deployment
metadata: {name: web, namespace: default}
spec: {template: {metadata: {labels: {app: web, tier: front}}}}
---
kind: PeerAuthentication
metadata: {name: front, namespace: default}
spec: {selector: {matchLabels: {tier: front}}, mtls: {mode: PERMISSIVE}, portLevelMtls: {8080: {mode: STRICT}}}
`;
  const { upstreams, problems } = checkPolicies([{ name: 'in.yaml', text }]);
  assert.deepEqual(
    upstreams.map(({ mode, verdict }) => [mode, verdict]),
    [['STRICT', 'refused']],
  );
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['mtls-required'],
  );
});
