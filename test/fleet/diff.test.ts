import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { FleetFolder } from '../support/fleet.ts';

const secret = readFileSync('test/diff/releases/1.17.0-istiosds/manifest.yaml', 'utf8');
const folder = new FleetFolder({
  'installed/record.yaml': readFileSync('test/diff/releases/1.17.0/secret.yaml', 'utf8'),
  'installed/changed.yaml': secret,
  'fleet.yaml': `clusters:
- name: same
  installed: installed/same.yaml
- name: changed
  chartVersion: 1.17.0
  installed: installed/changed.yaml
- name: record
  installed: installed/record.yaml
- name: silent
- name: missing
  installed: installed/nope.yaml
- name: empty
  installed: installed/empty.yaml
`,
  'installed/empty.yaml': '',
});
before(async () => {
  const { stdout } = await folder.run(['render']);
  folder.write({ 'installed/same.yaml': stdout });
});
after(() => folder.remove());
const diff = ['diff', '--fleet', 'fleet.yaml'];

test('json: a line with a report for each cluster; what is not said comes from the record', async () => {
  const { status, lines, stderr } = await folder.run([...diff, '-o', 'json']);
  assert.equal(status, 2);
  const shown = lines.map(({ cluster, status, chartVersion, report, problems }) => [
    cluster,
    status,
    chartVersion ?? '',
    report?.identical ?? problems.at(-1)?.code,
  ]);
  assert.deepEqual(shown.slice(0, 5), [
    ['same', 'ok', '1.22.1', true],
    ['changed', 'findings', '1.17.0', false],
    ['record', 'ok', '1.17.0', true],
    ['silent', 'failed', '', 'not-done'],
    ['missing', 'failed', '', 'not-done'],
  ]);
  assert.match(stderr, /silent: error: it is not known what is installed in this cluster/);
  assert.match(stderr, /missing: error: cannot read installed\/nope\.yaml: there is no such file/);
});

test('text: those that differ, under their names', async () => {
  const { stdout } = await folder.run(diff);
  assert.deepEqual(stdout.match(/^==== .*/gm)?.[0], '==== changed ====');
  assert.doesNotMatch(stdout, /==== (?:same|record|silent) ====/);
  const alone = await folder.run([
    'diff',
    '--installed',
    'installed/changed.yaml',
    '--chart-version',
    '1.17.0',
    '--set',
    'x=1',
  ]);
  assert.ok(stdout.includes(alone.stdout.split('\n').slice(1, 20).join('\n')));
  const markdown = await folder.run([...diff, '-o', 'markdown']);
  assert.match(markdown.stdout, /^# changed$/m);
});

test('--output-dir: a report for each cluster', async () => {
  const { status, stdout, stderr } = await folder.run([...diff, '--output-dir', 'reports', '-o', 'html']);
  assert.deepEqual([status, stdout], [2, '']);
  assert.deepEqual(folder.list('reports'), ['changed.html', 'empty.html', 'record.html', 'same.html']);
  assert.match(folder.read('reports/changed.html'), /^<!doctype html>/i);
  assert.match(stderr, /with differences/);
});

test('--exit-code helm-diff, and options for all', async () => {
  folder.write({ 'ok.yaml': 'clusters: [{name: changed, chartVersion: 1.17.0, installed: installed/changed.yaml}]' });
  const codes = [];
  for (const style of ['standard', 'helm-diff'])
    codes.push((await folder.run(['diff', '--fleet', 'ok.yaml', '--exit-code', style])).status);
  assert.deepEqual(codes, [1, 2]);
  const patch = await folder.run(['diff', '--fleet', 'ok.yaml', '-o', 'json-patch']);
  assert.ok(Array.isArray(patch.lines[0].patch));
  assert.equal((await folder.run(['diff', '--fleet', 'ok.yaml', '--ignore', '[['])).status, 2);
});
