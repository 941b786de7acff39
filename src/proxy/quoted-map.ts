import { quoted, sortedKeys, sprint, withoutNoValue } from '../go/template.ts';
import { described, wrongType } from '../schema/check-words.ts';
import { isList, setEntry, type Value, type ValueMap } from '../value.ts';
import { readBareKey } from '../yaml/bare.ts';
import { mapToPrint } from './blocks.ts';
import { reportPrinted } from './read.ts';
import { addProblem, notePrinted, report, type Scope } from './scope.ts';

/**
 * A map whose values the chart quotes, but whose keys it does not: numbers and booleans become the string that Go
 * prints for them.
 */
export function quotedMap(scope: Scope, key: string): ValueMap | undefined {
  const map = numbered(scope, key) ?? mapToPrint(scope, key, notePrinted);
  if (map === undefined) return undefined;
  const inner = { ...scope, map, path: [...scope.path, key] };
  const result: Record<string, Value> = {};
  for (const name of sortedKeys(map)) {
    const value = map[name] ?? null;
    if (typeof value === 'object' && value !== null) reportPrinted(inner, name, value, quotedText(inner, value) ?? '');
    setEntry(result, bareKey(inner, name), quotedText(inner, value));
  }
  return result;
}

/** A list where the chart ranges over a map: the indexes of its items become the keys. */
function numbered(scope: Scope, key: string): ValueMap | undefined {
  const value = scope.map[key];
  if (!isList(value) || value.length === 0) return undefined;
  notePrinted(scope, key);
  const message = `${wrongType(key, 'a map', value)} The chart uses the index of each item, from 0, as its key.`;
  addProblem(scope, 'warning', { code: 'wrong-type', message }, key);
  return Object.fromEntries(value.map((item, index) => [String(index), item]));
}

function bareKey(scope: Scope, name: string): string {
  const read = readBareKey(withoutNoValue(name));
  if (read === undefined) {
    const message = `The chart prints the key ${described(name)} without quotes, which is not valid YAML: Helm fails, and the API server accepts no such key.`;
    report(
      scope,
      'invalid-label',
      name,
      message,
      'Use letters, digits, -, _ and . behind a prefix such as example.com/.',
    );
  } else if (read !== name) {
    const message = `The chart prints the key ${described(name)} without quotes, and YAML reads that as ${described(read)}.`;
    addProblem(
      scope,
      'warning',
      { code: 'bare-text-changed', message, hint: `Write the key as ${JSON.stringify(JSON.stringify(name))}.` },
      name,
    );
  }
  return read ?? name;
}

/** What the chart prints in quotes; from merged output, Helm removes `<no value>` later. */
export function quotedText({ isMerged = false }: Scope, value: Value): string | null {
  return isMerged && value !== null ? sprint(value) : quoted(value);
}
