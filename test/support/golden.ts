import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { createTwoFilesPatch } from 'diff';

/** Whether this run may rewrite expectations (`npm run test:update`). */
export const isUpdating = process.env['UPDATE_GOLDEN'] === '1';

/** Line ends as git may have changed them on the way. */
export function normalise(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** Compares with a file that holds what is expected; `npm run test:update` writes it anew. */
export function matchGolden(path: string, actual: string): void {
  const expected = existsSync(path) ? normalise(readFileSync(path, 'utf8')) : undefined;
  const text = normalise(actual);
  if (expected === text) return;
  if (isUpdating) writeExpectation(path, text);
  else assert.fail(`${differenceOf(path, expected ?? '', text)}\nIf this is what it should be: npm run test:update`);
}

/** Writes an expectation; what the real chart answered is recorded elsewhere and never rewritten by a test. */
export function writeExpectation(path: string, text: string): void {
  const place = relative(process.cwd(), path).split(sep);
  assert.ok(!place.includes('oracle'), `${path} is a recorded answer: tests do not write it`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** What changed, as a unified diff. */
export function differenceOf(name: string, expected: string, actual: string): string {
  return createTwoFilesPatch(`${name} (expected)`, `${name} (actual)`, expected, actual, '', '', { context: 3 });
}

/** A line that is only `…` stands for any number of lines. */
export function matchesText(expected: string, actual: string): boolean {
  if (!hasGaps(expected)) return normalise(expected) === normalise(actual);
  const pattern = normalise(expected)
    .split('\n')
    .map((line) => (isGap(line) ? '(?:[^\\n]*\\n)*?' : `${line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\n`))
    .join('')
    // The split leaves an empty last line, which is no line.
    .replace(/\\n$/, '');
  return new RegExp(`^${pattern}$`).test(normalise(actual));
}

/** Whether an expectation leaves lines out, and so cannot be rewritten from what was printed. */
export function hasGaps(text: string): boolean {
  return text.split('\n').some(isGap);
}

function isGap(line: string): boolean {
  return line.trim() === '…';
}
