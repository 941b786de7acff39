import { movedDown, type Path, type Place, type Problem } from '../../problem.ts';
import { isList, isMap, type Value, type ValueMap, valueAt } from '../../value.ts';
import { stretchesOf } from '../../yaml/documents.ts';
import { type ReadDocument, readYaml, type Source } from '../../yaml/read.ts';

/** A map somewhere in a file, with the places of its contents. */
export interface Node {
  readonly value: ValueMap;
  place(path: Path, part: 'key' | 'value'): Place | undefined;
}

/** An object in a file: a document, or an item of a list. */
export interface FileObject extends Node {
  readonly source: Source;
}

/** The objects in a file, and the problems with its YAML. */
export interface FileObjects {
  readonly objects: readonly FileObject[];
  readonly problems: readonly Problem[];
}

/** Reads every document of a text; a list (`kubectl get -o yaml`) is replaced by its items. */
export function objectsIn(source: Source): FileObjects {
  const documents = readDocuments(source, stretchesOf(source.text));
  return {
    objects: documents.flatMap(({ value, place }) => (isMap(value) ? membersOf(value, place, source) : [])),
    problems: documents.flatMap(({ problems }) => problems),
  };
}

/** Reads each part of a text; places and problems refer to the whole text. */
export function readDocuments({ name }: Source, stretches: readonly string[]): ReadDocument[] {
  let above = 0;
  return stretches.map((text) => {
    const read = readYaml({ name, text });
    const shift = above;
    above += text.split('\n').length - 1;
    return {
      value: read.value,
      problems: read.problems.map((problem) => movedDown(problem, shift)),
      place(path, part) {
        const found = read.place(path, part);
        return found && movedDown(found, shift);
      },
    };
  });
}

function membersOf(value: ValueMap, place: Node['place'], source: Source): FileObject[] {
  const { kind, items } = value;
  if (typeof kind !== 'string' || !kind.endsWith('List') || !isList(items)) return [{ value, place, source }];
  return items.flatMap((item, index) =>
    isMap(item) ? [{ ...nodeAt({ value, place }, ['items', index]), source }] : [],
  );
}

/** The map at a path; an empty one if there is no map. */
export function nodeAt(node: Node, path: Path): Node {
  const value = valueAt(node.value, ...path);
  return { value: isMap(value) ? value : {}, place: (inner, part) => node.place([...path, ...inner], part) };
}

/** A string at a path; undefined for anything else, the empty string included. */
export function stringAt(value: Value, ...path: Path): string | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** The maps in a list at a path, each with its path. */
export function mapsAt(value: Value, ...path: Path): [item: ValueMap, path: Path][] {
  const list = valueAt(value, ...path);
  if (!isList(list)) return [];
  return list.flatMap((item, index): [ValueMap, Path][] => (isMap(item) ? [[item, [...path, index]]] : []));
}

/** Reads YAML embedded in a file; its problems have places in the file. */
export interface NestedText {
  readonly node: Node | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Reads YAML in a string at a path of a file's object. In a literal block (`|`) every character has its own place in
 * the file; in any other string all places are that of the string.
 */
export function nestedText(object: FileObject, path: Path, text: string): NestedText {
  const read = readYaml({ name: object.source.name, text });
  const token = object.place(path, 'value');
  const inFile = token === undefined ? undefined : literalPlaces(object.source.text, token, text);
  const moved = (place: Place | undefined): Place | undefined =>
    place === undefined || inFile === undefined ? token : inFile(place);
  const problems = read.problems.map((problem): Problem => {
    const { line, column, endColumn, ...rest } = problem;
    const own = line === undefined || column === undefined ? undefined : { line, column, endColumn };
    return { ...rest, ...moved(own as Place | undefined) }; // An undefined endColumn is dropped with its line below.
  });
  if (!isMap(read.value) && read.value !== null && problems.every(({ severity }) => severity !== 'error')) {
    const message = 'These values must be a map at the top level.';
    problems.push({ code: 'values-not-a-map', severity: 'error', message, file: object.source.name, ...token });
  }
  if (!isMap(read.value)) return { node: undefined, problems };
  return { node: { value: read.value, place: (inner, part) => moved(read.place(inner, part)) }, problems };
}

/** From places in a literal block's text to places in the file; undefined for strings in other styles. */
export function literalPlaces(
  file: string,
  { line, column }: Place,
  text: string,
): ((place: Place) => Place) | undefined {
  const lines = file.split(/\r\n|\n|\r/);
  if (lines[line - 1]?.[column - 1] !== '|') return undefined;
  const inner = text.split('\n');
  const first = inner.findIndex((content) => content.trim() !== '');
  const outer = lines[line + first];
  const content = inner[first];
  if (outer === undefined || content === undefined || !outer.endsWith(content)) return undefined;
  const indent = outer.length - content.length;
  return ({ line: down, column: right, endColumn }) => ({
    line: line + down,
    column: right + indent,
    ...(endColumn === undefined ? {} : { endColumn: endColumn + indent }),
  });
}
