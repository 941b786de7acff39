import { hasErrors, type Path, type Place, type Problem } from '../problem.ts';
import { describeKind, isList, isMap, type ValueMap } from '../value.ts';
import { type ReadDocument, readYaml, type Source } from '../yaml/read.ts';
import { mergeLayers } from './merge.ts';
import { applySets, nameOfSetArgument, type SetArgument, type SetKind } from './set.ts';
import { winnersOf } from './winner.ts';

/** What the user gives, in Helm's options. Everything is optional. */
export interface LayersInput {
  /** Texts, or values that are already there, from the lowest to the highest. */
  readonly values?: readonly (Source | ValueMap)[];
  readonly set?: readonly string[];
  readonly setString?: readonly string[];
  readonly setJson?: readonly string[];
  readonly setFile?: readonly string[];
  readonly setLiteral?: readonly string[];
  /** The texts that `setFile` names; `filesOfSetArgument` tells which those are. */
  readonly files?: ReadonlyMap<string, string>;
}

/** One of the things that the user gave. */
export type Layer =
  | { readonly kind: 'file'; readonly name: string; readonly document: ReadDocument; readonly values: ValueMap }
  | { readonly kind: 'object'; readonly name: string; readonly values: ValueMap }
  | { readonly kind: SetKind; readonly name: string; readonly argument: SetArgument; readonly paths: readonly Path[] };

/** The layer that had the last word on a path. */
export interface Winner {
  readonly layer: Layer;
  /** The path that the layer gave: the one that was asked for, or its nearest ancestor that is there. */
  readonly path: Path;
  /** Where in the file; undefined for what is not a file. */
  readonly place: Place | undefined;
}

export interface Layers {
  /** All layers merged, before the chart's defaults. Means nothing if `problems` has an error. */
  readonly values: ValueMap;
  readonly problems: readonly Problem[];
  /** From the lowest to the highest. */
  readonly layers: readonly Layer[];
  /** Which layer had the last word on a path; undefined if none gave it or anything above it. */
  winner(path: Path, part?: 'key' | 'value'): Winner | undefined;
}

/**
 * Reads and merges the user's layers in Helm's order, whatever the order on the command line (Helm 3.19
 * `pkg/cli/values`, `MergeValues`): files and objects, then set-json, set, set-string, set-file, set-literal. Never
 * throws: what cannot be read is a problem, with the codes of `readYaml` and `applySets`, and `values-not-a-map`.
 */
export function readLayers(input: LayersInput): Layers {
  const problems: Problem[] = [];
  const layers: Layer[] = [];
  let values: ValueMap = {};
  for (const [index, given] of (input.values ?? []).entries()) {
    const layer = isSource(given) ? readFile(given, problems) : objectLayer(given, index);
    layers.push(layer);
    values = mergeLayers(values, layer.values);
  }
  const args = setArguments(input);
  const applied = applySets(values, args, input.files);
  for (const problem of applied.problems) problems.push(problem);
  for (const [index, argument] of args.entries())
    layers.push({
      kind: argument.kind,
      name: nameOfSetArgument(argument),
      argument,
      paths: applied.paths[index] ?? [],
    });
  values = applied.values;
  const winner = winnersOf(layers, values);
  return { values, problems, layers, winner: (path, part = 'key') => winner(path, part) };
}

function isSource(given: Source | ValueMap): given is Source {
  return typeof given['name'] === 'string' && typeof given['text'] === 'string' && Object.keys(given).length === 2;
}

type FileLayer = Extract<Layer, { kind: 'file' }>;

/** The sources that are worth keeping what was read of them. */
const shared = new WeakMap<object, ReadDocument>();

/**
 * A source for many renderings, such as a layer that all clusters share: its text is read here, and not again wherever this
 * source is given. It keeps what was read for as long as it lives itself.
 */
export function sharedSource({ name, text }: Source): Source {
  const source = Object.freeze({ name, text });
  shared.set(source, readYaml(source));
  return source;
}

/** Whether a source is one of {@link sharedSource}, whose text is read already. */
export function isSharedSource(source: object): source is Source {
  return shared.has(source);
}

function readFile(source: Source, problems: Problem[]): FileLayer {
  const document = shared.get(source) ?? readYaml(source);
  for (const problem of document.problems) problems.push(problem);
  const { value } = document;
  const values = isMap(value) ? value : {};
  if (value !== null && !isMap(value) && !hasErrors(document.problems)) {
    problems.push({
      code: 'values-not-a-map',
      severity: 'error',
      message: `Values must be a map of keys at the top, and this is ${isList(value) ? '' : 'only '}${describeKind(value)}.`,
      file: source.name,
      ...document.place([], 'value'),
      hint: 'start each line at the top with a key and a colon',
    });
  }
  return { kind: 'file', name: source.name, document, values };
}

function objectLayer(values: ValueMap, index: number): Layer & { kind: 'object' } {
  return { kind: 'object', name: `values[${index}]`, values };
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
