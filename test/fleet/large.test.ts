import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { load } from 'js-yaml';
import { fleetFolders } from '../support/fleet.ts';

const folderWith = fleetFolders();

/** A YAML fleet file slightly above the size limit. */
function longFleet(): string {
  const note = 'x'.repeat(1000);
  const clusters = Array.from({ length: 4300 }, (_, index) => `- name: c-${index}\n  # ${note}\n  set: a=1\n`);
  return `clusters:\n${clusters.join('')}`;
}

test('a fleet file over 4 MiB is refused with the way to JSON lines, from a file and from stdin', async () => {
  const folder = folderWith({ 'fleet.yaml': longFleet() });
  for (const path of ['fleet.yaml', '-']) {
    const stdin = path === '-' ? folder.read('fleet.yaml') : '';
    const { status, stdout, stderr } = await folder.run(['render', '--fleet', path, '--output-dir', 'out'], stdin);
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /longer than 4 MiB, .* \[fleet-too-long\]\n/);
    assert.match(stderr, /hint: yq -o json -I 0 '\.clusters\[\]' fleet\.yaml > fleet\.jsonl/);
    assert.ok(!existsSync(join(folder.path, 'out')));
  }
});

test('the same clusters as JSON lines, over 4 MiB, are done', async () => {
  // The output of the hint's command, with values as long as the comments, which it drops.
  const { clusters } = load(longFleet()) as { clusters: object[] };
  const lines = clusters.map((cluster) => JSON.stringify({ ...cluster, values: { note: 'x'.repeat(1000) } }));
  const text = `${lines.join('\n')}\n`;
  assert.ok(text.length > 4 * 1024 * 1024);
  const folder = folderWith({ 'fleet.jsonl': text });
  const { status, stderr } = await folder.run(['validate', '--fleet', 'fleet.jsonl', '--shard', '7/1000']);
  assert.equal(status, 0, stderr);
  assert.match(stderr, /5 clusters validated/);
});

test('YAML that cannot be read is refused as a whole, and a line of JSON lines alone', async () => {
  const folder = folderWith({
    'fleet.yaml': 'clusters:\n- name: good\n- name: broken\n  namespace: "no end\n- name: last\n',
    'fleet.jsonl': '{"name": "good"}\n{"name": "broken", "namespace": "no end}\n{"name": "last"}\n',
  });
  const whole = await folder.run(['render', '--fleet', 'fleet.yaml']);
  assert.deepEqual([whole.status, whole.stdout], [2, '']);
  assert.match(whole.stderr, /error fleet\.yaml:\d+:\d+: .*\[yaml-syntax\]/);
  const { lines } = await folder.run(['render', '--fleet', 'fleet.jsonl']);
  assert.deepEqual(
    lines.map(({ status }) => status),
    ['ok', 'failed', 'ok'],
  );
});

test('anchors hold from one cluster to another, and a key that stands twice fails its cluster alone', async () => {
  const folder = folderWith({
    'fleet.yaml':
      'clusters:\n- &first\n  name: a\n  namespace: edge\n- <<: *first\n  name: b\n- name: c\n  namespace: one\n  namespace: two\n',
  });
  const { lines } = await folder.run(['render', '--fleet', 'fleet.yaml']);
  assert.deepEqual(
    lines.map(({ cluster, status }) => `${cluster} ${status}`),
    ['a ok', 'b ok', 'c failed'],
  );
  assert.equal(lines[1].manifests[0].namespace, 'edge');
  assert.deepEqual([lines[2].problems[0].code, lines[2].problems[0].line], ['duplicate-key', 9]);
});
