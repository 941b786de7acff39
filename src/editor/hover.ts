import { formatPath, type Problem } from '../problem.ts';
import { summaryOf, textsOfRule } from '../rules/codes.ts';
import { type Explanation, explainValue } from '../schema/explain.ts';
import { jsonText } from '../value.ts';
import { explain } from '../verbs/explain.ts';
import type { Source } from '../yaml/read.ts';
import { cursorAt } from './cursor.ts';
import { type EditorSettings, requestOf } from './settings.ts';
import { valuesCursor } from './values-cursor.ts';

/** Markdown for a hover, and the word that it is about. */
export interface Hover {
  readonly start: number;
  readonly end: number;
  readonly markdown: string;
}

/** Describes the value at a place: what it does, its type, default and releases, and its effective value. */
export function hoverAt(source: Source, offset: number, settings: EditorSettings): Hover | undefined {
  const cursor = cursorAt(source.text, offset, 'whole');
  const found = cursor && valuesCursor(cursor, source, settings);
  if (cursor === undefined || found?.path === undefined) return undefined;
  const explanation = explainValue(found.path, found.chart);
  if (explanation === undefined) return undefined;
  const { start, end } = cursor;
  const about = explanationMarkdown(explanation, found.chart.release);
  // A map is described by its contents.
  const made = explanation.keys === undefined ? madeMarkdown(source, formatPath(found.path), settings) : undefined;
  return { start, end, markdown: [about, made].filter((part) => part !== undefined).join('\n\n') };
}

/** More parts than fit. */
const mostParts = 6;

/** The effective value, and the parts of objects that depend on it; secrets are hidden. */
function madeMarkdown(source: Source, path: string, settings: EditorSettings): string | undefined {
  const { values } = explain({ ...requestOf(source, settings), paths: [path] });
  const [value] = values;
  if (value === undefined || values.length > 1) return undefined;
  const { parts, inheritedFrom, why } = value;
  const isPlain = value.value !== undefined && (typeof value.value !== 'object' || value.value === null);
  const from = inheritedFrom === undefined ? '' : `, inherited from ${code(inheritedFrom)}`;
  const listed = parts
    .slice(0, mostParts)
    .map(({ object, path: part }) => `- ${object.kind} ${object.name}: ${code(part)}`);
  const more = parts.length - listed.length;
  return [
    ...(isPlain ? [`Ends as ${code(jsonText(value.value ?? null))}${from}.`] : []),
    ...(why === undefined
      ? []
      : [`${value.effect === 'none' ? 'Changes nothing' : 'No other value is accepted'}: ${why}.`]),
    ...(listed.length === 0 ? [] : ['Makes', [...listed, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n')]),
  ].join('\n\n');
}

/** What is known about a value in the current release. */
export function explanationMarkdown(explanation: Explanation, release: string): string {
  const { path, type, what, enum: only, known, deprecated, ignored, successor } = explanation;
  const facts = [
    `**${type}**`,
    ...(explanation.default === undefined ? [] : [`default ${code(jsonText(explanation.default))} (${release})`]),
    ...(only === undefined ? [] : [`one of ${only.map(code).join(', ')}`]),
    ...(known === undefined ? [] : [`known: ${known.map(code).join(', ')}`]),
    ...(explanation.releases === undefined ? [] : [`in releases ${code(explanation.releases)}`]),
    ...(explanation.inRelease ? [] : [`**not in ${release}**`]),
    ...(deprecated === undefined ? [] : [`deprecated in ${code(deprecated)}`]),
    ...(ignored === undefined ? [] : [`not read in ${code(ignored)}`]),
    ...(successor === undefined ? [] : [`use ${code(successor)}`]),
  ];
  return [code(path), ...(what === undefined ? [] : [what]), facts.join(' · ')].join('\n\n');
}

/** Describes the code of a problem, in Markdown. */
export function ruleMarkdown({ code: name }: Pick<Problem, 'code'>): string {
  return [`**${name}**: ${summaryOf(name)}`, textsOfRule(name)?.help].filter((part) => part !== undefined).join('\n\n');
}

/** Formats a text as inline code, even if it contains backquotes. */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const blank = longest > 0 ? ' ' : '';
  return `${fence}${blank}${text.replace(/[\r\n]+/g, ' ')}${blank}${fence}`;
}
