import type { Path, Problem } from '../problem.ts';
import { defined, type Value, type ValueMap } from '../value.ts';
import { shorten } from '../words.ts';
import { defaultHelm, type HelmRules } from './helm-version.ts';
import { Drafts } from './set-drafts.ts';
import { parseSet } from './set-parser.ts';
import { looksLikeJson, type SetFailure, type SetReader } from './set-text.ts';

export type SetKind = 'set' | 'set-string' | 'set-json' | 'set-file' | 'set-literal';

/** One argument of a `--set*` option. */
export interface SetArgument {
  readonly kind: SetKind;
  /** As it was given: `a.b=1,c=2`. */
  readonly text: string;
}

/** The effect of arguments. */
export interface SetResult {
  readonly values: ValueMap;
  /** For each argument, every path that it set, in order. */
  readonly paths: readonly (readonly Path[])[];
  /** The text after `=` for each of these. */
  readonly texts: readonly (readonly string[])[];
  readonly problems: readonly Problem[];
}

/**
 * Applies `--set*` arguments by Helm's grammar (Helm 3.19 `pkg/strvals`) one after the other to the values of the
 * layers below them. Integers become int64 (`bigint`) with `set` and float64 with `set-json`. `files` has the contents
 * of the files that `set-file` names. `helm` tells whether `set-json` accepts whole objects, too. The given values are
 * not changed; an argument with an error is a problem with the code `set-syntax` that names it and its column, and
 * changes nothing.
 */
export function applySets(
  values: ValueMap,
  args: readonly SetArgument[],
  files?: ReadonlyMap<string, string>,
  helm: HelmRules = defaultHelm,
): SetResult {
  if (args.length === 0) return { values, paths: [], texts: [], problems: [] };
  const drafts = new Drafts();
  const root = drafts.map(values);
  const failures: Problem[] = [];
  const warnings: Problem[] = [];
  const parsed = args.map((argument) => {
    const result = parseSet(root, argument.text, grammarOf(argument.kind, files, helm), drafts);
    if (!('paths' in result)) failures.push(toProblem(argument, result));
    else if (isMisreadJson(argument)) warnings.push(misreadJson(argument));
    return 'paths' in result ? result : { paths: [], texts: [] };
  });
  return {
    values: failures.length === args.length ? values : root,
    paths: parsed.map((one) => one.paths),
    texts: parsed.map((one) => one.texts),
    problems: [...failures, ...warnings],
  };
}

/** The files that a `--set-file` argument needs, in order, each once; none if it does not parse. */
export function filesOfSetArgument(text: string): string[] {
  const names = new Set<string>();
  const reader: SetReader = {
    kind: 'text',
    read(name) {
      names.add(name);
      return { value: '' };
    },
  };
  const drafts = new Drafts();
  const parsed = parseSet(drafts.map({}), text, reader, drafts);
  return 'message' in parsed ? [] : [...names];
}

/** The name of an argument in problems: the option and its value, shortened. */
export function nameOfSetArgument({ kind, text }: SetArgument): string {
  return `--${kind} ${shorten(text, 80)}`;
}

function grammarOf(
  kind: SetKind,
  files: ReadonlyMap<string, string> | undefined,
  { takesJsonObjects }: HelmRules,
): SetReader {
  switch (kind) {
    case 'set':
      return { kind: 'text', read: (text) => ({ value: typedValue(text) }) };
    case 'set-string':
      return { kind: 'text', read: (text) => ({ value: text }) };
    case 'set-file':
      return {
        kind: 'text',
        read(name) {
          const value = files?.get(name);
          return value === undefined ? { error: `the file ${JSON.stringify(name)} was not read` } : { value };
        },
      };
    case 'set-json':
      return { kind: 'json', takesObjects: takesJsonObjects };
    case 'set-literal':
      return { kind: 'literal' };
  }
}

/** `typedVal` of strvals: three words in any case, and integers without a leading 0; everything else is a string. */
export function typedValue(text: string): Value {
  if (/^true$/iu.test(text)) return true;
  if (/^false$/iu.test(text)) return false;
  if (/^null$/iu.test(text)) return null;
  if (/^(?:0|[-+][0-9]+|[1-9][0-9]*)$/.test(text)) {
    const integer = text.length > 1000 ? undefined : BigInt(text.replace(/^\+/, ''));
    if (integer !== undefined && BigInt.asIntN(64, integer) === integer) return integer;
  }
  return text;
}

function isMisreadJson({ kind, text }: SetArgument): boolean {
  return (kind === 'set' || kind === 'set-string') && looksLikeJson(text);
}

/** Helm reads braces as a list of strings, quotes included, and brackets as a string. */
function misreadJson(argument: SetArgument): Problem {
  const start = argument.text.search(/=[{[]/) + 1;
  const asWhat = argument.text[start] === '{' ? 'a list of strings, quotes included' : 'a string';
  return {
    code: 'set-syntax',
    severity: 'warning',
    message: `Helm reads this as ${asWhat}, not as JSON.`,
    file: nameOfSetArgument(argument),
    line: 1,
    column: start + 1,
    hint: 'JSON is for --set-json PATH=JSON, literal text for --set-literal PATH=TEXT',
  };
}

function toProblem(argument: SetArgument, failure: SetFailure): Problem {
  return {
    code: 'set-syntax',
    severity: 'error',
    message: failure.message,
    file: nameOfSetArgument(argument),
    line: 1,
    column: failure.at + 1,
    ...defined({ hint: failure.hint }),
  };
}
