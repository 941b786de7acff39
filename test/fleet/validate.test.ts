import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { FleetFolder } from '../support/fleet.ts';

const folder = new FleetFolder({
  'base.yaml': 'global:\n  istioSds: {}\n',
  'own.yaml': 'gatewayProxies:\n  gatewayProxy:\n    podTemplate: {httpPort: true}\n',
  'fleet.yaml': `values: base.yaml\nclusters:\n${Array.from({ length: 8 }, (_, index) => `- name: c${index}\n`).join('')}- name: wrong\n  values: own.yaml\n`,
});
after(() => folder.remove());
const validate = ['validate', '--fleet', 'fleet.yaml'];

test('text: each problem once, with the clusters that have it', async () => {
  const { status, stdout, stderr } = await folder.run(validate);
  assert.equal(status, 1);
  assert.equal(stdout.match(/istioSds/g)?.length, 3);
  assert.match(
    stdout,
    /^warning base\.yaml:2:3 global\.istioSds: .*\n {2}2 \| {3}istioSds: \{\}\n {4}\| {3}\^+\n {2}hint: .*\n {2}9 clusters: c0, c1, c2, c3, c4 and 4 more$/m,
  );
  assert.match(stdout, /^error own\.yaml:3:29 .*\n(?: .*\n)* {2}1 cluster: wrong$/m);
  assert.match(stdout, /^1 error, 1 warning$/m);
  assert.match(
    stderr,
    /^1 of 9 clusters has errors:\n {2}wrong: error own\.yaml:3:29 .*\n9 clusters validated: 1 with errors\n$/,
  );
});

test('json: a line for each cluster', async () => {
  const { status, lines } = await folder.run([...validate, '-o', 'json']);
  assert.equal(status, 1);
  assert.deepEqual(lines.map(({ cluster, status, problems }) => `${cluster} ${status} ${problems.length}`).slice(6), [
    'c6 ok 1',
    'c7 ok 1',
    'wrong findings 2',
  ]);
});

test('sarif and github: one document, each problem once', async () => {
  const sarif = JSON.parse((await folder.run([...validate, '-o', 'sarif'])).stdout);
  assert.equal(sarif.runs[0].results.length, 2);
  assert.match(sarif.runs[0].results[0].message.text, /\(9 clusters: c0, c1, c2, c3, c4 and 4 more\)/);
  const { stdout } = await folder.run([...validate, '-o', 'github']);
  assert.equal(stdout.trimEnd().split('\n').length, 2);
  assert.match(stdout, /^::warning file=base\.yaml,line=2/);
});

test('--ignore, --strict, --quiet and files on the command line hold for every cluster', async () => {
  const { stdout } = await folder.run([...validate, '--ignore', 'unknown-value']);
  assert.doesNotMatch(stdout, /istioSds/);
  const strict = await folder.run([...validate, '--strict', '-o', 'json']);
  assert.ok(strict.lines.every(({ status }) => status === 'findings'));
  const quiet = await folder.run([...validate, '--quiet']);
  assert.match(quiet.stdout, /^error own\.yaml(?:.*\n)+1 error\n$/);
  const more = await folder.run([...validate, 'own.yaml', '-o', 'json']);
  assert.ok(more.lines.every(({ status }) => status === 'findings'));
});
