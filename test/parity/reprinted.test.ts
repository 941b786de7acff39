/**
 * The chart changes values while printing them: global.securitySettings.floatingUserId removes the user id from the
 * sidecars' security context, which is then empty when the workload is printed again, so the defaults apply.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderGatewayProxies } from '../../src/index.ts';
import { valueAt } from './deviations.ts';

function contextOfSds(proxies: Readonly<Record<string, object>>): unknown {
  const global = {
    istioIntegration: { enabled: true },
    podSecurityStandards: { container: { enableRestrictedContainerDefaults: true } },
    securitySettings: { floatingUserId: true },
    glooMtls: { sds: { securityContext: { runAsUser: 5 } } },
  };
  const text = JSON.stringify({ global, gatewayProxies: proxies });
  const { manifests } = renderGatewayProxies({
    values: [{ name: 'v', text }],
    chartVersion: '1.22.0',
    objects: 'workloads',
  });
  const last = manifests.at(-1)?.object ?? {};
  return valueAt([last], ['Deployment', 'spec', 'template', 'spec', 'containers', 'sds', 'securityContext']);
}

const restricted = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

test('without an override the workload is printed twice, so the defaults step in', () => {
  assert.deepEqual(contextOfSds({}), restricted);
});

test('with an override it is printed once, and has no security context', () => {
  assert.equal(contextOfSds({ gatewayProxy: { kubeResourceOverride: { spec: { replicas: 3 } } } }), null);
});

test('after another proxy the defaults still apply', () => {
  const zz = { kubeResourceOverride: { spec: { replicas: 3 } } };
  assert.deepEqual(contextOfSds({ zz }), restricted);
});
