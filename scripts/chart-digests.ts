/** The digests that keep the proof of the default values in the project, for checkouts that have no facts beside them. */
import { createHash } from 'node:crypto';
import { isList, isMap, type Value, type ValueMap } from '../src/values/value.ts';

export const digestFile = new URL('../schema/defaults.sha256', import.meta.url);

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

function canonical(value: Value, own: string): string {
  if (value === own) return '"$release"';
  if (isList(value)) return `[${value.map((item) => canonical(item, own)).join()}]`;
  if (!isMap(value)) return JSON.stringify(value);
  const entries = Object.keys(value).sort();
  return `{${entries.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null, own)}`).join()}}`;
}
