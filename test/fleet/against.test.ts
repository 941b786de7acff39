/**
 * Parts of fleets, messages for several clusters, removing files of removed clusters, and comparisons with a git
 * revision.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { filesAt } from '../../src/node/git.ts';
import { type FleetFolder, fleetFolders } from '../support/fleet.ts';

const folderWith = fleetFolders();
const hasGit = spawnSync('git', ['--version']).status === 0 ? {} : { skip: 'there is no git' };

function git(folder: FleetFolder, ...args: readonly string[]): void {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'init.defaultBranch=main'];
  const { status, stderr } = spawnSync('git', [...identity, ...args], { cwd: folder.path, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

const replicas = (count: number): string => `gatewayProxies.gatewayProxy.kind.deployment.replicas=${count}`;
const fleet = (count: number, last: string): string => `chartVersion: 1.17.3
groups: {prod: {set: "${replicas(count)}"}}
clusters:
- {name: eu-1, group: prod}
- {name: eu-2, group: [prod]}
- {name: dev}
- {name: ${last}}
`;

/** A repository with these files in its only commit. */
function committed(files: Readonly<Record<string, string>>): FleetFolder {
  const folder = folderWith(files);
  git(folder, 'init', '-q');
  git(folder, 'add', '.');
  git(folder, 'commit', '-qm', 'before');
  return folder;
}

test('--only and --group: the clusters that both mean, and a word for what means none', async () => {
  const folder = folderWith({
    'fleet.yaml': fleet(2, 'us'),
    'lines.jsonl': '{"name":"a","group":"x"}\n{"name":"b"}\n',
  });
  const labels = async (...options: string[]): Promise<string[]> =>
    (await folder.run(['render', '--fleet', ...options])).lines.map(({ cluster }) => cluster);
  assert.deepEqual(await labels('fleet.yaml', '--only', 'e*-*,dev'), ['eu-1', 'eu-2', 'dev']);
  assert.deepEqual(await labels('fleet.yaml', '--group', 'prod', '--only', '*-2'), ['eu-2']);
  assert.deepEqual(await labels('lines.jsonl', '--group', 'x'), ['a']);
  for (const option of [
    ['--only', 'eu'],
    ['--group', 'prd'],
    ['--only', 'dev', '--only', 'nope*'],
  ]) {
    const { status, stderr } = await folder.run(['render', '--fleet', 'fleet.yaml', ...option]);
    assert.equal(status, 2, option.join(' '));
    assert.match(stderr, /no cluster of the fleet matches --/);
  }
  // A cluster of another shard is not an error.
  assert.equal((await folder.run(['render', '--fleet', 'fleet.yaml', '--only', 'dev', '--shard', '0/4'])).status, 0);
});

test('--prune: for one cluster, and for clusters that are gone', async () => {
  const folder = folderWith({ 'fleet.yaml': 'clusters: [{name: a}, {name: b}]\n' });
  const write = ['render', '--fleet', 'fleet.yaml', '--output-dir', 'out'];
  await folder.run(write);
  folder.write({ 'fleet.yaml': 'clusters: [{name: a}, {name: "no name"}]\n', 'out/b/notes.md': '' });
  await folder.run([...write, '--prune']);
  assert.ok(
    folder.list('out').some((name) => name.startsWith('b/gloo-system/')),
    'nothing goes while a name is wrong',
  );
  folder.write({ 'fleet.yaml': 'clusters: [{name: a}]\n' });
  const { stderr } = await folder.run([...write, '--prune']);
  assert.match(stderr, /removed/);
  assert.deepEqual(
    folder.list('out').filter((name) => name.startsWith('b/')),
    ['b/notes.md'],
  );

  folder.write({ 'fleet.yaml': 'clusters: [{name: a, set: gatewayProxies.second.kind.deployment.replicas=1}]\n' });
  await folder.run(write);
  const second = 'a/gloo-system/deployment-second.yaml';
  await folder.run(['render', '--output-dir', 'out/a']);
  assert.ok(folder.list('out').includes(second), 'without --prune it stays');
  assert.match((await folder.run(['render', '--output-dir', 'out/a', '--prune'])).stderr, /, \d+ removed/);
  assert.ok(!folder.list('out').includes(second));
});

