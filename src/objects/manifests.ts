import { hasErrors, type Problem, ProblemList } from '../problem.ts';
import type { ValueMap } from '../value.ts';
import { mapAt } from '../value.ts';
import type { Source } from '../yaml/read.ts';
import { withObject } from './new-object.ts';
import type { KubeObject } from './object.ts';
import { type Changes, changeStream, readStream } from './stream.ts';

/** What is to become of the objects of an input. */
export interface ManifestPlan {
  readonly changes: Changes;
  readonly problems: readonly Problem[];
  /** Objects that are not there yet. */
  readonly created?: readonly ValueMap[];
  /** What a user may want to know of how it was decided. */
  readonly notes?: readonly string[];
}

/** One text of an input after the change. */
export interface ChangedText {
  readonly name: string;
  readonly text: string;
  readonly isChanged: boolean;
}

/** Manifests after a change. With an error among the problems, every text is as it was. */
export interface Change {
  readonly manifests: readonly ChangedText[];
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
  /** How many objects are other objects now. */
  readonly changed: number;
  /** The input was the list of a KRM function, whose results belong to the output even if it is refused. */
  readonly isFunction: boolean;
}

/**
 * Reads manifests, asks what is to become of their objects, and writes them: all or nothing, and every document that does
 * not change byte for byte as it was.
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
    // New objects stand behind all others.
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

/** What a KRM function is configured with: the options of its functionConfig, under `spec` or, in a ConfigMap, under `data`. */
export function functionOptions(source: Source): ValueMap | undefined {
  if (!source.text.includes('ResourceList')) return undefined;
  const { functionConfig } = readStream(source);
  if (functionConfig === undefined) return undefined;
  return { ...mapAt(functionConfig, 'data'), ...mapAt(functionConfig, 'spec') };
}
