import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type FleetFolder, type FleetLine, type FleetRun, fleetFolders } from '../support/fleet.ts';

const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true });
const readSchema = (name: string) => JSON.parse(readFileSync(`schema/${name}`, 'utf8'));
ajv.addSchema(readSchema('diff-report.schema.json'), 'diff-report.schema.json');
const isLine = ajv.compile(readSchema('fleet-line.schema.json'));

const folderWith = fleetFolders();

const layers = {
  'base.yaml':
    'global:\n  istioSDS:\n    enabled: true\ngatewayProxies:\n  gatewayProxy:\n    kind: {deployment: {replicas: 1}}\n',
  'env/prod.yaml': 'gatewayProxies:\n  gatewayProxy:\n    kind: {deployment: {replicas: 3}}\n',
  'clusters/eu.yaml': 'gatewayProxies:\n  gatewayProxy:\n    podTemplate: {httpPort: 8081}\n',
};

/** Runs it and validates every line against the schema. */
async function stream(folder: FleetFolder, argv: readonly string[], stdin?: string): Promise<FleetRun> {
  const result = await folder.run(argv, stdin);
  for (const line of result.lines)
    assert.ok(isLine(line), `${JSON.stringify(isLine.errors)}\n${JSON.stringify(line).slice(0, 300)}`);
  return result;
}

const names = (run: FleetRun) => run.lines.map(({ cluster }: FleetLine) => cluster);
const replicas = (line: FleetLine) => Number(/replicas: (\d+)/.exec(line.manifests[1].text)?.[1]);

test('each cluster is what render gives for the same layers, to the byte', async () => {
  const folder = folderWith({
    ...layers,
    'ca.pem': 'certificate\n',
    'fleet.yaml': `
chartVersion: 1.22.1
values: [base.yaml]
set: [gatewayProxies.gatewayProxy.podTemplate.httpsPort=9443]
groups:
  prod: { values: env/prod.yaml, chartVersion: "1.17", setString: ["gatewayProxies.gatewayProxy.podTemplate.extraAnnotations.tier=7"] }
clusters:
- name: eu
  group: prod
  namespace: edge
  releaseName: front
  values: [clusters/eu.yaml, '?not-there.yaml']
  setFile: gatewayProxies.gatewayProxy.podTemplate.extraAnnotations.ca=ca.pem
- name: us
  group: [prod]
  chartVersion: ^1.20
  setJson: 'gatewayProxies.gatewayProxy.podTemplate.extraAnnotations={"a":"b"}'
- name: plain
`,
  });
  const { status, lines, stderr } = await stream(folder, ['render', '--fleet', 'fleet.yaml']);
  assert.equal(status, 0, stderr);
  const set = ['--set', 'gatewayProxies.gatewayProxy.podTemplate.httpsPort=9443'];
  const prod = [
    '-f',
    'base.yaml',
    '-f',
    'env/prod.yaml',
    ...set,
    '--set-string',
    'gatewayProxies.gatewayProxy.podTemplate.extraAnnotations.tier=7',
  ];
  const alone = [
    [
      ...prod,
      '-f',
      'clusters/eu.yaml',
      '--chart-version',
      '1.17',
      '-n',
      'edge',
      '--release-name',
      'front',
      '--set-file',
      'gatewayProxies.gatewayProxy.podTemplate.extraAnnotations.ca=ca.pem',
    ],
    [
      ...prod,
      '--chart-version',
      '^1.20',
      '--set-json',
      'gatewayProxies.gatewayProxy.podTemplate.extraAnnotations={"a":"b"}',
    ],
    ['-f', 'base.yaml', ...set, '--chart-version', '1.22.1'],
  ];
  for (const [index, argv] of alone.entries()) {
    const { stdout } = await folder.run(['render', ...argv]);
    assert.equal(
      lines[index].manifests.map(({ text }: FleetLine) => `---\n${text}`).join(''),
      stdout,
      lines[index].cluster,
    );
  }
  assert.deepEqual(
    lines.map(({ chartVersion }: FleetLine) => chartVersion),
    ['1.17.38', '1.22.1', '1.22.1'],
  );
});

