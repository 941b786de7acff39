import { isTooDeep } from '../depth.ts';
import { movedDown, type Problem } from '../problem.ts';
import { isList, isMap, mapAt, type Value, type ValueMap } from '../value.ts';
import { type Document, documentsOf } from '../yaml/documents.ts';
import { editYaml } from '../yaml/edit.ts';
import { type ReadDocument, readYaml, type Source } from '../yaml/read.ts';
import { type KubeObject, kubeObject, membersOf } from './object.ts';
import { isResourceList, withResults } from './resource-list.ts';

/** A document of a stream, with the objects in it. */
export interface StreamDocument extends Document {
  readonly read: ReadDocument;
  readonly objects: readonly KubeObject[];
}

/** A text, with the objects in it. */
export interface Stream {
  readonly source: Source;
  readonly documents: readonly StreamDocument[];
  readonly objects: readonly KubeObject[];
  readonly problems: readonly Problem[];
  /** The list that a KRM function gets, and returns with results added. */
  readonly functionConfig: ValueMap | undefined;
}

export interface StreamOptions {
  /** The namespace of objects that do not set one. */
  readonly namespace?: string;
  /** Whether a document can be skipped without reading it. */
  readonly isSkipped?: (text: string) => boolean;
  /** Splits a text: {@link documentsOf}, or a cached version of it. */
  readonly split?: typeof documentsOf;
  /**
   * Whether to parse JSON as JSON, which is much faster, has no length limit, and ignores duplicate keys. Callers that
   * edit the text must not set this, because the editor reads YAML.
   */
  readonly asJson?: boolean;
}

/** The planned changes: a new version for some objects. Objects that are not in it stay. */
export type Changes = ReadonlyMap<KubeObject, ValueMap>;

/**
 * Reads a stream of manifests: YAML documents or JSON, single objects, lists of objects, `List`s and `ResourceList`s.
 * Invalid YAML is a problem; anything but a Kubernetes object is passed through unchanged. Never throws.
 */
export function readStream(source: Source, options: StreamOptions = {}): Stream {
  const { namespace, isSkipped, split = documentsOf, asJson = false } = options;
  const problems: Problem[] = [];
  const documents: StreamDocument[] = [];
  for (const document of split(source.text)) {
    if (isSkipped?.(document.text)) continue;
    const text = { name: source.name, text: document.text };
    const read = (asJson ? readJson(text) : undefined) ?? readYaml(text);
    const above = document.line - 1;
    const errors = read.problems.filter(({ severity }) => severity === 'error');
    problems.push(...[...errors, ...read.problems.filter(isSecondObject)].map((problem) => movedDown(problem, above)));
    if (errors.length > 0 || read.value === null) continue;
    const objects = membersOf(read.value).map(([object, prefix]) =>
      kubeObject(object, namespace, {
        file: source.name,
        placeOf(path) {
          const place = read.place([...prefix, ...path], 'key');
          return place && movedDown(place, above);
        },
      }),
    );
    documents.push({ ...document, read, objects });
  }
  const list = documents.map(({ read }) => read.value).find(isResourceList);
  const functionConfig = list === undefined ? undefined : mapAt(list, 'functionConfig');
  return { source, documents, objects: documents.flatMap(({ objects }) => objects), problems, functionConfig };
}

/** A document with duplicate apiVersion or kind is two documents without a separator between them. */
function isSecondObject({ code, path }: Problem): boolean {
  return code === 'duplicate-key' && path === 'kind';
}

/** Parses a document as JSON; undefined if it is not JSON. It is parsed as YAML, too, only if a place is requested. */
function readJson(source: Source): ReadDocument | undefined {
  // Flow style looks almost like JSON, and a failed parse is slow.
  if (!/^\s*(?:\{\s*["}]|\[\s*[[{\]])/.test(source.text)) return undefined;
  try {
    const value: Value = JSON.parse(source.text);
    if (isTooDeep(value)) return undefined;
    let read: ReadDocument | undefined;
    return {
      value,
      problems: [],
      place(path, part) {
        read ??= readYaml(source);
        return read.place(path, part);
      },
      token(path) {
        read ??= readYaml(source);
        return read.token?.(path);
      },
    };
  } catch {
    // It may be YAML in flow style; if it is neither, the YAML reader reports where the error is.
    return undefined;
  }
}

/** A stream after a change. */
export interface ChangedStream {
  readonly text: string;
  readonly isChanged: boolean;
  /** Documents whose comments and layout could not be kept. */
  readonly problems: readonly Problem[];
}

/**
 * Replaces objects in the text of a stream. Documents without changes stay the same to the byte; in the others,
 * unchanged values keep their spelling.
 */
export function changeStream(stream: Stream, changes: Changes, found: readonly Problem[]): ChangedStream {
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
          message: 'This document could not be changed in place, so it is rewritten without its comments.',
          hint: 'write it without anchors and aliases around the containers, volumes and clusters',
        }) ?? { code: 'layout-lost', severity: 'warning', message: 'A document is rewritten.', file: source.name },
      );
    }
    text += source.text.slice(at, start) + edited.text;
    at = end;
  }
  text += source.text.slice(at);
  return { text, isChanged: text !== source.text, problems };
}

function changedTop(top: Value, objects: readonly KubeObject[], changes: Changes): Value {
  const next = new Map<Value, ValueMap>(objects.map((one) => [one.object, changes.get(one) ?? one.object]));
  const changed = next.get(top);
  if (changed !== undefined) return changed;
  if (isList(top)) return top.map((item) => next.get(item) ?? item);
  if (!isMap(top) || !isList(top['items'])) return top;
  return { ...top, items: top['items'].map((item) => next.get(item) ?? item) };
}
