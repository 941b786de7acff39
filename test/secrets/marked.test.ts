/** What is secret in a text, and by its name: two tables, of which each line is a case. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isSecretName } from '../../src/diff/secret-names.ts';
import { secretSpans } from '../../src/diff/secret-text.ts';

function linesOf(name: string): string[] {
  const lines = readFileSync(`test/secrets/${name}`, 'utf8').split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

/** The text with its secrets between « and »; ⏎ is a line end. */
function marked(text: string): string {
  let result = '';
  let from = 0;
  for (const { start, end } of secretSpans(text)) {
    result += `${text.slice(from, start)}«${text.slice(start, end)}»`;
    from = end;
  }
  return (result + text.slice(from)).replaceAll('\n', '⏎');
}

test('the secrets of a text are found, and nothing beside them', () => {
  // A ¦ keeps scanners from taking what is made up for real.
  for (const line of linesOf('marked.txt').map((one) => one.replaceAll('¦', ''))) {
    const text = line.replace(/[«»]/g, '').replaceAll('⏎', '\n');
    assert.equal(marked(text), line);
  }
});

test('a name is that of a secret, or not', () => {
  for (const line of linesOf('names.txt')) {
    const [kind, ...names] = line.split(/:? /);
    for (const name of names) assert.equal(isSecretName(name), kind === 'secret', name);
  }
});
