import { formatPath, type Path, type Place, type Problem, parsePath } from '../problem.ts';
import { isMap, type ValueMap } from '../value.ts';
import type { Source } from '../yaml/read.ts';
import { oddBlanksIn } from './blanks.ts';
import { readComments } from './comment.ts';
import type { FileObject, FileObjects } from './kinds/documents.ts';
import { hasReferences, isObject, isReferable, objectsOf, recognise, withoutHeading } from './kinds/recognise.ts';
import type { RecognisedPart, Said, Surroundings } from './kinds/recognised.ts';
import type { FileLayer } from './layered.ts';
import { mergeLayers } from './merge.ts';
import { applySets, filesOfSetArgument, type SetArgument } from './set.ts';
import type { Layer } from './winner.ts';

/** The context for reading the given values. */
interface Reading {
  readonly args: readonly SetArgument[];
  readonly files: ReadonlyMap<string, string>;
  readFile(source: Source): FileLayer;
  objectLayer(values: ValueMap, index: number): Layer;
}

interface Given {
  readonly layers: readonly Layer[];
  /** All of them merged. */
  readonly values: ValueMap;
  readonly said: readonly Said[];
}

/** Reads files and objects, each by its kind, and merges them in order. */
export function readGiven(given: readonly (Source | ValueMap)[], reading: Reading, problems: Problem[]): Given {
  const found = given.map((one, index) => (isSource(one) ? objectsOf(one) : objectIn(one, index)));
  const isReferred = hasReferences(found);
  const atHand = found.flatMap((file) => file?.objects.filter(isReferable) ?? []);
  const layers: Layer[] = [];
  const said: Said[] = [];
  const before: string[] = [];
  let values: ValueMap = {};
  for (const [index, one] of given.entries()) {
    const objects = found[index];
    const comments = isSource(one) ? readComments(one) : undefined;
    problems.push(...(comments?.problems ?? []));
    if (objects === undefined) {
      const layer = isSource(one) ? reading.readFile(withoutHeading(one, problems)) : reading.objectLayer(one, index);
      layers.push(layer);
      values = mergeLayers(values, layer.kind === 'file' || layer.kind === 'object' ? layer.values : {});
      before.push(layer.name);
      if (comments?.said !== undefined) said.push(comments.said);
      continue;
    }
    const around: Surroundings = { atHand, before, setFiles: setFilesOf(reading.args), files: reading.files };
    const recognised = recognise(objects, around, isReferred);
    problems.push(...recognised.problems);
    if (recognised.said !== undefined) said.push(recognised.said);
    if (comments?.said !== undefined) said.push(comments.said);
    const name = isSource(one) ? one.name : `values[${index}]`;
    for (const part of recognised.parts) {
      problems.push(...warningsIn(objects, part));
      const read = readPart(part, name, values, reading.files, problems);
      layers.push(read.layer);
      values = read.values;
    }
  }
  return { layers, values, said };
}

/** Whether values are given as a named text. */
export function isSource(given: Source | ValueMap): given is Source {
  return typeof given['name'] === 'string' && typeof given['text'] === 'string' && Object.keys(given).length === 2;
}

/** An object that a program passes instead of values. */
function objectIn(values: ValueMap, index: number): FileObjects | undefined {
  if (!isObject(values)) return undefined;
  const object: FileObject = { value: values, place: () => undefined, source: { name: `values[${index}]`, text: '' } };
  return { objects: [object], problems: [] };
}

/** The keys that the user's own `--set-file` options set. */
function setFilesOf(args: readonly SetArgument[]): ReadonlySet<string> {
  const own = args.filter(({ kind, text }) => kind === 'set-file' && filesOfSetArgument(text).length > 0);
  return new Set(own.map(({ text }) => text.slice(0, text.indexOf('='))));
}

/** What the reader of the whole file has found in the values. */
function warningsIn(found: FileObjects, part: RecognisedPart): Problem[] {
  if (part.kind !== 'values' || part.at === undefined) return [];
  const { at, node } = part;
  return found.problems.flatMap((problem) => {
    const path = parsePath(problem.path ?? '');
    const inner = path.slice(at.length);
    const isHere = (['key', 'value'] as const).some((side) => node.place(inner, side)?.line === problem.line);
    return path.length > at.length && isRelated(path, at) && isHere ? [{ ...problem, path: formatPath(inner) }] : [];
  });
}

function readPart(
  part: RecognisedPart,
  name: string,
  below: ValueMap,
  files: ReadonlyMap<string, string>,
  problems: Problem[],
): { readonly layer: FileLayer; readonly values: ValueMap } {
  if (part.kind === 'values') {
    const { value, place } = part.node;
    problems.push(...oddBlanksIn(name, part.node));
    return { layer: { kind: 'file', name, document: { place }, values: value }, values: mergeLayers(below, value) };
  }
  const args = part.args.map(({ argument }) => argument);
  const applied = applySets(below, args, files);
  const placeOf = (index: number): Place | undefined => part.object.place(part.args[index]?.path ?? [], 'value');
  for (const problem of applied.problems) {
    const index = applied.paths.findIndex((paths, at) => paths.length === 0 && isAbout(problem, args[at]));
    const { line: _, column: __, endColumn: ___, ...rest } = problem;
    problems.push({ ...rest, file: name, ...placeOf(Math.max(0, index)) });
  }
  const own = applySets({}, args, files).values;
  const place = (path: Path): Place | undefined => {
    const index = applied.paths.findLastIndex((paths) => paths.some((one) => isRelated(one, path)));
    return index < 0 ? undefined : placeOf(index);
  };
  return { layer: { kind: 'file', name, document: { place }, values: isMap(own) ? own : {} }, values: applied.values };
}

function isAbout({ file }: Problem, argument: SetArgument | undefined): boolean {
  return argument !== undefined && file?.startsWith(`--${argument.kind} ${argument.text.slice(0, 40)}`) === true;
}

/** Whether one path is a prefix of the other. */
function isRelated(a: Path, b: Path): boolean {
  return a.slice(0, b.length).every((step, index) => step === b[index]);
}
