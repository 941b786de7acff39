/**
 * Complete answers of many small cases in one file. A case is compared when it runs, so that any test alone checks as
 * much as all of them together; a test that looks for one word in an answer thereby detects changes in the rest. The
 * file contains each part of the answers once: a line `name text` for each part, and a line `key names…` for each case.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { after } from 'node:test';
import { isUpdating, normalise, writeExpectation } from './golden.ts';

/**
 * Returns a function that compares the parts of an answer with the stored ones; `npm run test:update` rewrites the
 * file.
 */
export function goldenCases(path: string): (asked: unknown, parts: readonly unknown[]) => void {
  const kept = new Map(existsSync(path) ? linesOf(normalise(readFileSync(path, 'utf8'))) : []);
  const seen = new Map<string, string>();
  if (isUpdating)
    after(() =>
      writeExpectation(
        path,
        [...seen]
          .map((line) => `${line.join(' ')}\n`)
          .sort()
          .join(''),
      ),
    );
  return (asked, parts) => {
    const texts = parts.map((part): [string, string] => [`#${sumOf(part).slice(0, 6)}`, textOf(part)]);
    const [key, names] = [sumOf(asked).slice(0, 8), texts.map(([name]) => name).join(' ')];
    if (!isUpdating && names === kept.get(key)) return;
    for (const [name, text] of [...texts, [key, names] as const]) seen.set(name, text);
    const shown = (of: string): string => of.replace(/#\S+/g, (name) => `\n${kept.get(name) ?? seen.get(name)}`);
    if (!isUpdating)
      assert.equal(shown(names), shown(kept.get(key) ?? ''), `${path}; if it should be so: npm run test:update`);
  };
}

function linesOf(text: string): [string, string][] {
  return text.split('\n').map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]);
}

function sumOf(value: unknown): string {
  return createHash('sha256').update(textOf(value)).digest('base64url');
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' || one === undefined ? String(one) : one));
}
