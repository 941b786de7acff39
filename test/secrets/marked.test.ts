/** What is secret in a text, and by its name: two tables in which each line is a case. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { secretsIn } from '../../src/diff/redact.ts';
import {
  isDigestName,
  isHarmlessValue,
  isReadableFile,
  isSecretName,
  isWebhookName,
} from '../../src/diff/secret-names.ts';
import { structuredSpans } from '../../src/diff/secret-structure.ts';
import { secretSpans } from '../../src/diff/secret-text.ts';
import { merged, type Span, spansWithin } from '../../src/diff/span.ts';

function linesOf(name: string): string[] {
  const lines = readFileSync(`test/secrets/${name}`, 'utf8').split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

/** The text with its secrets between « and »; ⏎ is a line break. */
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
  // A ¦ keeps secret scanners from reporting made-up secrets.
  for (const line of linesOf('marked.txt').map((one) => one.replaceAll('¦', ''))) {
    const text = line.replace(/[«»]/g, '').replaceAll('⏎', '\n');
    assert.equal(marked(text), line);
  }
});

test('a text of eight megabytes overflows no stack', () => {
  const long = 'y'.repeat(1 << 23);
  for (const text of [long, `a://${long}`, `$1$a$${long}`, `<password>${long}`])
    assert.ok(secretSpans(text).length <= 1);
});

test('a name is that of a secret, or not', () => {
  for (const line of linesOf('names.txt')) {
    const [kind, ...names] = line.split(/:? /);
    for (const name of names) {
      assert.equal(isSecretName(name), kind === 'secret', name);
      const isFound = structuredSpans(`"${name}": hunter2xyz`, secretsIn).length > 0;
      if (/^\w+$/.test(name) && name !== 'key') assert.equal(isFound, kind === 'secret', name);
    }
  }
});

test('what else names and values say', () => {
  const answers: Readonly<Record<string, (text: string) => boolean>> = {
    harmless: isHarmlessValue,
    telling: (text) => !isHarmlessValue(text),
    readable: isReadableFile,
    unreadable: (text) => !isReadableFile(text),
    digest: isDigestName,
    plain: (text) => !isDigestName(text),
    webhook: isWebhookName,
    elsewhere: (text) => !isWebhookName(text),
  };
  for (const line of linesOf('values.txt')) {
    const [kind = '', ...texts] = line.split(/:? /);
    for (const text of texts) assert.equal(answers[kind]?.(text), true, `${kind}: ${text}`);
  }
});

test('spans in order, and those within a part of a text', () => {
  const span = (start: number, end: number): Span => ({ start, end });
  assert.deepEqual(merged([span(5, 9), span(1, 3), span(3, 4), span(2, 2), span(6, 7), span(1, 2)]), [
    span(1, 4),
    span(5, 9),
  ]);
  const spans = [span(1, 4), span(5, 9), span(12, 13)];
  const within = (from: number, to: number): number[] => spansWithin(spans, from, to).map(({ start }) => start);
  assert.deepEqual(
    [within(0, 20), within(4, 12), within(3, 13), within(9, 12), within(0, 1), within(13, 20), within(2, 6)],
    [[1, 5, 12], [5], [1, 5, 12], [], [], [], [1, 5]],
  );
});
