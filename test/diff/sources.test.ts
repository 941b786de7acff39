import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { run } from '../../src/cli/run.ts';
import { decodeRelease, pickRelease, type Release } from '../../src/helm/release.ts';
import { memoryIo } from '../support/memory-io.ts';
import { mapIn } from './recorded.ts';

const folder = mkdtempSync(join(tmpdir(), 'glistio-diff-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const recorded = 'test/diff/releases/1.5.0-beta25-upgraded';
const [first, second] = ['secret-v1.yaml', 'secret.yaml'].map((name) => readFileSync(`${recorded}/${name}`, 'utf8'));
const encoded = (mapIn(second ?? '')['data'] as { release: string }).release;
const once = Buffer.from(encoded, 'base64').toString('utf8');
const json = gunzipSync(Buffer.from(once, 'base64')).toString('utf8');

async function diff(files: Readonly<Record<string, string>>, ...argv: string[]) {
  const io = memoryIo({ files, stdin: files['-'] ?? '' });
  const status = await run(['diff', ...argv], io);
  return { status, ...io.printed };
}

test('a record is read however many coats it has', () => {
  const plain = decodeRelease(json);
  for (const text of [
    encoded,
    once,
    `${once}\n`,
    Buffer.from(json).toString('base64'),
    gzipSync(json).toString('base64'),
    encoded.replace(/.{76}/g, '$&\n'),
  ]) {
    assert.deepEqual(decodeRelease(text), plain);
  }
  assert.deepEqual(
    [plain.name, plain.revision, plain.status, plain.chart.version],
    ['gloo', 2, 'deployed', '1.5.0-beta25'],
  );
});

test('invalid records are reported with the reason', () => {
  const broken = {
    'it is not base64': 'not base64!',
    'it does not contain JSON': Buffer.from('text that is none').toString('base64'),
    'it contains JSON, but not a Helm release': '{"a": 1}',
  };
  for (const [message, text] of Object.entries(broken)) assert.throws(() => decodeRelease(text), new RegExp(message));
  const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024)).toString('base64');
  assert.throws(() => decodeRelease(bomb), /cannot be decompressed/);
});

test('the newest deployed revision is the installed one', () => {
  const release = (revision: number, status: string): Release => ({ ...decodeRelease(json), revision, status });
  const all = [release(1, 'superseded'), release(3, 'deployed'), release(4, 'failed'), release(2, 'deployed')];
  assert.equal(pickRelease(all)?.revision, 3);
  assert.equal(pickRelease(all, 4)?.revision, 4);
  assert.equal(pickRelease(all, 9), undefined);
});

test('the record in every form that kubectl prints', async () => {
  const live = ['deployment', 'configmap']
    .map((kind) => readFileSync(`${recorded}/live-${kind}.yaml`, 'utf8'))
    .join('---\n');
  const object = mapIn(second ?? '');
  const forms = {
    'secret.yaml': second ?? '',
    'secret.json': JSON.stringify(object),
    'list.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [mapIn(first ?? ''), object] }),
    'configmap.json': JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'sh.helm.release.v1.gloo.v2', labels: { owner: 'helm' } },
      data: { release: once },
    }),
    'data.txt': encoded,
    'release.json': json,
    'manifest.yaml': decodeRelease(encoded).manifest,
  };
  for (const [name, text] of Object.entries(forms)) {
    const { status, stderr } = await diff({ [name]: text, 'live.yaml': live }, name, 'live.yaml');
    assert.equal(status, 0, `${name}: ${stderr}`);
  }
  const stdin = await diff({ '-': second ?? '' }, '--installed', '-');
  assert.equal(stdin.status, 0, stdin.stderr);
  assert.match(
    stdin.stderr,
    /<stdin>: release gloo revision 2 .*\nchart version 1\.5\.0-beta25, the installed one\nvalues of release gloo revision 2\n/,
  );
  const revision = await diff({ 'list.json': forms['list.json'] }, 'list.json', 'live:', '--revision', '9');
  assert.match(revision.stderr, /has no revision 9\n.*1 \((?:superseded|deployed)\), 2 \(deployed\)/);
});

test('two directories, as kubectl diff hands them to KUBECTL_EXTERNAL_DIFF', async () => {
  const service = (port: number): string =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {ports: [{port: 80, targetPort: ${port}}]}\n`;
  for (const [side, port] of [
    ['LIVE-1', 8080],
    ['MERGED-1', 8081],
  ] as const) {
    mkdirSync(join(folder, side));
    writeFileSync(join(folder, side, 'v1.Service.shop.web'), service(port));
  }
  const [live, merged] = [join(folder, 'LIVE-1'), join(folder, 'MERGED-1')];
  const { status, stdout } = await diff({}, live, merged, '-o', 'json');
  assert.equal(status, 1);
  assert.deepEqual(
    JSON.parse(stdout).changes.map(({ path }: { path: string[] }) => path),
    [['spec', 'ports', '80/TCP', 'targetPort']],
  );
  assert.equal((await diff({}, live, live)).status, 0);
});

test('a release of another chart does not say which gloo it has', async () => {
  const other = JSON.stringify({
    ...JSON.parse(json),
    chart: { metadata: { name: 'gloo-ee', version: '1.5.0' } },
    config: { gloo: JSON.parse(json).config },
  });
  const refused = await diff({ 'r.json': other }, '--installed', 'r.json');
  assert.deepEqual([refused.status, /for chart gloo-ee 1\.5\.0, not for gloo/.test(refused.stderr)], [2, true]);
  const named = await diff({ 'r.json': other }, '--installed', 'r.json', '--chart-version', '1.5.0-beta25');
  assert.equal(named.status, 0, named.stderr);
});

test('sources that cannot be read as one', async () => {
  for (const source of ['release:', 'release:UPPER', 'release:a@b', 'live:x', 'file:', 'values:a@']) {
    const { status, stderr } = await diff({}, source, 'b.yaml');
    assert.equal(status, 2, source);
    assert.match(stderr, /^glistio: "/, source);
  }
  assert.match((await diff({}, 'a', 'b', '--live')).stderr, /there are 2 left sides/);
  assert.match((await diff({}, '-', '-')).stderr, /stdin \(-\) can be read only once/);
  assert.match((await diff({}, 'a', 'b', '--lines', 'x')).stderr, /--lines cannot be "x"/);
});
