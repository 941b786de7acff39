/** The digests that keep the proof of default values and values in the project, for checkouts that have no facts beside them. */
import { createHash } from 'node:crypto';
import { isList, isMap, type Value, type ValueMap } from '../src/value.ts';

export const defaultsDigestFile = new URL('../schema/defaults.sha256', import.meta.url);
export const valuesDigestFile = new URL('../schema/values.sha256', import.meta.url);

/**
 * A line for every release whose default values are not those of the release before it, in the order of the list: the release and
 * the digest of its values, the release's own number in them aside.
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

/** A line a top-level value: the digest of the rows (path, type and releases, in any order) of all values in it, and its name. */
export function digestValues(rows: readonly string[]): string {
  const top = (row: string): string => row.split(/[.\t]/, 1)[0] ?? '';
  const sorted = [...rows].sort();
  const tops = [...new Set(sorted.map(top))];
  return tops.map((name) => `${sha256(sorted.filter((row) => top(row) === name).join('\n'))}  ${name}\n`).join('');
}

/** A value in one release's row of the facts: what it is called, its type and the positions of its releases. */
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
