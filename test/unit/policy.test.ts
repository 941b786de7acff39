import assert from 'node:assert/strict';
import { test } from 'node:test';
import { peerAuthentication } from '../../src/istio/policy.ts';
import { checkPolicies } from '../../src/istio/policy-check.ts';
import type { ValueMap } from '../../src/value.ts';
import { writeYaml } from '../../src/yaml/write.ts';

const workload = peerAuthentication({ namespace: 'default', workload: { app: 'a' }, mode: 'PERMISSIVE' });
const mesh = peerAuthentication();
const upstream = {
  kind: 'Upstream',
  metadata: { name: 'u', namespace: 'gloo-system' },
  spec: { kube: { serviceName: 'a', serviceNamespace: 'default', servicePort: 80 } },
};

/** The mode and the policy for pods with known labels and a known port, or without one. */
function decided(policies: readonly ValueMap[], { port = 9080, istioNamespace = 'istio-system' } = {}) {
  const spec = { selector: { app: 'a', version: 'v1' }, ports: [{ port: 80, targetPort: port }] };
  const service = { kind: 'Service', metadata: { name: 'a', namespace: 'default' }, spec };
  const text = writeYaml({ apiVersion: 'v1', kind: 'List', items: [upstream, service, ...policies] });
  const { upstreams, problems } = checkPolicies([{ name: 'in.yaml', text }], { istioNamespace });
  const [{ mode, policy } = {}] = upstreams;
  return { mode, policy, codes: problems.map(({ code }) => code) };
}

test('the nearest policy decides: workload, namespace, mesh, Istio’s default', () => {
  const namespace = peerAuthentication({ namespace: 'default', mode: 'PERMISSIVE' });
  assert.equal(decided([]).mode, 'PERMISSIVE');
  assert.equal(decided([mesh]).policy, 'PeerAuthentication istio-system/default');
  assert.equal(decided([mesh, namespace]).policy, 'PeerAuthentication default/default');
  assert.equal(decided([mesh, namespace, workload]).policy, 'PeerAuthentication default/a');
  assert.equal(decided([mesh], { istioNamespace: 'istio-root' }).policy, undefined);
});

test('UNSET leaves it to the next one, and a port may have a mode of its own', () => {
  const unset = { ...workload, spec: { selector: { matchLabels: { app: 'a' } }, mtls: { mode: 'UNSET' } } };
  assert.equal(decided([mesh, unset]).mode, 'STRICT');
  const ported: ValueMap = { ...unset, spec: { ...unset.spec, portLevelMtls: { 9080: { mode: 'DISABLE' } } } };
  assert.equal(decided([mesh, ported]).mode, 'DISABLE');
  assert.equal(decided([mesh, ported], { port: 9081 }).mode, 'STRICT');
});

test('a policy for labels that are not known may apply; one for other labels does not', () => {
  const perhaps = peerAuthentication({ namespace: 'default', workload: { tier: 'web' } });
  const other = peerAuthentication({ namespace: 'default', workload: { app: 'b' } });
  const found = decided([perhaps, other]);
  assert.deepEqual(found.codes, ['plain-text', 'policy-may-apply']);
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
