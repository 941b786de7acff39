/** The output of `glistio values` as text. */

import { jsonText } from '../value.ts';
import type { Explanation, Match } from './explain.ts';
import type { Origin } from './origin.ts';

/** Everything about one value. */
export function explanationText(explanation: Explanation, release: string): string {
  const {
    path,
    what,
    type,
    inRelease,
    otherTypes,
    enum: only,
    known,
    examples,
    deprecated,
    ignored,
    successor,
    keys,
  } = explanation;
  const rows: [name: string, text: string][] = [['type', type]];
  for (const other of otherTypes ?? []) rows.push(['', `${other.type} in ${other.releases}`]);
  if (only !== undefined) rows.push(['one of', only.join(', ')]);
  if (known !== undefined) rows.push(['known', known.join(', ')]);
  if (explanation.default !== undefined) rows.push(['default', `${jsonText(explanation.default)} (${release})`]);
  for (const example of examples ?? []) rows.push(['example', jsonText(example)]);
  rows.push(['releases', `${explanation.releases ?? 'every release'}${inRelease ? '' : ` (not ${release})`}`]);
  if (deprecated !== undefined) rows.push(['deprecated', deprecated]);
  if (ignored !== undefined) rows.push(['not read', ignored]);
  if (successor !== undefined) rows.push(['use', successor]);
  const inside = (keys ?? []).map((key): [string, string] => [key.key, key.what ?? key.type]);
  return [
    `${path}\n`,
    what === undefined ? '' : `  ${what}\n`,
    '\n',
    table(rows),
    inside.length === 0 ? '' : `\n  in it:\n${table(inside, '    ')}`,
  ].join('');
}

/** Search results, one value per line. */
export function matchesText(matches: readonly Match[], release: string): string {
  return matches
    .map(
      ({ path, type, what, inRelease }) => `${path}${inRelease ? '' : ` (not in ${release})`}\n    ${what ?? type}\n`,
    )
    .join('');
}

/** Where values come from, and their final values. */
export function originsText(origins: readonly Origin[]): string {
  return origins
    .map(
      (origin) =>
        `${origin.path} = ${origin.value === undefined ? '(nothing)' : jsonText(origin.value)}\n    ${sourceOf(origin)}\n`,
    )
    .join('');
}

function sourceOf(origin: Origin): string {
  const { from, layer, line, column, inheritedFrom, value } = origin;
  const place = line === undefined ? '' : `:${line}${column === undefined ? '' : `:${column}`}`;
  const inherited = inheritedFrom === undefined ? '' : `inherited from ${inheritedFrom}, `;
  if (from === 'default') return `${inherited}the chart's default`;
  if (from === 'nothing') return 'not set';
  const usual =
    origin.default === undefined
      ? ''
      : value === undefined
        ? `, which removes the default ${jsonText(origin.default)}`
        : `; the default is ${jsonText(origin.default)}`;
  return `${inherited}set by ${layer}${place}${usual}`;
}

function table(rows: readonly (readonly [name: string, text: string])[], indent = '  '): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${indent}${name.padEnd(width)}  ${text}\n`).join('');
}
