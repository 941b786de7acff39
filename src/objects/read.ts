import type { Problem } from '../problem.ts';
import { sortProblems } from '../problem.ts';
import { isList, isMap, type Value, type ValueMap } from '../value.ts';
import type { Source } from '../yaml/read.ts';
import { isIdentified, type KubeObject, kubeObject, membersOf } from './object.ts';
import { readStream, type StreamDocument, type StreamOptions } from './stream.ts';

/** Something with a parsed object, as `renderGatewayProxies` returns it. */
export interface Rendered {
  readonly object: ValueMap;
}

/** Any manifest text (YAML documents or JSON, single objects or lists of them), or objects. */
export type Side = string | Source | readonly (string | Source | Rendered | ValueMap)[];

export interface ReadSide {
  readonly name: string;
  /** In the order of the input, members of lists in place of the list. */
  readonly objects: readonly KubeObject[];
  readonly problems: readonly Problem[];
}

export interface SideOptions extends Omit<StreamOptions, 'asJson'> {
  /** What to call a side that has no name of its own. */
  readonly name: string;
  /**
   * Whether objects without a version or a name count; otherwise they are ignored, and documents with them are
   * reported.
   */
  readonly isLenient?: boolean;
}

/** The objects of one side. Nothing throws. */
export function readSide(side: Side, options: SideOptions): ReadSide {
  const { name, namespace } = options;
  if (typeof side === 'string') return { name, ...readText({ name, text: side }, options) };
  if (isSource(side)) return { name: side.name, ...readText(side, options) };
  const parts = side.map((entry, index): Omit<ReadSide, 'name'> => {
    if (typeof entry === 'string') return readText({ name: `${name}-${index}`, text: entry }, options);
    if (!isMap(entry as Value)) return { objects: [], problems: [noItem(index)] };
    if (isSource(entry)) return readText(entry, options);
    const isRendered = 'object' in entry && isMap(entry.object) && !('metadata' in entry);
    const objects = membersOf(isRendered ? (entry.object as ValueMap) : (entry as ValueMap)).map(([object]) => ({
      ...kubeObject(object, namespace),
      ...(isRendered ? { isRendered } : {}),
    }));
    return { objects: options.isLenient === true ? objects : objects.filter(isIdentified), problems: [] };
  });
  return {
    name,
    objects: parts.flatMap(({ objects }) => objects),
    problems: parts.flatMap(({ problems }) => problems),
  };
}

/** The texts of a side, as far as it has any. */
export function sideTextsOf(side: Side): readonly string[] {
  if (typeof side === 'string') return [side];
  const entries = isSource(side) ? [side] : side;
  return entries.flatMap((entry) => (typeof entry === 'string' ? entry : isSource(entry) ? entry.text : []));
}

function isSource(entry: object | string): entry is Source {
  return (
    typeof entry === 'object' &&
    'text' in entry &&
    typeof entry.text === 'string' &&
    !('object' in entry) &&
    !('kind' in entry)
  );
}

function readText(source: Source, options: SideOptions): Omit<ReadSide, 'name'> {
  const { documents, objects, problems } = readStream(source, { ...options, asJson: true });
  if (options.isLenient === true) return { objects, problems };
  return {
    objects: objects.filter(isIdentified),
    problems: sortProblems([
      ...problems,
      ...documents.filter(hasStranger).map(({ line }) => noObject(source.name, line)),
    ]),
  };
}

/** Whether a document has anything that is not an object. An empty list has nothing. */
function hasStranger({ read: { value }, objects }: StreamDocument): boolean {
  const isEmptyList = isMap(value) && isList(value['items']) && value['items'].length === 0;
  return !isEmptyList && (objects.length === 0 || !objects.every(isIdentified));
}

const hint = 'an object has apiVersion, kind and metadata.name';

/** A document that is not an object. */
function noObject(file: string, line: number): Problem {
  const message = 'This document is not a Kubernetes object and is not compared.';
  return { code: 'not-an-object', severity: 'warning', message, file, line, column: 1, hint };
}

function noItem(index: number): Problem {
  const message = `Item ${index} of the objects is neither a string nor an object, and is ignored.`;
  return { code: 'not-an-object', severity: 'warning', message, hint };
}
