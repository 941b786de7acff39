/** CodeMirror with what the core knows about the input: problems under their lines, completion and hover. */
import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, hoverTooltip, type Tooltip } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { basicSetup } from 'codemirror';
import { shown } from '../../src/printable.ts';
import type { Problem } from '../../src/problem.ts';
import type { Input } from './answers.ts';
import { ask } from './ask.ts';

/** The interface to the page: the current contents and the events. */
interface Page {
  readonly current: {
    readonly input: Input;
    onText(text: string): void;
    onLine(line: number | undefined): void;
  };
}

export interface Editor {
  /** Shows a text, unless it is already shown, with its problems. */
  show(text: string, problems: readonly Problem[]): void;
  /** Highlights a line and scrolls to it. */
  light(line: number | undefined): void;
  close(): void;
}

/** The page's colors, which also work in dark mode. */
const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--works)' },
  { tag: [tags.comment, tags.meta, tags.separator, tags.punctuation], color: 'var(--quiet)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: 'var(--warning)' },
  { tag: [tags.typeName, tags.labelName], color: 'var(--error)' },
]);

/** If input and output are side by side, each scrolls separately. */
const isWide = matchMedia('(min-width: 761px)');

const lightLine = StateEffect.define<number | undefined>();
const litLine = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, { effects, state, changes }) {
    const effect = effects.findLast((one) => one.is(lightLine));
    if (effect === undefined) return marks.map(changes);
    const line: unknown = effect.value;
    if (typeof line !== 'number' || line > state.doc.lines) return Decoration.none;
    return Decoration.set([Decoration.line({ class: 'cm-lit' }).range(state.doc.line(line).from)]);
  },
  provide: (field) => EditorView.decorations.from(field),
});

export function openEditor(parent: HTMLElement, page: Page): Editor {
  const view = new EditorView({
    parent,
    doc: page.current.input.text,
    extensions: [
      basicSetup,
      yaml(),
      syntaxHighlighting(colours),
      lintGutter(),
      litLine,
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({
        'aria-label': "Values, an Application, a HelmRelease, Helm's record or manifests",
      }),
      autocompletion({ override: [(context) => complete(context, page)] }),
      hoverTooltip((editor, at) => hover(editor, at, page)),
      EditorView.updateListener.of(({ docChanged, selectionSet, state }) => {
        if (docChanged) page.current.onText(state.doc.toString());
        if (selectionSet) page.current.onLine(state.doc.lineAt(state.selection.main.head).number);
      }),
    ],
  });
  return {
    show(text, problems) {
      if (view.state.doc.toString() !== text)
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      view.dispatch(
        setDiagnostics(
          view.state,
          problems.flatMap((problem) => diagnosticOf(problem, view)),
        ),
      );
    },
    light(line) {
      const isThere = line !== undefined && line <= view.state.doc.lines;
      const scroll = isThere && isWide.matches ? [EditorView.scrollIntoView(view.state.doc.line(line).from)] : [];
      view.dispatch({ effects: [lightLine.of(line), ...scroll] });
    },
    close: () => view.destroy(),
  };
}

function diagnosticOf(
  { severity, message, hint, line = 1, column = 1, endColumn, code }: Problem,
  { state }: EditorView,
): Diagnostic[] {
  if (line > state.doc.lines) return [];
  const text = [message, ...(hint === undefined ? [] : [hint])].map((one) => shown`${one}`.exact).join('\n');
  const row = state.doc.line(line);
  const from = Math.min(row.from + column - 1, row.to);
  const to = Math.min(row.to, endColumn === undefined ? from + 1 : row.from + endColumn - 1);
  return [{ from, to: Math.max(from, to), severity, message: text, source: code }];
}

async function complete(
  { state, pos, explicit, matchBefore }: CompletionContext,
  page: Page,
): Promise<CompletionResult | null> {
  void matchBefore;
  const text = state.doc.toString();
  const found = await ask('complete', { ...page.current.input, text }, pos);
  if (found === undefined || (found.start === pos && !explicit)) return null;
  return {
    from: found.start,
    to: found.end,
    options: found.items.map(({ label, insert, detail, documentation, kind }) => ({
      label,
      apply: insert,
      type: kind === 'key' ? 'property' : 'constant',
      ...(detail === undefined ? {} : { detail }),
      ...(documentation === undefined ? {} : { info: plain(documentation) }),
    })),
    validFor: /^[\w./-]*$/,
  };
}

async function hover({ state }: EditorView, at: number, page: Page): Promise<Tooltip | null> {
  const found = await ask('hover', { ...page.current.input, text: state.doc.toString() }, at);
  if (found === undefined) return null;
  return {
    pos: found.start,
    end: found.end,
    create() {
      const dom = document.createElement('div');
      dom.className = 'about';
      dom.textContent = plain(found.markdown);
      return { dom };
    },
  };
}

/** Renders the core's Markdown, which has only code and bold text. */
function plain(markdown: string): string {
  return markdown.replace(/[`*]/g, '');
}