test('layers: -f of the command line, fleet, groups in order, cluster; then set options; then those of the command line', async () => {
  const value = (replicas: number) => `{gatewayProxies: {gatewayProxy: {kind: {deployment: {replicas: ${replicas}}}}}}`;
  const option = (replicas: number) => `gatewayProxies.gatewayProxy.kind.deployment.replicas=${replicas}`;
  const folder = folderWith({ 'cli.yaml': value(1), 'fleet.yaml': `clusters: [{name: a}]` });
  const rendered = async (fleet: string, ...argv: string[]) => {
    folder.write({ 'fleet.yaml': fleet });
    return replicas((await stream(folder, ['render', '--fleet', 'fleet.yaml', '-f', 'cli.yaml', ...argv])).lines[0]);
  };
  const groups = `groups: {one: {values: ${value(3)}}, two: {values: ${value(4)}}}\n`;
  assert.equal(await rendered('clusters: [{name: a}]'), 1);
  assert.equal(await rendered(`values: ${value(2)}\nclusters: [{name: a}]`), 2);
  assert.equal(await rendered(`values: ${value(2)}\n${groups}clusters: [{name: a, group: one}]`), 3);
  assert.equal(await rendered(`${groups}clusters: [{name: a, group: [one, two]}]`), 4);
  assert.equal(await rendered(`${groups}clusters: [{name: a, group: [two, one], values: ${value(5)}}]`), 5);
  assert.equal(await rendered(`set: ${option(6)}\nclusters: [{name: a, values: ${value(5)}}]`), 6);
  assert.equal(await rendered(`set: ${option(6)}\nclusters: [{name: a, set: ${option(7)}}]`), 7);
  assert.equal(await rendered(`set: ${option(6)}\nclusters: [{name: a, set: ${option(7)}}]`, '--set', option(8)), 8);
});

test('release and namespace of the command line win', async () => {
  const folder = folderWith({
    'fleet.yaml':
      'chartVersion: 1.20.22\nnamespace: a\nclusters:\n- name: one\n  namespace: b\n- name: two\n  chartVersion: 1.5.0\n',
  });
  const { lines } = await stream(folder, [
    'render',
    '--fleet',
    'fleet.yaml',
    '--chart-version',
    '1.22.1',
    '-n',
    'c',
    '--release-name',
    'r',
  ]);
  for (const { chartVersion, manifests } of lines)
    assert.deepEqual([chartVersion, manifests[0].namespace], ['1.22.1', 'c']);
});

test('one cluster’s error stops no other, and the worst one is the exit code', async () => {
  const folder = folderWith({
    ...layers,
    'fleet.yaml': `clusters:
- name: good
- name: unreadable
  values: nope.yaml
- name: typo
  valeus: base.yaml
- name: wrong
  values: {global: {istioSDS: {enabled: true, customSidecars: x}}}
- name: old
  chartVersion: 1.4.0
- name: number
  chartVersion: 1.21
- name: good
- name: GOOD
- name: ../up
- namespace: nameless
- name: stranger
  group: prdo
- text
-
- name: last
`,
  });
  const { status, lines, stderr } = await stream(folder, ['render', '--fleet', 'fleet.yaml']);
  assert.equal(status, 2);
  const found = lines.map(({ cluster, status, problems }: FleetLine) => {
    const first = problems.find(({ severity }: FleetLine) => severity === 'error');
    return `${cluster} ${status}${first === undefined ? '' : ` ${first.code} ${first.line ?? '-'}:${first.column ?? '-'}`}`;
  });
  assert.deepEqual(found, [
    'good ok',
    'unreadable failed unreadable-file -:-',
    'typo failed fleet-unknown-key 6:3',
    'wrong findings wrong-type 8:63',
    'old failed unknown-release -:-',
    'number failed fleet-wrong-type 12:17',
    'good failed fleet-twin 13:9',
    'GOOD failed fleet-twin 14:9',
    'clusters[8] failed fleet-bad-name 15:9',
    'clusters[9] failed fleet-no-name 16:3',
    'stranger failed fleet-unknown-group 18:10',
    'clusters[11] failed fleet-wrong-type 19:3',
    'clusters[12] failed fleet-wrong-type 2:1',
    'last ok',
  ]);
  assert.match(stderr, /^12 of 14 clusters have errors:$/m);
  assert.match(
    stderr,
    /^ {2}typo: error fleet.yaml:6:3 clusters\[2\]\.valeus: There is no valeus in a cluster\. \[fleet-unknown-key\]$/m,
  );
  assert.match(stderr, /^2 of 14 clusters rendered: 12 manifests$/m);
  assert.match(stderr, /did you mean values\?/);
  assert.doesNotMatch(stderr, /bug in glistio/);
});

