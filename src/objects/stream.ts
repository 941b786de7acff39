import type { Path, Problem } from '../problem.ts';
import { formatPath } from '../problem.ts';
import { isList, isMap, mapAt, textOf, type Value, type ValueMap } from '../value.ts';
import { editYaml } from '../yaml/edit.ts';
import { type ReadDocument, readYaml, type Source } from '../yaml/read.ts';
import { isResourceList, withResults } from './resource-list.ts';
import { rememberSubject } from './subjects.ts';

/** A Kubernetes object in the input, alone in its document or one of a list. */
export interface KubeObject {
  readonly object: ValueMap;
  /** A problem with the object, with the place of what it is about. */
  problem(about: Omit<Problem, 'file' | 'line' | 'column' | 'path'>, path?: Path): Problem;
}

/** A document of a stream, between two `---` lines. */
interface Document {
  readonly start: number;
  readonly end: number;
  readonly read: ReadDocument;
  readonly objects: readonly KubeObject[];
}

/** A text with the objects in it. */
export interface Stream {
  readonly source: Source;
  readonly documents: readonly Document[];
  readonly objects: readonly KubeObject[];
  readonly problems: readonly Problem[];
  /** The list that a KRM function gets, and gives back with results in it. */
  readonly functionConfig: ValueMap | undefined;
}

/** What is to become of objects: another object for some of them. Those that are not named stay. */
export type Changes = ReadonlyMap<KubeObject, ValueMap>;

/**
 * Reads a stream of manifests: YAML documents or JSON, single objects, `List`s and `ResourceList`s. What is no YAML is a
 * problem; what is no Kubernetes object is passed on as it stands.
 */
export function readStream(source: Source): Stream {
  const problems: Problem[] = [];
  const documents: Document[] = [];
  let line = 0;
  for (const { start, end } of split(source.text)) {
    const text = source.text.slice(start, end);
    const read = readYaml({ name: source.name, text });
    const above = line;
    line += (text.match(/\n/g) ?? []).length;
    const errors = read.problems.filter(({ severity }) => severity === 'error');
    problems.push(...[...errors, ...read.problems.filter(isSecondObject)].map((problem) => shifted(problem, above)));
    if (errors.length > 0 || read.value === null) continue;
    documents.push({ start, end, read, objects: objectsIn(source.name, read, above) });
  }
  const list = documents.map(({ read }) => read.value).find(isResourceList);
  const functionConfig = list === undefined ? undefined : mapAt(list, 'functionConfig');
  return { source, documents, objects: documents.flatMap(({ objects }) => objects), problems, functionConfig };
}

/** A document that says twice what it is was two documents once, before somebody joined files without a line between them. */
function isSecondObject({ code, path }: Problem): boolean {
  return code === 'duplicate-key' && path === 'kind';
}

/** The kinds whose `items` are objects in their own right. */
const lists = /List$/;

function objectsIn(file: string, read: ReadDocument, above: number): KubeObject[] {
  const top = read.value;
  if (!isMap(top)) return [];
  const items = top['items'];
  const isListOf = typeof top['kind'] === 'string' && lists.test(top['kind']) && isList(items);
  const found: [ValueMap, Path][] = isListOf
    ? items.flatMap((item, index): [ValueMap, Path][] => (isMap(item) ? [[item, ['items', index]]] : []))
    : [[top, []]];
  return found.map(([object, prefix]) => ({
    object,
    problem(about, path = []) {
      const whole = [...prefix, ...path];
      const place = read.place(whole, 'key');
      const at = place === undefined ? {} : { line: place.line + above, column: place.column };
      const placed = { ...about, ...(path.length === 0 ? {} : { path: formatPath(path) }), file, ...at };
      return rememberSubject(placed, object);
    },
  }));
}

/** An object that comes from no text, as a plan wants it. */
export function looseObject(object: ValueMap): KubeObject {
  return {
    object,
    problem: (about, path = []) => ({ ...about, ...(path.length === 0 ? {} : { path: formatPath(path) }) }),
  };
}

function shifted(problem: Problem, above: number): Problem {
  return problem.line === undefined ? problem : { ...problem, line: problem.line + above };
}

/** The stretches between lines that start a document; each begins with its own `---`. */
function split(text: string): { start: number; end: number }[] {
  const starts = [0];
  for (const { index } of text.matchAll(/^---(?=[ \t\r\n]|$)/gm)) if (index > 0) starts.push(index);
  return starts.map((start, index) => ({ start, end: starts[index + 1] ?? text.length }));
}

/** A stream after a change. */
export interface ChangedStream {
  readonly text: string;
  readonly isChanged: boolean;
  /** That comments and layout of a document could not be kept. */
  readonly problems: readonly Problem[];
}

/**
 * The text of a stream with other objects in it. Documents in which nothing changes stay byte for byte; in the others what
 * says the same stays as it is written.
 */
export function changeStream(stream: Stream, changes: Changes, found: readonly Problem[] = []): ChangedStream {
  const { source, documents } = stream;
  const problems: Problem[] = [];
  let text = '';
  let at = 0;
  for (const document of documents) {
    const { start, end, read, objects } = document;
    if (!isResourceList(read.value) && !objects.some((object) => changes.has(object))) continue;
    const next = withResults(changedTop(read.value, objects, changes), found);
    const edited = editYaml(source.text.slice(start, end), next);
    if (!edited.isKept) {
      problems.push(
        objects[0]?.problem({
          code: 'layout-lost',
          severity: 'warning',
          message: 'This document could not be changed in place, so it is written anew, without its comments.',
          hint: 'write it without anchors and aliases around the containers, volumes and clusters',
        }) ?? { code: 'layout-lost', severity: 'warning', message: 'A document is written anew.', file: source.name },
      );
    }
    text += source.text.slice(at, start) + edited.text;
    at = end;
  }
  text += source.text.slice(at);
  return { text, isChanged: text !== source.text, problems };
}

function changedTop(top: Value, objects: readonly KubeObject[], changes: Changes): Value {
  const [only] = objects;
  if (only !== undefined && only.object === top) return changes.get(only) ?? top;
  if (!isMap(top) || !isList(top['items'])) return top;
  const byItem = new Map(objects.map((object) => [object.object, changes.get(object) ?? object.object] as const));
  return { ...top, items: top['items'].map((item) => (isMap(item) ? (byItem.get(item) ?? item) : item)) };
}

/** `kind namespace/name`, as messages speak of an object. */
export function describeObject(object: ValueMap): string {
  const { name, namespace } = mapAt(object, 'metadata');
  const full = [textOf(namespace), textOf(name) ?? '?'].filter((part) => part !== undefined).join('/');
  return `${textOf(object['kind']) ?? 'object'} ${full}`;
}
