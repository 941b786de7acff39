import { hasErrors, type Problem, ProblemList } from '../problem.ts';
import type { ValueMap } from '../value.ts';
import { mapAt } from '../value.ts';
import type { Source } from '../yaml/read.ts';
import { withObject } from './new-object.ts';
import type { KubeObject } from './object.ts';
import { type Changes, changeStream, readStream } from './stream.ts';

/** The planned changes of the objects of an input. */
export interface ManifestPlan {
  readonly changes: Changes;
  readonly problems: readonly Problem[];
  /** New objects. */
  readonly created?: readonly ValueMap[];
  /** Notes for the user about the plan. */
  readonly notes?: readonly string[];
}

/** One text of an input after the change. */
export interface ChangedText {
  readonly name: string;
  readonly text: string;
  readonly isChanged: boolean;
}

/** Manifests after a change. If one of the problems is an error, every text is unchanged. */
export interface Change {
  readonly manifests: readonly ChangedText[];
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
  /** The number of objects that changed. */
  readonly changed: number;
  /** The input was a KRM function's list, whose results must be written even if the input is rejected. */
  readonly isFunction: boolean;
}

/**
 * Reads manifests, plans changes of their objects, and writes the result: all or nothing. Documents without changes
 * stay the same to the byte.
 */
export function changeManifests(
  sources: readonly Source[],
  plan: (objects: readonly KubeObject[]) => ManifestPlan,
): Change {
  const streams = sources.map((source) => readStream(source));
  const unread = streams.flatMap(({ problems }) => problems);
  const planned = hasErrors(unread) ? nothing : plan(streams.flatMap(({ objects }) => objects));
  const found = [...unread, ...planned.problems];
  const refused = hasErrors(found);
  const changes = refused ? nothing.changes : planned.changes;
  const created = refused ? [] : (planned.created ?? []);
  const written = streams.map((stream, at) => {
    const changed = changeStream(stream, changes, found);
    // New objects are appended.
    const text = at === streams.length - 1 ? created.reduce(withObject, changed.text) : changed.text;
    return { name: stream.source.name, ...changed, text, isChanged: text !== stream.source.text };
  });
  const list = new ProblemList('many documents');
  list.addAll(found);
  for (const { problems } of written) list.addAll(problems);
  return {
    manifests: written.map(({ name, text, isChanged }) => ({ name, text, isChanged })),
    problems: list.sorted(),
    notes: refused ? [] : (planned.notes ?? []),
    changed: changes.size + created.length,
    isFunction: streams.some(({ functionConfig }) => functionConfig !== undefined),
  };
}

const nothing: ManifestPlan = { changes: new Map(), problems: [] };

/** The options of a KRM function: its functionConfig's `spec` or, in a ConfigMap, `data`. */
export function functionOptions(source: Source): ValueMap | undefined {
  if (!source.text.includes('ResourceList')) return undefined;
  const { functionConfig } = readStream(source);
  if (functionConfig === undefined) return undefined;
  return { ...mapAt(functionConfig, 'data'), ...mapAt(functionConfig, 'spec') };
}