test('--against: what a pull request changes in a fleet, equal differences once', hasGit, async () => {
  const folder = committed({ 'fleet.yaml': fleet(2, 'old') });
  const against = ['diff', '--fleet', 'fleet.yaml', '--against', 'git:HEAD'];
  assert.equal((await folder.run(against)).status, 0);
  folder.write({ 'fleet.yaml': fleet(5, 'fresh') });
  const { status, stdout, stderr } = await folder.run(against);
  assert.equal(status, 1);
  assert.deepEqual(stdout.match(/^==== .*/gm), ['==== 2 clusters: eu-1, eu-2 ====', '==== fresh ====']);
  assert.equal(stdout.match(/replicas: 2 → 5/g)?.length, 1);
  assert.match(stderr, /1 cluster of git:HEAD gone: old/);
  folder.write({ 'fleet.yaml': fleet(2, 'old').replace('- {name: old}\n', '') });
  assert.equal((await folder.run(against)).status, 1, 'a cluster that is gone is a difference');
});

test('--against: one cluster; a file that is new has nothing to be compared with', hasGit, async () => {
  const folder = committed({ 'a/v.yaml': 'gatewayProxies: {gatewayProxy: {antiAffinity: true}}\n' });
  const diff = (...options: string[]) =>
    folder.run(['diff', '-f', 'a/v.yaml', '--chart-version', '1.17.3', ...options]);
  assert.equal((await diff('--against', 'git:main')).status, 0);
  assert.match((await diff('--against', 'git:HEAD', '--set', replicas(3))).stderr, /^$/m);
  folder.write({ 'a/new.yaml': 'gatewayProxies: {gatewayProxy: {kind: {deployment: {replicas: 4}}}}\n' });
  const { status, stdout, stderr } = await diff('-f', 'a/new.yaml', '--against', 'git:HEAD');
  assert.deepEqual([status, /replicas: 1 → 4/.test(stdout)], [1, true]);
  assert.match(stderr, /^a\/new\.yaml does not exist at git:HEAD, and counts as empty there$/m);
  for (const wrong of [
    'main',
    'git:',
    'git:nope',
    'git:--output=owned',
    'git:HEAD:a/v.yaml',
    'git:HEAD..main',
    'git:$(touch owned)',
  ])
    assert.equal((await diff('--against', wrong)).status, 2, wrong);
  assert.ok(!existsSync(join(folder.path, 'owned')));
  assert.equal((await diff('--against', 'git:HEAD', '--live')).status, 2);
  for (const files of [[], ['-f', '-'], ['--set', replicas(3)]]) {
    const nothing = await folder.run(['diff', '--against', 'git:HEAD', ...files]);
    assert.equal(nothing.status, 2, files.join(' '));
    assert.match(nothing.stderr, /--against has no file to read at the revision/);
  }
  const outside = folderWith({ 'v.yaml': '' });
  const { stderr: why } = await outside.run(['diff', '-f', 'v.yaml', '--against', 'git:HEAD']);
  assert.match(why, /the working directory is not in a git repository/);
});

test('--against: a renamed file is compared with what it was', hasGit, async () => {
  const layer = (count: number): string =>
    `# production\n# owner: edge\ngatewayProxies:\n  gatewayProxy:\n    kind: {deployment: {replicas: ${count}}}\n`;
  const folder = committed({
    'v.yaml': 'gatewayProxies: {gatewayProxy: {antiAffinity: true}}\n',
    'prod.yaml': layer(3),
    'fleet.yaml': 'chartVersion: 1.17.3\nclusters: [{name: eu}]\n',
  });
  // Without the rename, both sides would have one replica.
  folder.write({ 'prod.yaml': layer(1) });
  for (const name of ['prod.yaml', 'fleet.yaml']) git(folder, 'mv', name, `my ${name}`);
  git(folder, 'add', '.');
  const values = ['-f', 'v.yaml,my prod.yaml', '--chart-version', '1.17.3'];
  const { status, stdout, stderr } = await folder.run(['diff', ...values, '--against', 'git:HEAD']);
  assert.deepEqual([status, /replicas: 3 → 1/.test(stdout)], [1, true], stderr);
  assert.match(stderr, /^my prod\.yaml is prod\.yaml at git:HEAD$/m);
  assert.equal((await folder.run(['diff', '--fleet', 'my fleet.yaml', '--against', 'git:HEAD'])).status, 0);
  assert.equal((await folder.run(['diff', '-f', '../v.yaml', '--against', 'git:HEAD'])).status, 2);
});

