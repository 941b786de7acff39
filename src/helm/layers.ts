import { hasErrors, type Problem, parsePath } from '../problem.ts';
import { describeKind, getEntry, isList, isMap, type OpenMap, setEntry, type Value, type ValueMap } from '../value.ts';
import { type ReadDocument, readYaml, type Source } from '../yaml/read.ts';
import { readAllDocuments } from './all-documents.ts';
import { findOddBlanks } from './blanks.ts';
import { coalesce } from './coalesce.ts';
import { isSource, readGiven } from './given.ts';
import { objectsOfHelm4, withDifferences } from './helm-differences.ts';
import { defaultHelm, type HelmRules, rulesOfHelm } from './helm-version.ts';
import type { Said } from './kinds/recognised.ts';
import type { FileLayer, Layers } from './layered.ts';
import { partialLayers } from './partial.ts';
import { applySets, nameOfSetArgument, type SetArgument, type SetKind } from './set.ts';
import { repeatedSets } from './set-twice.ts';
import { type Layer, winnersOf } from './winner.ts';

/** The user's input, in terms of Helm's options. Everything is optional. */
export interface LayersInput {
  /** Texts, or values that are parsed already, from lowest to highest. */
  readonly values?: readonly (Source | ValueMap)[];
  readonly set?: readonly string[];
  readonly setString?: readonly string[];
  readonly setJson?: readonly string[];
  readonly setFile?: readonly string[];
  readonly setLiteral?: readonly string[];
  /** The contents of the files that `setFile` names; `filesOfSetArgument` returns their names. */
  readonly files?: ReadonlyMap<string, string>;
  /**
   * The values are those of a chart that wraps Gloo's, and Gloo's part of them is under this key: the name or alias of
   * the dependency. Several are levels, from the outermost; `a.b` is two.
   */
  readonly partialOf?: readonly string[];
  /** The values.yaml of each wrapping chart, from the outermost. */
  readonly wrapperValues?: readonly (Source | ValueMap)[];
  /**
   * The release of Helm whose rules apply: `3` (3.19.0), `4` (the newest known), or a full version such as `3.20.2`;
   * `3` by default.
   */
  readonly helmVersion?: string;
  /** What an upgrade reuses from the installed release (Helm's --reuse-values and --reset-then-reuse-values). */
  readonly reused?: Reused;
  /**
   * The contents of a release's record, if the values are for that release; the files' own statements take precedence.
   */
  readonly recorded?: Said;
}

/** The installed release's own values, which are also the lowest layer. */
interface Reused {
  readonly values: ValueMap;
  /** What replaces the chart's defaults beneath all values: the complete values of the installed release. */
  readonly defaults?: ValueMap;
}

/**
 * Reads and merges the user's layers in Helm's order, whatever the order on the command line (Helm 3.19
 * `pkg/cli/values`, `MergeValues`): files and objects, then set-json, set, set-string, set-file, set-literal. Never
 * throws: what cannot be read is a problem, with the codes of `readYaml` and `applySets`, and `values-not-a-map`.
 */
export function readLayers(input: LayersInput): Layers {
  const problems: Problem[] = [];
  const rules = helmOf(input, problems);
  const args = setArguments(input);
  const readFile = (source: Source): FileLayer => fileLayer(source, rules, problems);
  const read = readGiven(
    input.values ?? [],
    { args, files: input.files ?? new Map(), readFile, objectLayer },
    problems,
  );
  if (rules.takesJsonObjects) problems.push(...objectsOfHelm4(args));
  const layers: Layer[] = [...read.layers];
  const applied = applySets(read.values, args, input.files, rules);
  for (const problem of [...applied.problems, ...repeatedSets(args, applied.paths)]) problems.push(problem);
  for (const [index, argument] of args.entries())
    layers.push({
      kind: argument.kind,
      name: nameOfSetArgument(argument),
      argument,
      paths: applied.paths[index] ?? [],
      texts: applied.texts[index] ?? [],
    });
  const said = [...(input.recorded === undefined ? [] : [input.recorded]), ...read.said];
  const prefix = prefixOf(input, said);
  const wrappers = (input.wrapperValues ?? []).map((given, index) =>
    isSource(given) ? readFile(given) : objectLayer(given, index, 'wrapperValues'),
  );
  const values = input.reused === undefined ? applied.values : withoutTaken(applied.values, input.reused.values);
  const plain = plainLayers(layers, values, problems, said, rules);
  return prefix.length === 0 ? plain : partialLayers(plain, prefix, wrappers, rules);
}

