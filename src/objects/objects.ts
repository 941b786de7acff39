import { isTooDeep } from '../depth.ts';
import type { Problem } from '../problem.ts';
import { isList, isMap, type Value, type ValueMap } from '../value.ts';
import { readYaml, type Source } from '../yaml/read.ts';

/** What identifies an object in a cluster. */
export interface ObjectRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** An object as somebody wrote it. */
export interface ReadObject extends ObjectRef {
  readonly apiVersion: string;
  readonly value: ValueMap;
  /** Whether glistio rendered it itself. */
  readonly rendered: boolean;
}

/** Something with a parsed object, as `renderGatewayProxies` gives it. */
export interface Rendered {
  readonly object: ValueMap;
}

/** Either side of a comparison: any manifest text, or objects. */
export type Side = string | Source | readonly (Source | Rendered | ValueMap)[];

export interface ReadSide {
  readonly name: string;
  /** In the order of the input, members of lists in place of the list. */
  readonly objects: readonly ReadObject[];
  readonly problems: readonly Problem[];
}

export interface SideOptions {
  /** What to call a side that has no name of its own. */
  readonly name: string;
  /** The namespace of objects that do not say theirs. */
  readonly namespace: string;
  /** Documents that need no reading. */
  readonly isSkipped?: (text: string) => boolean;
  /** Takes a text apart; {@link documentsOf}, or what remembers what that gave. */
  readonly split?: typeof documentsOf;
}

/** The objects of one side: YAML documents or JSON, single objects or lists of them. Nothing throws. */
export function readSide(side: Side, options: SideOptions): ReadSide {
  const { name, namespace } = options;
  if (typeof side === 'string') return readText({ name, text: side }, options);
  if (isSource(side)) return readText(side, options);
  const parts = side.map((entry): Omit<ReadSide, 'name'> => {
    if (isSource(entry)) return readText(entry, options);
    const rendered = isRendered(entry);
    const objects = membersOf(rendered ? entry.object : entry).map((value) => objectOf(value, namespace, rendered));
    return { objects: objects.filter((object) => object !== undefined), problems: [] };
  });
  return {
    name,
    objects: parts.flatMap(({ objects }) => objects),
    problems: parts.flatMap(({ problems }) => problems),
  };
}

/** The texts of a side, as far as it has any. */
export function textsOf(side: Side): readonly string[] {
  if (typeof side === 'string') return [side];
  return isSource(side) ? [side.text] : side.flatMap((entry) => (isSource(entry) ? [entry.text] : []));
}

function isSource(entry: object): entry is Source {
  return 'text' in entry && typeof entry.text === 'string' && !('object' in entry) && !('kind' in entry);
}

function readText(source: Source, { namespace, isSkipped, split = documentsOf }: SideOptions): ReadSide {
  const objects: ReadObject[] = [];
  const problems: Problem[] = [];
  for (const document of split(source.text)) {
    if (isSkipped?.(document.text)) continue;
    const value = parse({ name: source.name, text: document.text }, document.line, problems);
    if (value === null || value === undefined) continue;
    const members = isMap(value) ? membersOf(value) : isList(value) ? value.filter(isMap) : [];
    const read = members.map((member) => objectOf(member, namespace, false)).filter((object) => object !== undefined);
    if (read.length < members.length || members.length === 0) {
      if (!(isMap(value) && isList(value['items']) && value['items'].length === 0))
        problems.push(noObject(source.name, document.line));
    }
    objects.push(...read);
  }
  return { name: source.name, objects, problems };
}

/** A side that names a problem of its own is told at most this often. */
function noObject(file: string, line: number): Problem {
  const hint = 'an object has apiVersion, kind and metadata.name';
  return {
    code: 'not-an-object',
    severity: 'warning',
    message: 'This document is no Kubernetes object and is not compared.',
    file,
    line,
    column: 1,
    hint,
  };
}

function isRendered(entry: Rendered | ValueMap): entry is Rendered {
  return 'object' in entry && 'text' in entry && !('kind' in entry && 'metadata' in entry);
}

/** A part of a text that may hold an object. */
export interface Document {
  readonly text: string;
  /** The line on which it starts, from 1. */
  readonly line: number;
}

/** The documents of a text. A line that starts with `---` separates them wherever it stands, as Helm and kubectl have it. */
export function documentsOf(text: string): Document[] {
  const documents: Document[] = [];
  let start = 0;
  let line = 1;
  const add = (end: number): void => {
    const part = text.slice(start, end);
    if (/(?:^|\n)[ \t]*[^#\s]/.test(part)) documents.push({ text: part, line });
  };
  for (const match of text.matchAll(/^---(?:[ \t].*)?(?:\n|$)/gm)) {
    add(match.index);
    for (let offset = start; offset < match.index + match[0].length; offset++)
      if (text.charCodeAt(offset) === 10) line++;
    start = match.index + match[0].length;
  }
  add(text.length);
  return documents;
}

function parse(source: Source, line: number, problems: Problem[]): Value | undefined {
  // Flow style looks nearly like JSON, and a parser that fails takes its time.
  if (/^\s*(?:\{\s*["}]|\[\s*[[{\]])/.test(source.text)) {
    try {
      const value: Value = JSON.parse(source.text);
      if (!isTooDeep(value)) return value;
    } catch {
      // It may be YAML in flow style.
    }
    // The YAML reader says where it goes wrong.
  }
  const read = readYaml(source);
  for (const problem of read.problems) {
    if (problem.severity === 'error') problems.push({ ...problem, line: (problem.line ?? 1) + line - 1 });
  }
  return read.value;
}

/** The members of a list (`kubectl get -o yaml`), or the object itself. */
function membersOf(value: ValueMap): readonly ValueMap[] {
  const { kind, items } = value;
  return typeof kind === 'string' && kind.endsWith('List') && isList(items) ? items.filter(isMap) : [value];
}

/** The same resource under an older group; the API server serves it as apps/v1. */
const moved: Readonly<Record<string, string>> = { Deployment: 'apps/v1', DaemonSet: 'apps/v1' };

const clusterScoped: ReadonlySet<string> = new Set(
  'Namespace Node PersistentVolume StorageClass PriorityClass CustomResourceDefinition APIService GatewayClass IngressClass RuntimeClass'.split(
    ' ',
  ),
);

function isClusterScoped(kind: string): boolean {
  return clusterScoped.has(kind) || /^(?:Cluster|Mutating|Validating|CSI)\w+$/.test(kind);
}

function objectOf(value: ValueMap, namespace: string, rendered: boolean): ReadObject | undefined {
  const { apiVersion, kind, metadata } = value;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || !isMap(metadata)) return undefined;
  const name = metadata['name'];
  if (typeof name !== 'string') return undefined;
  const own = metadata['namespace'];
  return {
    apiVersion: moved[kind] ?? apiVersion,
    kind,
    name,
    namespace: typeof own === 'string' && own !== '' ? own : isClusterScoped(kind) ? '' : namespace,
    value,
    rendered,
  };
}
