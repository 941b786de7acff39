/** Digests that prove default values and values in checkouts without the recorded facts. */
import { createHash } from 'node:crypto';
import { isList, isMap, type Value, type ValueMap } from '../src/value.ts';

export const defaultsDigestFile = new URL('../schema/defaults.sha256', import.meta.url);
export const valuesDigestFile = new URL('../schema/values.sha256', import.meta.url);

/**
 * One line for every release whose default values differ from those of the previous release, in list order: the release
 * and the digest of its values, without the release's own number.
 */
export function digestDefaults(names: readonly string[], defaultsOf: (index: number) => ValueMap): string {
  const lines: string[] = [];
  let previous: string | undefined;
  names.forEach((name, index) => {
    const digest = createHash('sha256')
      .update(canonical(defaultsOf(index), name))
      .digest('hex')
      .slice(0, 32);
    if (digest !== previous) lines.push(`${digest}  ${name}\n`);
    previous = digest;
  });
  return lines.join('');
}

/**
 * One line per top-level value: its name, and the digest of the rows (path, type and releases, in any order) of all
 * values in it.
 */
export function digestValues(rows: readonly string[]): string {
  const top = (row: string): string => row.split(/[.\t]/, 1)[0] ?? '';
  const sorted = [...rows].sort();
  const tops = [...new Set(sorted.map(top))];
  return tops.map((name) => `${sha256(sorted.filter((row) => top(row) === name).join('\n'))}  ${name}\n`).join('');
}

/** A value in a row of the facts: its name, its type and the indexes of its releases. */
export function valueRow(path: string, type: string, held: Iterable<number>): string {
  return `${path}\t${type}\t${[...held].join()}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

function canonical(value: Value, own: string): string {
  if (value === own) return '"$release"';
  if (isList(value)) return `[${value.map((item) => canonical(item, own)).join()}]`;
  if (!isMap(value)) return JSON.stringify(value);
  const entries = Object.keys(value).sort();
  return `{${entries.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null, own)}`).join()}}`;
}
