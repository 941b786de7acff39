import assert from 'node:assert/strict';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fleetFolders } from '../support/fleet.ts';

const folderWith = fleetFolders();

const two = 'clusters:\n- name: a\n- name: b\n  namespace: edge\n  values: {gatewayProxies: {second: {}}}\n';
const writeAll = ['render', '--fleet', 'fleet.yaml', '--output-dir', 'out'];
const write = [...writeAll, '--objects', 'workloads'];

test('a folder for each cluster, with the files that render writes for it alone', async () => {
  const folder = folderWith({ 'fleet.yaml': two });
  const { status, stdout, stderr } = await folder.run(write);
  assert.deepEqual([status, stdout], [0, '']);
  assert.equal(stderr, '2 clusters rendered: 6 manifests in out: 6 written, 0 unchanged\n');
  assert.deepEqual(folder.list('out'), [
    'a/gloo-system/configmap-gateway-proxy-envoy-config.yaml',
    'a/gloo-system/deployment-gateway-proxy.yaml',
    'b/edge/configmap-gateway-proxy-envoy-config.yaml',
    'b/edge/configmap-second-envoy-config.yaml',
    'b/edge/deployment-gateway-proxy.yaml',
    'b/edge/deployment-second.yaml',
  ]);
  const alone = await folder.run(['render', '-s', 'deployment']);
  assert.equal(`---\n${folder.read('out/a/gloo-system/deployment-gateway-proxy.yaml')}`, alone.stdout);
});

test('what would not change keeps its time and its inode', async () => {
  const folder = folderWith({ 'fleet.yaml': two });
  await folder.run(write);
  const look = (name: string) => {
    const { ino, mtimeMs } = statSync(join(folder.path, 'out', name));
    return [ino, mtimeMs];
  };
  const kept = 'a/gloo-system/deployment-gateway-proxy.yaml';
  const before = look(kept);
  folder.write({ 'out/b/edge/deployment-second.yaml': 'changed' });
  const { stderr } = await folder.run(write);
  assert.match(stderr, /6 manifests in out: 1 written, 5 unchanged/);
  assert.deepEqual(look(kept), before);
});

test('a cluster with errors keeps the files that it has, and gets none', async () => {
  const folder = folderWith({ 'fleet.yaml': two });
  await folder.run(writeAll);
  const before = folder.list('out');
  folder.write({
    'fleet.yaml': `${two}  chartVersion: 1.4.0\n- name: c\n  values: {global: {istioSDS: {enabled: true, customSidecars: 7}}}\n`,
  });
  const { status } = await folder.run([...writeAll, '--prune']);
  assert.equal(status, 2);
  assert.deepEqual(folder.list('out'), before);
});

test('--prune removes manifests of proxies that are gone, and nothing else', async () => {
  const folder = folderWith({ 'fleet.yaml': two });
  await folder.run(writeAll);
  folder.write({
    'out/b/edge/configmap-by-hand.yaml': 'kind: ConfigMap\nmetadata: {name: by-hand, namespace: edge}\n',
    'out/b/edge/deployment-other.yaml': 'not a manifest',
    'out/b/edge/kustomization.yaml': '',
    'out/b/notes.md': '',
    'fleet.yaml': 'clusters:\n- name: a\n  namespace: moved\n- name: b\n  namespace: edge\n',
  });
  await folder.run(writeAll);
  assert.ok(folder.list('out').includes('b/edge/deployment-second.yaml'), 'without --prune it stays');
  const { stderr } = await folder.run([...writeAll, '--prune']);
  assert.match(stderr, /11 removed/);
  assert.deepEqual(
    folder.list('out').filter((name) => !/\/(?:service|gateway)/.test(name)),
    [
      'a/moved/configmap-gateway-proxy-envoy-config.yaml',
      'a/moved/deployment-gateway-proxy.yaml',
      'b/edge/configmap-by-hand.yaml',
      'b/edge/configmap-gateway-proxy-envoy-config.yaml',
      'b/edge/deployment-gateway-proxy.yaml',
      'b/edge/deployment-other.yaml',
      'b/edge/kustomization.yaml',
      'b/notes.md',
    ],
  );
  assert.throws(() => statSync(join(folder.path, 'out/a/gloo-system')), /ENOENT/);
  await folder.run([...writeAll, '--prune', '-o', 'json']);
  assert.ok(
    !folder.list('out').includes('a/moved/deployment-gateway-proxy.yaml'),
    'the same in another format is no manifest any more',
  );
});

test('all files of a cluster are written, or none', async () => {
  const folder = folderWith({ 'fleet.yaml': two });
  // A folder has the name of one of the files.
  mkdirSync(join(folder.path, 'out/b/edge/deployment-second.yaml'), { recursive: true });
  const { status, stderr } = await folder.run(write);
  assert.equal(status, 2);
  assert.match(stderr, /b: error: cannot write to out: /);
  assert.deepEqual(
    folder.list('out').filter((name) => name.endsWith('.tmp')),
    [],
  );
  rmSync(join(folder.path, 'out'), { recursive: true });
  writeFileSync(join(folder.path, 'out'), '');
  const blocked = await folder.run(write);
  assert.deepEqual([blocked.status, blocked.stdout], [2, '']);
  assert.match(blocked.stderr, /^glistio: cannot write to out: /);
});

test('names from values lead out of no folder', async () => {
  const folder = folderWith({
    'fleet.yaml': 'clusters:\n- name: a\n  namespace: ../../up\n- name: ok\n',
  });
  const { status, stderr } = await folder.run(write);
  assert.equal(status, 2);
  assert.match(stderr, /a: error: "\.\.\/\.\.\/up" cannot be part of a file name|a: error/);
  assert.ok(folder.list('out').every((name) => name.startsWith('ok/')));
});
