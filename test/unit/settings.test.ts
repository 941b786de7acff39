/** `.glistio.yaml`, `--fail-on` and `--report`, through the whole command line. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { validate } from '../../src/cli/commands/validate.ts';
import { validatePlan } from '../../src/cli/fleet/validate.ts';
import { parseArguments } from '../../src/cli/parse.ts';
import { run } from '../../src/cli/run.ts';
import type { ValidateArgs } from '../../src/cli/validate-options.ts';
import { findUpwards, pathInRepository } from '../../src/node/find-upwards.ts';
import { codeClasses, codesOfClass } from '../../src/rules/classes.ts';
import { codes } from '../../src/rules/codes.ts';
import { memoryIo } from '../support/memory-io.ts';

/** A value without effect, and a deprecated one. */
const values = 'global:\n  istioSds: {}\nsettings:\n  integrations:\n    knative: {enabled: true}\n';
const broken = 'gatewayProxies: {gatewayProxy: {podTemplate: {httpPort: [1]}}}\n';
/** A sidecar that never writes its certificates. */
const unsound =
  'global:\n  istioSDS:\n    enabled: true\n    customSidecars:\n    - name: istio-proxy\n      image: istio/proxyv2:1.20.0\n';

async function glistio(words: string, files: Readonly<Record<string, string>>) {
  const io = memoryIo({ files: { 'values.yaml': values, ...files } });
  const status = await run(words.split(' '), { ...io, isStdinIdle: true });
  return { status, ...io.printed, files: io.files };
}

test('severities: by code, for what is validated, rendered and checked', async () => {
  const validate = 'validate values.yaml --chart-version 1.17.3';
  const plain = await glistio(validate, {});
  assert.deepEqual([plain.status, /warning .*\[unknown-value\]/.test(plain.stdout)], [0, true]);
  const raised = { '.glistio.yaml': 'severity: {unknown-value: error}\n' };
  const stopped = await glistio(validate, raised);
  assert.deepEqual([stopped.status, /error .*\[unknown-value\]/.test(stopped.stdout)], [1, true]);
  const rendered = await glistio('render -f values.yaml --chart-version 1.17.3', raised);
  assert.deepEqual([rendered.status, rendered.stdout], [1, '']);
  const silent = await glistio(validate, { '.glistio.yaml': 'severity: {unknown-value: ignore}\n' });
  assert.doesNotMatch(silent.stdout, /unknown-value/);
  const elsewhere = await glistio(`${validate} --config other.yaml`, { 'other.yaml': 'failOn: unknown-value\n' });
  assert.equal(elsewhere.status, 1);
});

test('an error stays one, whatever the settings say', async () => {
  const files = { 'values.yaml': broken, '.glistio.yaml': 'severity: {wrong-type: ignore}\n' };
  const judged = await glistio('validate values.yaml --chart-version 1.17.3', files);
  assert.deepEqual([judged.status, /error .*\[wrong-type\]/.test(judged.stdout)], [1, true]);
  const refused = await glistio('validate values.yaml', { '.glistio.yaml': 'severity: {unknown-volume: info}\n' });
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /\.glistio\.yaml:1:12 severity\.unknown-volume: unknown-volume has to stay an error/);
});

test('what means nothing in the file is said with line and column, and nothing is judged', async () => {
  for (const [text, said] of [
    ['severities: {}\n', /\.glistio\.yaml:1:1 severities: There is no setting severities\./],
    [
      'severity:\n  unknwon-value: info\n',
      /:2:3 severity\.unknwon-value: There is no code unknwon-value\.[\s\S]*did you mean unknown-value/,
    ],
    [
      'severity:\n  unknown-value: off\n',
      /:2:18 severity\.unknown-value: A severity is error, warning, info or ignore/,
    ],
    ['failOn: [run-time, runtime]\n', /:1:20 failOn\[1\]: There is no code runtime\.[\s\S]*run-time/],
    ['failOn: {}\n', /:1:9 failOn: failOn must be a string or a list of strings/],
    ['- a\n', /:1:1: Settings must be a map/],
    ['severity: {a: 1\n', /\[yaml-syntax\]/],
    ['severity: {loose-type: info}\nseverity: {}\n', /\[duplicate-key\]/],
  ] as const) {
    const { status, stdout, stderr } = await glistio('validate values.yaml', { '.glistio.yaml': text });
    assert.deepEqual([status, stdout], [2, ''], text);
    assert.match(stderr, said, text);
  }
});

test('--fail-on: severities, classes and codes', async () => {
  const statusOf = async (option: string, text = values, more = {}): Promise<number> =>
    (await glistio(`validate values.yaml --chart-version 1.17.3 ${option}`.trim(), { 'values.yaml': text, ...more }))
      .status;
  assert.equal(await statusOf('--fail-on run-time'), 0);
  assert.equal(await statusOf('--fail-on no-effect'), 1);
  assert.equal(await statusOf('--fail-on warning'), 1);
  assert.equal(await statusOf('--fail-on deprecated,unknown-value'), 1);
  assert.equal(await statusOf('--fail-on error'), 0);
  assert.equal(await statusOf('--fail-on never'), 2);
  assert.equal(await statusOf('--fail-on run-time', unsound), 1);
  assert.equal(await statusOf('', unsound), 0);
  assert.equal(await statusOf('', unsound, { '.glistio.yaml': 'failOn: [run-time]\n' }), 1);
  assert.equal(await statusOf('--fail-on error', unsound, { '.glistio.yaml': 'failOn: [run-time]\n' }), 0);
});

