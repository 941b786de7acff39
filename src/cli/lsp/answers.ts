/** Answers the protocol's requests about a document, by way of `src/editor`. */

import type { CodeAction, CompletionItem, CompletionList, Hover, Range } from 'vscode-languageserver-protocol';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { completeAt } from '../../editor/complete.ts';
import { type Fix, fixesOf } from '../../editor/fixes.ts';
import { hoverAt, ruleMarkdown } from '../../editor/hover.ts';
import { judgeFile } from '../../editor/judge.ts';
import type { EditorSettings } from '../../editor/settings.ts';
import type { Problem } from '../../problem.ts';
import { defined } from '../../value.ts';
import type { Source } from '../../yaml/read.ts';
import { diagnosticOf, rangeOfProblem } from './diagnostics.ts';

/** A document and its settings. */
export interface Asked {
  readonly document: TextDocument;
  readonly settings: EditorSettings;
  /** The URL of the page of all codes. */
  readonly page: string | undefined;
}

/** The most fixes that are offered. */
const mostFixes = 20;

export function sourceOf(document: TextDocument): Source {
  return { name: document.uri, text: document.getText() };
}

export function completions({ document, settings }: Asked, offset: number): CompletionList | null {
  const source = sourceOf(document);
  const found = completeAt(source, offset, settings);
  if (found === undefined) return null;
  const range = rangeOf(document, found);
  const items = found.items.map((item, index): CompletionItem => {
    const { label, kind, detail, insert, documentation } = item;
    return {
      label,
      kind: kind === 'key' ? 10 : 12,
      sortText: String(index).padStart(4, '0'),
      textEdit: { range, newText: insert },
      // The lines are already indented as they should be.
      insertTextMode: 1,
      ...defined({ detail }),
      ...(documentation === undefined ? {} : { documentation: { kind: 'markdown', value: documentation } }),
      ...(item.deprecated ? { tags: [1 as const] } : {}),
    };
  });
  return { isIncomplete: false, items };
}

/** What a value is, and what the codes of the problems at that place mean. */
export function hover(asked: Asked, offset: number): Hover | null {
  const { document, settings } = asked;
  const source = sourceOf(document);
  const found = hoverAt(source, offset, settings);
  const here = problemsIn(asked, { start: document.positionAt(offset), end: document.positionAt(offset) });
  const rules = [...new Set(here.map(ruleMarkdown))];
  const parts = [...(found === undefined ? [] : [found.markdown]), ...rules];
  if (parts.length === 0) return null;
  const value = parts.join('\n\n---\n\n');
  return { contents: { kind: 'markdown', value }, ...(found === undefined ? {} : { range: rangeOf(document, found) }) };
}

/** The fixes for the problems in a range; a fix that solves several is listed once. */
export function codeActions(asked: Asked, range: Range): CodeAction[] {
  const { document, settings, page } = asked;
  const source = sourceOf(document);
  const actions = new Map<string, CodeAction & { readonly diagnostics: NonNullable<CodeAction['diagnostics']> }>();
  const all = judgeFile(source, settings)?.problems ?? [];
  for (const problem of all.filter((one) => meets(rangeOfProblem(one, source.text), range))) {
    for (const fix of actions.size < mostFixes ? fixesOf(source, problem, settings, all) : []) {
      const diagnostic = diagnosticOf(problem, source.text, page);
      const key = JSON.stringify(fix.change);
      const known = actions.get(key);
      if (known !== undefined) known.diagnostics.push(diagnostic);
      else actions.set(key, { ...actionOf(fix, document), diagnostics: [diagnostic] });
    }
  }
  const rank = ({ isPreferred }: CodeAction): number => (isPreferred ? 0 : 1);
  return [...actions.values()].sort((a, b) => rank(a) - rank(b));
}

function actionOf({ title, change, isMending }: Fix, document: TextDocument): CodeAction {
  const edit = { range: rangeOf(document, change), newText: change.text };
  return { title, kind: 'quickfix', isPreferred: isMending, edit: { changes: { [document.uri]: [edit] } } };
}

function problemsIn({ document, settings }: Asked, range: Range): Problem[] {
  const source = sourceOf(document);
  const problems = judgeFile(source, settings)?.problems ?? [];
  return problems.filter((problem) => meets(rangeOfProblem(problem, source.text), range));
}

function meets(a: Range, b: Range): boolean {
  const isBefore = (one: Range, other: Range): boolean =>
    one.end.line < other.start.line || (one.end.line === other.start.line && one.end.character < other.start.character);
  return !isBefore(a, b) && !isBefore(b, a);
}

function rangeOf(document: TextDocument, { start, end }: { readonly start: number; readonly end: number }): Range {
  return { start: document.positionAt(start), end: document.positionAt(end) };
}
