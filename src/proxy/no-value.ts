import { isWrittenWithEscapes, someString } from '../go/to-yaml.ts';
import { isList, isMap, type OpenMap, setEntry, type Value } from '../value.ts';
import { readBare, readBareKey } from '../yaml/bare.ts';

const noValue = '<no value>';

/**
 * A block of values after Helm has taken `<no value>` out of the text that go-yaml writes for it; undefined if that is
 * not YAML any more. A string of nothing else is left alone.
 */
export function withoutNoValues(block: Value): Value | undefined {
  if (!someString(block, (text, isKey) => text.includes(noValue) && (isKey || text !== noValue))) return block;
  let isYaml = true;
  const read = (found: Value | undefined): Value => {
    if (found === undefined) isYaml = false;
    return found ?? null;
  };
  /** `start` is the column of a string, `column` that of a map's keys or a list's dashes. */
  const walk = (value: Value, column: number, start: number): Value => {
    if (typeof value === 'string') return read(leftOf(value, start, column + 2));
    if (isList(value)) return value.map((item) => walk(item, column + (typeof item === 'string' ? 0 : 2), column + 2));
    if (!isMap(value)) return value;
    const result: OpenMap = {};
    for (const [key, item] of Object.entries(value)) {
      const inner = column + (isMap(item) ? 2 : 0);
      setEntry(result, String(read(keyLeftOf(key))), walk(item, inner, column + key.length + 2));
    }
    return result;
  };
  const left = walk(block, 0, 0);
  return isYaml ? left : undefined;
}

function keyLeftOf(key: string): string | undefined {
  return key.includes(noValue) ? readBareKey(written(key).replaceAll(noValue, '')) : key;
}

function leftOf(text: string, start: number, indent: number): Value | undefined {
  if (!text.includes(noValue) || text === noValue) return text;
  // A literal block.
  if (text.includes('\n') && !isWrittenWithEscapes(text)) return text.replaceAll(noValue, '');
  return readBare(folded(written(text), start, indent).replaceAll(noValue, ''));
}

/** A string in the quotes with which go-yaml writes it. */
function written(text: string): string {
  if (isWrittenWithEscapes(text)) return JSON.stringify(text);
  return readBare(text) === text ? text : `'${text.replaceAll("'", "''")}'`;
}

/** What go-yaml writes for a string: behind column 80 the next blank becomes a line break. Source: emitterc.go. */
function folded(text: string, start: number, indent: number): string {
  const bestWidth = 80;
  const isQuoted = /^["']/.test(text);
  const isDouble = text.startsWith('"');
  let column = start;
  const characters = [...text];
  const lines = characters.map((character, at) => {
    const isInside = !isQuoted || (at > 1 && at < characters.length - 2);
    const isFirst = character === ' ' && characters[at - 1] !== ' ';
    const isAlone = isFirst && (isDouble || characters[at + 1] !== ' ');
    if (column <= bestWidth || !isInside || !isAlone) {
      column++;
      return character;
    }
    column = indent;
    return characters[at + 1] === ' ' ? '\n    \\' : '\n    ';
  });
  return lines.join('');
}