test('what fails is a failure of JUnit, and a note says why a run without errors fails', async () => {
  const { files, stderr } = await glistio(
    'validate values.yaml --chart-version 1.17.3 --fail-on unknown-value --report junit=j.xml',
    {},
  );
  assert.match(files.get('j.xml') ?? '', /failures="1"[\s\S]*<failure type="unknown-value"/);
  assert.match(stderr, /1 problem fails this run/);
  const lenient = await glistio('validate values.yaml --chart-version 1.17.3 --report junit=j.xml', {});
  assert.match(lenient.files.get('j.xml') ?? '', /failures="0"/);
});

test('a class has codes that exist, and no code is in two', () => {
  const all = codeClasses.flatMap((name) => codesOfClass(name));
  assert.deepEqual(
    all.filter((code) => !codes.has(code)),
    [],
  );
  assert.equal(new Set(all).size, all.length);
});

test('--report: no input is replaced through a link', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'glistio-report-'));
  try {
    const [values, link] = [join(folder, 'values.yaml'), join(folder, 'report.json')];
    writeFileSync(values, '{}\n');
    symlinkSync('values.yaml', link);
    const { status, stderr } = await glistio(`validate ${values} --report json=${link}`, {});
    assert.equal(status, 2);
    assert.match(stderr, /--report would replace .*report\.json, which is an input/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('--report: files beside the text, for a fleet, too', async () => {
  const reports = '--report sarif=out/a.sarif --report junit=b.xml --report json=c.json';
  const { status, stdout, files } = await glistio(`validate values.yaml --chart-version 1.17.3 -q ${reports}`, {});
  assert.deepEqual([status, stdout], [0, '']);
  const [{ results, automationDetails, tool }] = JSON.parse(files.get('out/a.sarif') ?? '').runs;
  assert.ok(results.some(({ ruleId }: { ruleId: string }) => ruleId === 'unknown-value'));
  assert.equal(automationDetails.id, 'glistio/');
  assert.match(tool.driver.informationUri, /^https:/);
  for (const { help, helpUri } of tool.driver.rules)
    assert.ok(help.text.length > 0 && helpUri.includes('docs/rules.md'));
  assert.match(files.get('b.xml') ?? '', /<testsuites/);
  assert.ok(JSON.parse(files.get('c.json') ?? '').problems.length > 0);
  const invalid = ['--report sarif', '--report xml=a', '--report json=', '--report json=a --report junit=./a'];
  // An input is never overwritten, and - is not a file.
  const inputs = ['./values.yaml', 'v.yaml -f v.yaml', 'v.yaml --set-file a=v.yaml', 'v.yaml --istiod v.yaml'];
  for (const wrong of [...invalid, '--report json=-', ...inputs.map((input) => `--report json=${input}`)])
    assert.equal((await glistio(`validate values.yaml ${wrong}`, {})).status, 2, wrong);
  const io = memoryIo();
  const args = parseArguments('validate -o json --fleet fleet.yaml'.split(' '), [validate]).args as ValidateArgs;
  const outcome = { reports: [{ format: 'markdown', path: 'd.md' }] as const, grading: {} };
  const session = { io, quiet: false, color: false, grading: {}, report: () => false, note: () => {} };
  const problem = { code: 'unknown-value', severity: 'warning', message: 'Unknown.' } as const;
  const { conclude } = await validatePlan(args, outcome, session);
  await conclude?.({ tallied: [{ problem, count: 2, clusters: ['a', 'b'] }], textOf: async () => undefined });
  assert.match(io.files.get('d.md') ?? '', /2 clusters: a, b/);
});

test('--show-config prints what would do the same', async () => {
  const file = 'failOn: [run-time]\nseverity:\n  loose-type: error\n';
  const { stdout } = await glistio('validate --show-config', { '.glistio.yaml': file });
  assert.equal(stdout, '# .glistio.yaml\nseverity:\n  loose-type: error\nfailOn: [run-time]\n');
  assert.match((await glistio('--show-config', {})).stdout, /^# there is no \.glistio\.yaml here or above\n/);
});

const folder = mkdtempSync(join(tmpdir(), 'glistio-settings-'));
after(() => rmSync(folder, { recursive: true }));

test('the file is found upwards to the top of the repository, and nothing is followed', () => {
  const deep = join(folder, 'repo', 'a', 'b');
  mkdirSync(deep, { recursive: true });
  mkdirSync(join(folder, 'repo', '.git'));
  writeFileSync(join(folder, '.glistio.yaml'), 'failOn: []\n');
  assert.equal(findUpwards('.glistio.yaml', deep), undefined);
  writeFileSync(join(folder, 'repo', '.glistio.yaml'), 'failOn: info\n');
  assert.deepEqual(findUpwards('.glistio.yaml', deep), {
    name: join('..', '..', '.glistio.yaml'),
    text: 'failOn: info\n',
  });
  for (const name of ['v.yaml', join(deep, 'v.yaml'), './v.yaml'])
    assert.equal(pathInRepository(name, deep), join('a', 'b', 'v.yaml'));
  assert.equal(pathInRepository('../..x', deep), join('a', '..x'));
  for (const name of ['../../../v.yaml', join(folder, 'v.yaml')]) assert.equal(pathInRepository(name, deep), name);
  symlinkSync('/etc/passwd', join(deep, '.glistio.yaml'));
  assert.throws(() => findUpwards('.glistio.yaml', deep), /is not a regular file/);
  rmSync(join(deep, '.glistio.yaml'));
  writeFileSync(join(deep, '.glistio.yaml'), '#'.repeat(70_000));
  assert.throws(() => findUpwards('.glistio.yaml', deep), /longer than 64 KiB/);
});