test('findings alone are exit code 1, and --strict makes warnings findings', async () => {
  const folder = folderWith({ 'fleet.yaml': 'clusters:\n- name: a\n  values: {global: {istioSds: {}}}\n- name: b\n' });
  const tolerant = await stream(folder, ['render', '--fleet', 'fleet.yaml']);
  assert.deepEqual([tolerant.status, ...tolerant.lines.map(({ status }) => status)], [0, 'ok', 'ok']);
  const strict = await stream(folder, ['render', '--fleet', 'fleet.yaml', '--strict']);
  assert.deepEqual([strict.status, ...strict.lines.map(({ status }) => status)], [1, 'findings', 'ok']);
  assert.deepEqual(strict.lines[0].manifests, []);
});

test('a shared file that is missing fails every cluster, and is said once', async () => {
  const folder = folderWith({
    'fleet.yaml': `values: nope.yaml\nclusters:\n${Array.from({ length: 40 }, (_, index) => `- name: c${index}\n`).join('')}`,
  });
  const { status, stderr, lines } = await stream(folder, ['render', '--fleet', 'fleet.yaml']);
  assert.equal(status, 2);
  assert.equal(lines.length, 40);
  assert.match(
    stderr,
    /^ {2}every cluster: error: cannot read nope\.yaml: there is no such file \[unreadable-file\]$/m,
  );
  assert.equal(stderr.match(/nope\.yaml/g)?.length, 2);
});

test('a fleet file whose top is broken is 2, and nothing is printed', async () => {
  const broken = [
    'clusters',
    'clusters: 7',
    'valeus: x\nclusters:\n- name: a\n',
    'values: [7]\nclusters:\n- name: a\n',
    'groups: {a: {nmespace: x}}\nclusters: []',
    ': {',
    '',
    '[]',
    '\u0000',
    'clusters:\n- name: a\nnamespace: "open\n',
  ];
  const folder = folderWith({});
  for (const text of broken) {
    folder.write({ 'fleet.yaml': text });
    const { status, stdout, stderr } = await folder.run(['render', '--fleet', 'fleet.yaml', '--output-dir', 'out']);
    assert.deepEqual([status, stdout], [2, ''], text);
    assert.match(stderr, /^error fleet\.yaml/, text);
    assert.doesNotMatch(stderr, /bug in glistio/);
  }
  assert.deepEqual(folder.list('.'), ['fleet.yaml']);
});

test('no cluster is fine, and said', async () => {
  for (const text of ['clusters: []', 'clusters:\n', 'values: x.yaml\nclusters:\n# none yet\n']) {
    const { status, stdout, stderr } = await folderWith({ 'fleet.yaml': text }).run([
      'render',
      '--fleet',
      'fleet.yaml',
    ]);
    assert.deepEqual(
      [status, stdout, stderr],
      [0, '', 'there are no clusters in this fleet, or in this shard of it\n'],
      text,
    );
  }
});

