import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';

// Input that once took minutes, or would if it were larger: each takes a fraction of a second on an idle machine.
const binary = resolve('dist/cli.cjs');
const folder = mkdtempSync(join(tmpdir(), 'glistio-hang-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const many = (size: number, part: (index: number) => string): string =>
  Array.from({ length: size }, (_, i) => part(i)).join('');
const ones = `${'1'.repeat(27)}x`;
const runAsUser = `gatewayProxies.gatewayProxy.podTemplate.runAsUser=${ones}`;
const workload =
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: gateway-proxy, labels: {gloo: gateway-proxy}}\n';
const inject = ['inject', '--istio-version', '1.22.3', '--gloo-version', '1.17.0'];

/** The command, its input, its exit code, and its message. */
const cases: Readonly<Record<string, readonly [args: readonly string[], text: string, status: number, said: RegExp]>> =
  {
    'digits and a letter for a number': [
      ['validate', '--chart-version', '1.5.0', '--set-string', runAsUser],
      '',
      0,
      /runAsUser/,
    ],
    'the same in a file': [
      ['render', '--chart-version', '1.5.0', '-f', '-'],
      `gatewayProxies: {gatewayProxy: {podTemplate: {runAsUser: "${'1_1'.repeat(50_000)}x"}}}`,
      0,
      /runAsUser/,
    ],
    'blanks in a document that is not read': [
      ['validate', '-'],
      `a: 1\n---\n${' '.repeat(1_000_000)}x\n`,
      0,
      /later-documents-ignored/,
    ],
    'commas behind a value': [['validate', '--set', `a=1${','.repeat(30_000)}`], '', 1, /no value before this comma/],
    'commas in a list': [['validate', '--set', `a={${','.repeat(30_000)}}`], '', 0, /unknown-value/],
    'a list that is filled up far out': [
      ['validate', '--set', many(2_000, (i) => `l${i}[65536]=1,`)],
      '',
      1,
      /were not set/,
    ],
    'thousands of keys in one argument': [
      ['validate', '--set', many(8_000, (i) => `k${i}=1,`)],
      '',
      0,
      /7,800 more problems with the code unknown-value/,
    ],
    'megabytes of unknown keys': [
      ['validate', '-'],
      many(100_000, (i) => `unknown${i}: some\n`),
      0,
      /^100,000 warnings$/m,
    ],
    'keys given twice, from behind': [
      ['validate', '-'],
      many(50_000, (i) => `a${i}: 1\n`) + many(50_000, (i) => `a${49_999 - i}: 1\n`),
      0,
      /49,800 more problems with the code duplicate-key/,
    ],
    'tabs behind a bracket': [['validate', '-'], `a: [[x]\n${'\t\n'.repeat(500_000)}, b]\n`, 0, /unknown-value/],
    'hashes behind a bracket': [inject, `${workload}x: [a, ${'#'.repeat(60)}\n`, 1, /not closed/],
    'a comment of hashes in brackets': [
      inject,
      `${workload}spec:\n  template:\n    spec:\n      containers: [{name: gateway-proxy, image: a/gloo-envoy-wrapper:1.17.0}, ${'#'.repeat(60)}\n      ]\n      volumes: [{name: envoy-config, configMap: {name: c}}]\n`,
      0,
      /name: sds/,
    ],
    'codes in one comment': [
      ['validate', '-'],
      `a: 1 # glistio-ignore ${many(100_000, (i) => `c${i}, `)}\n`,
      0,
      /unknown-ignore/,
    ],
    'slashes in a name of a folder': [
      ['render', '--output-dir', `${'/'.repeat(100_000)}x`, '-f', '-'],
      '',
      2,
      /glistio: /,
    ],
  };

for (const [what, [args, text, status, said]] of Object.entries(cases)) {
  test(`${what}: no hang`, () => {
    writeFileSync(join(folder, 'values.yaml'), text);
    const ended = spawnSync(process.execPath, [binary, ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
      input: text,
      maxBuffer: 64 * 1024 * 1024,
      // Only ends what would not end.
      timeout: 60_000,
    });
    assert.equal(ended.signal, null, 'it was ended');
    assert.match(ended.stdout + ended.stderr, said);
    assert.equal(ended.status, status);
    assert.ok(ended.stdout.length < 4_000_000);
  });
}
