/** Clusters of a fleet with their own Gateways of the Kubernetes Gateway API. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fleetFolders } from '../support/fleet.ts';

const folderWith = fleetFolders();

const gateway = (name: string, more = ''): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: ${name}, namespace: edge, annotations: {gateway.gloo.solo.io/gateway-parameters-name: own}}
spec: {gatewayClassName: gloo-gateway, listeners: [{name: http, port: 80, protocol: HTTP}${more}]}
`;
const parameters = (replicas: string): string => `
apiVersion: gateway.gloo.solo.io/v1alpha1
kind: GatewayParameters
metadata: {name: own, namespace: edge}
spec: {kube: {deployment: {replicas: ${replicas}}}}
`;
const files = {
  'base.yaml': 'kubeGateway: {enabled: true}\n',
  'own.yaml': parameters('3'),
  'eu.yaml': gateway('eu'),
  'shared.yaml': gateway('shared'),
  'fleet.yaml': `
chartVersion: 1.22.1
values: base.yaml
gateways: own.yaml
groups:
  edge: { gateways: [shared.yaml] }
clusters:
- { name: eu, group: edge, gateways: eu.yaml, installed: installed.yaml }
- { name: us, group: edge, chartVersion: 1.21.11, installed: installed.yaml }
`,
};
const deployments = (line: { manifests: { kind: string; name: string }[] } | undefined): string[] =>
  (line?.manifests ?? []).filter(({ kind }) => kind === 'Deployment').map(({ name }) => name);

test('each cluster has the proxies of its Gateways beside those of the chart', async () => {
  const folder = folderWith(files);
  const { status, lines, stderr } = await folder.run(['render', '--fleet', 'fleet.yaml']);
  assert.equal(status, 0, stderr);
  assert.deepEqual(lines.map(deployments), [
    ['gateway-proxy', 'gloo-proxy-eu', 'gloo-proxy-shared'],
    ['gateway-proxy', 'gloo-proxy-shared'],
  ]);
  const all = JSON.stringify(lines);
  assert.equal(all.split('replicas: 3').length - 1, 3);
  assert.match(JSON.stringify(lines[1]), /gloo-gateway-1\.21\.11/);
});

test('their problems are reported in their own file, and a missing file fails only its cluster', async () => {
  const folder = folderWith({
    ...files,
    'own.yaml': parameters('many'),
    'fleet.yaml': `${files['fleet.yaml']}- { name: gone, gateways: gone.yaml }\n- { name: odd, gateways: 7 }\n`,
  });
  const { status, stderr, stdout } = await folder.run(['validate', '--fleet', 'fleet.yaml']);
  assert.equal(status, 2);
  const said = `${stdout}${stderr}`;
  assert.match(said, /own\.yaml:5:\d+ spec\.kube\.deployment\.replicas/);
  assert.match(said, /gone\.yaml/);
  assert.match(said, /gateways must be a string or a list of strings/);
});

test('diff says what changes in both kinds, and prune takes what is gone of both', async () => {
  const folder = folderWith(files);
  assert.equal((await folder.run(['render', '--fleet', 'fleet.yaml', '--output-dir', 'out'])).status, 0);
  const path = (name: string): string => `${folder.path}/${name}`;
  const rendered = (name: string): string => readFileSync(path(`out/eu/edge/${name}.yaml`), 'utf8');
  writeFileSync(path('installed.yaml'), rendered('deployment-gloo-proxy-eu'));
  writeFileSync(path('own.yaml'), parameters('4'));
  const { status, lines } = await folder.run(['diff', '--fleet', 'fleet.yaml', '--only', 'eu', '-o', 'json']);
  assert.equal(status, 1);
  assert.match(JSON.stringify(lines), /gloo-proxy-eu.*replicas/);
  writeFileSync(path('fleet.yaml'), files['fleet.yaml'].replace('gateways: eu.yaml, ', ''));
  const pruned = await folder.run(['render', '--fleet', 'fleet.yaml', '--output-dir', 'out', '--prune']);
  assert.equal(pruned.status, 0, pruned.stderr);
  assert.match(pruned.stderr, /4 removed/);
  assert.throws(() => rendered('deployment-gloo-proxy-eu'));
  assert.ok(rendered('deployment-gloo-proxy-shared').includes('replicas: 4'));
});