test('YAML or JSON lines from stdin, and JSON files', async () => {
  const folder = folderWith(layers);
  const yaml = 'values: base.yaml\nclusters:\n- name: a\n- name: b\n';
  assert.deepEqual(names(await stream(folder, ['render', '--fleet', '-'], yaml)), ['a', 'b']);
  const json = JSON.stringify({ clusters: [{ name: 'a', values: ['base.yaml'] }, { name: 'b' }] });
  assert.deepEqual(names(await stream(folder, ['render', '--fleet', '-'], json)), ['a', 'b']);
  const lines =
    '\n{"name": "a", "values": "base.yaml"}\n\n{"name":"b"}\r\n{name: c}\n[1]\n{"name": "b"}\n{"name": "d"}';
  const piped = await stream(folder, ['render', '--fleet', '-'], lines);
  assert.deepEqual(names(piped), ['a', 'b', 'line 5', 'line 6', 'b', 'd']);
  assert.deepEqual(
    piped.lines.flatMap(({ problems }: FleetLine) =>
      problems
        .filter(({ severity }: FleetLine) => severity === 'error')
        .map(({ code, line }: FleetLine) => `${code} ${line}`),
    ),
    ['fleet-not-json 5', 'fleet-wrong-type 6', 'fleet-twin 7'],
  );
  folder.write({ 'sub/fleet.jsonl': '{"name": "a", "values": "../base.yaml"}\n' });
  const [line] = (await stream(folder, ['render', '--fleet', 'sub/fleet.jsonl'])).lines;
  assert.equal(line.status, 'ok');
  assert.equal((await folder.run(['render', '--fleet', '-', '-f', '-'], yaml)).status, 2);
});

test('line ends, byte order marks and anchors change nothing', async () => {
  const folder = folderWith(layers);
  const yaml =
    'values: base.yaml\nclusters:\n- name: a\n  set: [gatewayProxies.gatewayProxy.podTemplate.httpPort=1]\n- name: b\n';
  const expected = (await stream(folder, ['render', '--fleet', '-'], yaml)).stdout;
  for (const text of [
    yaml.replaceAll('\n', '\r\n'),
    `\uFEFF${yaml}`,
    `---\n${yaml}`,
    yaml.replace('- name: b', '- &x\n  name: b'),
  ]) {
    assert.equal((await stream(folder, ['render', '--fleet', '-'], text)).stdout, expected, text);
  }
  const shared = 'clusters:\n- &a\n  name: a\n  values: &v [base.yaml]\n- name: b\n  values: *v\n';
  const plain = 'clusters:\n- name: a\n  values: [base.yaml]\n- name: b\n  values: [base.yaml]\n';
  assert.equal(
    (await stream(folder, ['render', '--fleet', '-'], shared)).stdout,
    (await stream(folder, ['render', '--fleet', '-'], plain)).stdout,
  );
});

test('problems with values that stand in the fleet file have their place there', async () => {
  const folder = folderWith({
    'fleet.yaml':
      'values:\n- {global: {istioSds: {}}}\ngroups:\n  g:\n    values: {global: {istioSdz: {}}}\nclusters:\n- name: a\n  group: g\n  values:\n  - global:\n      istioSdx: {}\n',
  });
  const places = ({ lines }: FleetRun) =>
    lines[0].problems.map(({ file, line, column }: FleetLine) => `${file}:${line}:${column}`);
  assert.deepEqual(places(await stream(folder, ['render', '--fleet', 'fleet.yaml'])), [
    'fleet.yaml:2:13',
    'fleet.yaml:5:23',
    'fleet.yaml:11:7',
  ]);
});

test('a folder: its fleet file, or a cluster for each file and each folder of files', async () => {
  const folder = folderWith({
    'plain/eu.yaml': 'a: 1\n',
    'plain/us.json': '{}',
    'plain/zz.yml': '',
    'plain/notes.txt': 'x',
    'plain/.hidden.yaml': '{',
    'plain/asia/10-base.yaml': layers['base.yaml'],
    'plain/asia/20-own.yaml': layers['env/prod.yaml'],
    'plain/empty/readme.md': 'x',
    'plain/bad name.yaml': '',
    'full/fleet.yaml': 'clusters: [{name: inside, values: own.yaml}]',
    'full/own.yaml': '',
    'none/readme.md': '',
  });
  const run = await stream(folder, ['render', '--fleet', 'plain/']);
  assert.deepEqual(names(run), ['asia', 'plain/bad name.yaml', 'eu', 'us', 'zz']);
  assert.equal(replicas(run.lines[0]), 3);
  assert.equal(run.lines[1].problems[0].code, 'fleet-bad-name');
  assert.deepEqual(names(await stream(folder, ['render', '--fleet', 'full'])), ['inside']);
  folder.write({ 'plain/eu/x.yaml': '' });
  const twice = await stream(folder, ['render', '--fleet', 'plain']);
  assert.match(twice.stderr, /There is another cluster eu before this one: plain\/eu\./);
  const none = await folder.run(['render', '--fleet', 'none']);
  assert.deepEqual([none.status, none.stdout], [2, '']);
  assert.match(none.stderr, /none has no clusters/);
});

