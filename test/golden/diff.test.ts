import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { diffManifests } from '../../src/diff/diff.ts';
import { patchManifests } from '../../src/diff/patch.ts';
import type { DiffFormatOptions } from '../../src/report/diff-format.ts';
import { recordedReleases } from '../diff/recorded.ts';
import { diffFormatters } from '../support/diff-formatters.ts';
import { matchGolden } from '../support/golden.ts';

const folder = 'test/golden/diff';
const read = (name: string): string => readFileSync(`${folder}/${name}`, 'utf8');
const names = { left: 'before.yaml', right: 'after.yaml' };
const report = diffManifests(read('before.yaml'), read('after.yaml'), { names });
const nothing = diffManifests(read('before.yaml'), read('before.yaml'), { names });
const shape: DiffFormatOptions = { color: false, width: 80, context: 3 };

const files = {
  text: 'text.txt',
  unified: 'unified.diff',
  'side-by-side': 'side-by-side.txt',
  json: 'report.json',
  markdown: 'comment.md',
  html: 'page.html',
} as const;

for (const [format, file] of Object.entries(files) as [keyof typeof files, string][]) {
  test(`${format}: a golden file`, () => matchGolden(`${folder}/${file}`, diffFormatters[format](report, shape).exact));
}

test('text in colour: a golden file', () =>
  matchGolden(`${folder}/text.ansi`, diffFormatters.text(report, { ...shape, color: true }).exact));

test('json-patch: a golden file', () => {
  const patch = patchManifests(read('before.yaml'), read('after.yaml'), { names });
  matchGolden(`${folder}/patch.json`, `${JSON.stringify(patch, null, 2)}\n`);
});

test('text and side by side keep to 80 columns', () => {
  for (const format of ['text', 'side-by-side'] as const) {
    const wide = diffFormatters[format](report, shape)
      .exact.split('\n')
      .filter((line) => line.length > 80);
    assert.deepEqual(wide, [], format);
  }
});

test('without a difference, formats for a terminal say nothing and the others say so', () => {
  for (const format of ['text', 'unified', 'side-by-side'] as const)
    assert.equal(diffFormatters[format](nothing, shape).exact, '');
  assert.equal(JSON.parse(diffFormatters.json(nothing).exact).identical, true);
  assert.match(diffFormatters.markdown(nothing, shape).exact, /no difference/);
  assert.match(diffFormatters.html(nothing, shape).exact, /No difference in 2 objects/);
});

test('json keeps to its published schema', () => {
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(
    JSON.parse(readFileSync('schema/diff-report.schema.json', 'utf8')),
  );
  const reports = recordedReleases().map(({ manifest }, index, all) =>
    diffManifests(manifest, all[(index + 1) % all.length]?.live ?? ''),
  );
  for (const each of [report, nothing, diffManifests('a: [', ''), ...reports]) {
    assert.ok(validate(JSON.parse(diffFormatters.json(each).exact)), JSON.stringify(validate.errors));
  }
});

test('Markdown fits a comment, and says what it left out', () => {
  for (const limit of [2000, 5000, 20_000]) {
    const text = diffFormatters.markdown(report, { ...shape, limit }).exact;
    assert.ok(text.length <= limit, `${text.length}`);
    if (limit < 20_000) assert.match(text, /too long for a comment/);
  }
});

test('nothing from a manifest becomes markup', () => {
  const page = diffFormatters.html(report, shape).exact;
  assert.ok(!page.includes('<b>'));
  assert.ok(!/<script|https?:|src=|url\(/.test(page.replace(/content="[^"]*"/, '')));
  assert.ok(!page.includes('s3cr3t'));
});
