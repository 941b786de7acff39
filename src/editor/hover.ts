import type { Problem } from '../problem.ts';
import { ruleOf } from '../rules/all.ts';
import { summaryOf } from '../rules/codes.ts';
import { type Explanation, explainValue } from '../schema/explain.ts';
import { written } from '../schema/explain-text.ts';
import { originOf } from '../schema/origin.ts';
import { prepare } from '../verbs/prepare.ts';
import { withoutSecrets } from '../verbs/shown-origins.ts';
import type { Source } from '../yaml/read.ts';
import { cursorAt } from './cursor.ts';
import { type EditorSettings, requestOf } from './settings.ts';
import { valuesCursor } from './values-cursor.ts';

/** What there is to say about a place, in Markdown, and the word that it is about. */
export interface Hover {
  readonly start: number;
  readonly end: number;
  readonly markdown: string;
}

/** What the value at a place does, which type, default and releases it has, and what it ends as. */
export function hoverAt(source: Source, offset: number, settings: EditorSettings): Hover | undefined {
  const cursor = cursorAt(source.text, offset, 'whole');
  const found = cursor && valuesCursor(cursor, source, settings);
  if (cursor === undefined || found?.path === undefined) return undefined;
  const explanation = explainValue(found.path, found.chart);
  if (explanation === undefined) return undefined;
  const prepared = prepare(requestOf(source, settings));
  const origins = 'chart' in prepared ? [originOf(found.path, prepared)] : [];
  const texts = new Map([[source.name, source.text]]);
  const [origin] = 'chart' in prepared ? withoutSecrets(origins, prepared.layers.values, texts) : [];
  // A map is told by what is in it.
  const isPart = origin?.value === undefined || (typeof origin.value === 'object' && origin.value !== null);
  const ends = isPart ? '' : `\n\nEnds as ${code(written(origin.value ?? null))}`;
  const from = origin?.inheritedFrom === undefined ? '' : `, inherited from ${code(origin.inheritedFrom)}`;
  const { start, end } = cursor;
  const markdown = explanationMarkdown(explanation, found.chart.release) + (ends === '' ? '' : `${ends}${from}.`);
  return { start, end, markdown };
}

/** What is known of a value, for the release that is looked at. */
export function explanationMarkdown(explanation: Explanation, release: string): string {
  const { path, type, what, enum: only, known, deprecated, ignored, successor } = explanation;
  const facts = [
    `**${type}**`,
    ...(explanation.default === undefined ? [] : [`default ${code(written(explanation.default))} (${release})`]),
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

/** What the code of a problem means, in Markdown. */
export function ruleMarkdown({ code: name }: Pick<Problem, 'code'>): string {
  return [`**${name}**: ${summaryOf(name)}`, ruleOf(name)?.help].filter((part) => part !== undefined).join('\n\n');
}

/** A text as code, whatever backquotes are in it. */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const blank = longest > 0 ? ' ' : '';
  return `${fence}${blank}${text.replace(/[\r\n]+/g, ' ')}${blank}${fence}`;
}
