import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { createTwoFilesPatch } from 'diff';

/** Whether this run may rewrite expectations (`npm run test:update`). */
export const isUpdating = process.env['UPDATE_GOLDEN'] === '1';

/** Normalizes line endings that git may have changed. */
export function normalise(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** Compares with a file of the expected text; `npm run test:update` rewrites it. */
export function matchGolden(path: string, actual: string): void {
  const expected = existsSync(path) ? normalise(readFileSync(path, 'utf8')) : undefined;
  const text = normalise(actual);
  if (expected === text) return;
  if (isUpdating) writeExpectation(path, text);
  else assert.fail(`${differenceOf(path, expected ?? '', text)}\nIf this is what it should be: npm run test:update`);
}

/** Writes an expectation; recorded answers of the real chart are never rewritten by a test. */
export function writeExpectation(path: string, text: string): void {
  const place = relative(process.cwd(), path).split(sep);
  assert.ok(!place.includes('oracle'), `${path} is a recorded answer: tests do not write it`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** The change as a unified diff. */
export function differenceOf(name: string, expected: string, actual: string): string {
  return createTwoFilesPatch(`${name} (expected)`, `${name} (actual)`, expected, actual, '', '', { context: 3 });
}

/** A line with only `…` stands for any number of lines. */
export function matchesText(expected: string, actual: string): boolean {
  if (!hasGaps(expected)) return normalise(expected) === normalise(actual);
  const pattern = normalise(expected)
    .split('\n')
    .map((line) => (isGap(line) ? '(?:[^\\n]*\\n)*?' : `${line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\n`))
    .join('')
    // Splitting leaves an empty last line, which is not a line.
    .replace(/\\n$/, '');
  return new RegExp(`^${pattern}$`).test(normalise(actual));
}

/** Whether an expectation omits lines, and so cannot be rewritten from the output. */
export function hasGaps(text: string): boolean {
  return text.split('\n').some(isGap);
}

function isGap(line: string): boolean {
  return line.trim() === '…';
}
