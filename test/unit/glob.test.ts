import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matchesGlob, parseGlob } from '../../src/diff/glob.ts';
import { trimEndOf } from '../../src/trim.ts';

const letters = fc.array(fc.constantFrom('a', 'b', '*', '.'), { maxLength: 8 }).map((parts) => parts.join(''));

test('a glob means what a regular expression with .* for each asterisk means', () => {
  fc.assert(
    fc.property(letters, letters, (glob, text) => {
      const pattern = glob.replaceAll('.', '\\.').replaceAll('*', '.*');
      assert.equal(matchesGlob(parseGlob(glob), text), new RegExp(`^${pattern}$`).test(text), `${glob} ${text}`);
    }),
    { numRuns: 5000, seed: 1 },
  );
});

test('what is trimmed are the characters at the end', () => {
  fc.assert(
    fc.property(letters, (text) => assert.equal(trimEndOf(text, '.*'), text.replace(/[.*]+$/, ''))),
    { seed: 1 },
  );
});
