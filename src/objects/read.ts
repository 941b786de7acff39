import type { Problem } from '../problem.ts';
import { sortProblems } from '../problem.ts';
import { isList, isMap, type Value, type ValueMap } from '../value.ts';
import type { Source } from '../yaml/read.ts';
import { isIdentified, type KubeObject, kubeObject, membersOf } from './object.ts';
import { readStream, type StreamDocument, type StreamOptions } from './stream.ts';

/** A rendered manifest with a parsed object, as returned by `renderGatewayProxies`. */
export interface Rendered {
  readonly object: ValueMap;
}

/** Manifest text of any form (YAML documents or JSON, single objects or lists of them), or objects. */
export type Side = string | Source | readonly (string | Source | Rendered | ValueMap)[];

export interface ReadSide {
  readonly name: string;
  /** In input order, with the items of a list in the list's place. */
  readonly objects: readonly KubeObject[];
  readonly problems: readonly Problem[];
}

export interface SideOptions extends Omit<StreamOptions, 'asJson'> {
  /** The default name of a side. */
  readonly name: string;
  /** Whether to include objects without apiVersion or name; otherwise they are skipped and their documents reported. */
  readonly isLenient?: boolean;
}

/** Reads the objects of one side. Never throws. */
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

/** The texts of a side, if it has any. */
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

/** Whether a document contains anything that is not an object. An empty list does not. */
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