test('diff --against git:REV with Gateways and their parameters, in files and in folders', hasGit, async () => {
  const gateway = (port: number): string =>
    `apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: http, namespace: edge}\nspec: {gatewayClassName: gloo-gateway, listeners: [{name: http, port: ${port}, protocol: HTTP}]}\n`;
  const folder = committed({
    'v.yaml': 'kubeGateway: {enabled: true}\n',
    'gateways/a.yaml': gateway(80),
    'fleet.yaml': 'chartVersion: 1.18.5\nvalues: v.yaml\nclusters: [{name: eu}]\n',
  });
  const diff = (...options: string[]) =>
    folder.run(['diff', '-f', 'v.yaml', '--chart-version', '1.18.5', '--against', 'git:HEAD', ...options]);
  assert.equal((await diff('--gateway', 'gateways/a.yaml')).status, 0);
  folder.write({ 'gateways/a.yaml': gateway(81), 'new.yaml': gateway(80) });
  for (const name of ['gateways', 'gateways/a.yaml']) {
    const { status, stdout } = await diff('--gateway', name);
    assert.deepEqual([status, /port 81\/TCP of the Service opens/.test(stdout)], [1, true], stdout);
  }
  // A new cluster did not exist, and neither did its proxies.
  const { status, stdout } = await diff('--gateway', 'new.yaml');
  assert.deepEqual([status, /^\+ Deployment edge\/gloo-proxy-http$/m.test(stdout)], [1, true], stdout);
  assert.equal((await diff('--gateway', '../new.yaml')).status, 2);
  const fleets = ['--fleet', 'fleet.yaml', '--against', 'git:HEAD', '--gateway', 'gateways', '-o', 'text'];
  const ofFleet = await folder.run(['diff', ...fleets]);
  assert.deepEqual([ofFleet.status, /port 81\/TCP of the Service opens/.test(ofFleet.stdout)], [1, true]);
});

test('a repository runs nothing of its own', hasGit, async () => {
  const folder = committed({
    'v.yaml': 'a: 1\n',
    '.gitattributes': '*.yaml diff=evil filter=evil\n',
    '.git-hooks/post-index-change': '#!/bin/sh\ntouch owned\n',
  });
  const settings = [
    'diff.evil.textconv',
    'filter.evil.smudge',
    'filter.evil.clean',
    'core.fsmonitor',
    'core.pager',
    'core.sshCommand',
  ];
  for (const name of settings) git(folder, 'config', name, 'touch owned; cat');
  git(folder, 'config', 'core.hooksPath', '.git-hooks');
  const before = process.cwd();
  process.chdir(folder.path);
  try {
    const { readFile, filesIn } = filesAt('HEAD');
    assert.equal(await readFile('v.yaml'), 'a: 1\n');
    await assert.rejects(readFile('no.yaml'), { code: 'ENOENT' });
    await assert.rejects(readFile('.git-hooks'), { code: 'ENOENT' });
    await assert.rejects(readFile('../v.yaml'), /outside of the repository/);
    assert.deepEqual(filesIn('.'), ['.gitattributes', 'v.yaml']);
    assert.deepEqual([filesIn('v.yaml'), filesIn('no')], [undefined, undefined]);
    assert.throws(() => filesIn('..'), /outside of the repository/);
  } finally {
    process.chdir(before);
  }
  assert.ok(!existsSync(join(folder.path, 'owned')));
});