test('shards cover the fleet once, counted from 0 or from 1', async () => {
  const all = Array.from({ length: 11 }, (_, index) => `c${index}`);
  const folder = folderWith({ 'fleet.yaml': `clusters:\n${all.map((name) => `- name: ${name}\n`).join('')}` });
  for (const from of [0, 1]) {
    const shards = [];
    for (let index = from; index < from + 4; index++)
      shards.push(names(await stream(folder, ['render', '--fleet', 'fleet.yaml', '--shard', `${index}/4`])));
    assert.deepEqual(shards.flat().sort(), [...all].sort());
    assert.ok(shards.every((shard) => shard.length >= 2));
  }
  assert.deepEqual(names(await stream(folder, ['render', '--fleet', 'fleet.yaml', '--shard', '0/1'])), all);
  assert.deepEqual(names(await stream(folder, ['render', '--fleet', 'fleet.yaml', '--shard', '19/20'])), []);
  for (const bad of ['4', '5/4', '-1/4', '0/0', 'a/b', '1/4/2', '', '1.5/4']) {
    const { status, stdout, stderr } = await folder.run(['render', '--fleet', 'fleet.yaml', `--shard=${bad}`]);
    assert.deepEqual([status, stdout], [2, ''], bad);
    assert.match(stderr, /--shard/);
  }
});

test('-o json gives objects in place of texts', async () => {
  const folder = folderWith({ 'fleet.yaml': 'clusters: [{name: a}]' });
  const [line] = (await stream(folder, ['render', '--fleet', 'fleet.yaml', '-o', 'json', '-s', 'configmap'])).lines;
  assert.deepEqual(
    [line.manifests.length, line.manifests[0].object.kind, line.manifests[0].text],
    [1, 'ConfigMap', undefined],
  );
});

test('options that do not go together are refused', async () => {
  const folder = folderWith({ 'fleet.yaml': 'clusters: [{name: a}]' });
  const bad = [
    ['render', '--shard', '0/2'],
    ['render', '--workers', '2'],
    ['render', '--prune'],
    ['render', '--only', 'a'],
    ['validate', '--shard', '0/2'],
    ['diff', '--workers', '2'],
    ['diff', '--output-dir', 'x'],
    ['render', '--fleet', 'fleet.yaml', '--prune'],
    ['render', '--fleet', 'fleet.yaml', '--from-release'],
    ['render', '--fleet', 'fleet.yaml', '--output-dir', 'x', '--prune', '-s', 'configmap'],
    ['render', '--fleet', 'fleet.yaml', '--workers', '0'],
    ['render', '--fleet', 'fleet.yaml', '--workers', 'many'],
    ['render', '--fleet', ''],
    ['render', '--fleet', 'nope.yaml'],
    ['render', '--fleet', 'fleet.yaml', '-f', 'nope.yaml'],
    ['diff', '--fleet', 'fleet.yaml', '--installed', 'x'],
    ['diff', '--fleet', 'fleet.yaml', 'a.yaml', 'b.yaml'],
    ['diff', '--fleet', 'fleet.yaml', '-o', 'html'],
    ['validate', '--fleet', 'fleet.yaml', '--ignore', 'nope'],
  ];
  for (const argv of bad) {
    const { status, stdout, stderr } = await folder.run(argv);
    assert.deepEqual([status, stdout], [2, ''], argv.join(' '));
    assert.match(stderr, /^glistio: /, argv.join(' '));
    assert.doesNotMatch(stderr, /bug in glistio/, argv.join(' '));
  }
});