/** A null over an installed value only removes that value: the one beneath it applies (Helm's `CoalesceTables`). */
function withoutTaken(merged: ValueMap, installed: ValueMap): ValueMap {
  const kept: OpenMap = {};
  for (const [key, value] of Object.entries(merged)) {
    const before = getEntry(installed, key);
    if (value === null && before !== undefined && before !== null) continue;
    setEntry(kept, key, isMap(value) && isMap(before) ? withoutTaken(value, before) : (value as Value));
  }
  return kept;
}

function helmOf({ helmVersion }: LayersInput, problems: Problem[]): HelmRules {
  const found = helmVersion === undefined ? defaultHelm : rulesOfHelm(helmVersion);
  if (!('problem' in found)) return found;
  problems.push(found.problem);
  return defaultHelm;
}

/** Values that are the chart's own. */
function plainLayers(
  layers: readonly Layer[],
  values: ValueMap,
  problems: readonly Problem[],
  said: readonly Said[],
  rules: HelmRules,
): Layers {
  const winner = winnersOf(layers, values);
  return {
    values,
    problems,
    layers,
    said,
    prefix: [],
    winner: (path, part = 'key') => winner(path, part),
    over: (defaults) => withDifferences([values], rules, (helm) => coalesce(values, defaults, helm)),
    asWritten: (path) => path,
  };
}

/** Options take precedence over what a file states about its chart. */
function prefixOf({ partialOf }: LayersInput, said: readonly Said[]): readonly string[] {
  const given = (partialOf ?? []).flatMap((text) => parsePath(text)).filter((step) => typeof step === 'string');
  return given.length > 0 ? given : (said.findLast((one) => one.partialOf !== undefined)?.partialOf ?? []);
}

/** The sources whose parsed contents are worth keeping. */
const shared = new WeakMap<object, ReadDocument>();

/**
 * A source for many renderings, such as a layer that all clusters share: its text is read once, here, and not again
 * wherever this source is used. What was read is kept as long as the source itself.
 */
export function sharedSource({ name, text }: Source): Source {
  const source = Object.freeze({ name, text });
  shared.set(source, readYaml(source));
  return source;
}

/** Whether a source is one of {@link sharedSource}, whose text has been read. */
export function isSharedSource(source: object): source is Source {
  return shared.has(source);
}

function fileLayer(source: Source, rules: HelmRules, problems: Problem[]): FileLayer {
  const first = shared.get(source) ?? readYaml(source);
  const document = rules.readsAllDocuments ? readAllDocuments(source, first) : first;
  for (const problem of findOddBlanks(source, document)) problems.push(problem);
  const { value } = document;
  const values = isMap(value) ? value : {};
  if (value !== null && !isMap(value) && !hasErrors(document.problems)) {
    problems.push({
      code: 'values-not-a-map',
      severity: 'error',
      message: `Values must be a map at the top level, but this is ${isList(value) ? '' : 'only '}${describeKind(value)}.`,
      file: source.name,
      ...document.place([], 'value'),
      hint: 'start each top-level line with a key and a colon',
    });
  }
  return { kind: 'file', name: source.name, document, values };
}

function objectLayer(values: ValueMap, index: number, list = 'values'): Layer & { kind: 'object' } {
  return { kind: 'object', name: `${list}[${index}]`, values };
}

function setArguments(input: LayersInput): SetArgument[] {
  const of = (kind: SetKind, texts: readonly string[] = []): SetArgument[] => texts.map((text) => ({ kind, text }));
  return [
    ...of('set-json', input.setJson),
    ...of('set', input.set),
    ...of('set-string', input.setString),
    ...of('set-file', input.setFile),
    ...of('set-literal', input.setLiteral),
  ];
}
