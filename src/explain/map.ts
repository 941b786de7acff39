/** The mapping between values and rendered parts, in both directions, as data. */
import type { Chart, FeatureName } from '../chart/chart.ts';
import { featureReleases } from '../chart/data.gen.ts';
import { featureNotes } from '../chart/features.gen.ts';
import type { Intervals } from '../chart/range.ts';
import { rangeInWords } from '../chart/releases.ts';
import { formatPath, type ObjectRef, type Path } from '../problem.ts';
import type { Drawn } from './drawn.ts';
import type { Baseline } from './effect.ts';
import { type ObjectLines, objectLines } from './lines.ts';
import { sampleName } from './other-values.ts';
import type { Part } from './parts.ts';
import { type MadePart, partsOfFeature } from './trials.ts';

/** A part of an object that depends on a value or on a chart feature. */
export interface ExplainedPart {
  readonly object: ObjectRef;
  /**
   * In the notation of `helm --set`, also within a bootstrap; empty for the whole object, `*` for user-defined names.
   */
  readonly path: string;
  /** What a different value does to it: change, remove or add it. */
  readonly change: Part['change'];
  /** Which change does that: another value, no value, or either; for a feature always either. */
  readonly when: MadePart['when'];
  /** Its line in the object's text; undefined for an added part. */
  readonly line?: number;
  readonly endLine?: number;
}

/** The cause of a line: the path of a value, or the name of a chart feature. */
export interface LineCause {
  readonly value?: string;
  readonly feature?: string;
  /** Whether it is printed in the line, or decides whether the line exists. */
  readonly does: 'stands-here' | 'decides';
}

/** A line of a rendered object. */
export interface ExplainedLine {
  /** The deepest part of the object that begins or continues here. */
  readonly path: string;
  /** Nearest first: what is printed in the line, what decides whether it exists, what decides about its parents. */
  readonly causes: readonly LineCause[];
}

/** A rendered object, line by line. */
export interface ExplainedObject extends ObjectRef {
  readonly proxy: string;
  /** Only part of an object, not to be applied. */
  readonly partial?: true;
  readonly text: string;
  readonly lines: readonly ExplainedLine[];
}

/** A chart behavior that depends on the release and affects these objects. */
export interface ExplainedFeature {
  readonly name: string;
  readonly what: string;
  /** The releases that have it. */
  readonly releases: string;
  readonly inRelease: boolean;
  readonly parts: readonly ExplainedPart[];
}

/** Returns a function that adds lines to parts; each object's text is read once. */
export function partWriter(): (part: MadePart) => ExplainedPart {
  const known = new Map<Drawn, ObjectLines>();
  return ({ object, path, change, when }) => {
    const { kind } = object;
    const [namespace, name, ...written] = [object.namespace, object.name, ...path].map(anyName);
    const lines = known.get(object) ?? objectLines(object.text);
    known.set(object, lines);
    const range = change === 'added' ? undefined : lines.rangeOf(path);
    return {
      object: { kind, namespace: String(namespace), name: String(name) },
      path: formatPath(written),
      change,
      when,
      ...range,
    };
  };
}

/** A sample name stands for any name. */
function anyName(step: string | number): string | number {
  return step === sampleName ? '*' : step;
}

/** The chart features that affect the rendering. */
export function featuresOf(
  baseline: Baseline,
  most: number,
): { readonly name: FeatureName; readonly parts: readonly MadePart[] }[] {
  return [...baseline.asked]
    .sort()
    .slice(0, most)
    .flatMap((name) => {
      const parts = partsOfFeature(name, baseline) ?? [];
      return parts.length === 0 ? [] : [{ name, parts: parts.map((part): MadePart => ({ ...part, when: 'either' })) }];
    });
}

/** The same as text. */
export function explainedFeature(
  { name, parts }: ReturnType<typeof featuresOf>[number],
  chart: Chart,
  write: ReturnType<typeof partWriter>,
): ExplainedFeature {
  const releases = (JSON.parse(featureReleases) as Record<FeatureName, Intervals>)[name];
  const what = (JSON.parse(featureNotes) as Record<string, string>)[name] ?? '';
  return {
    name,
    what,
    releases: rangeInWords(releases) ?? 'every release',
    inRelease: chart.has(name),
    parts: parts.map(write),
  };
}

/** Whether one of two parts contains the other. A checksum that changes with a ConfigMap does not count. */
export function meets({ object, path }: Part, other: Part): boolean {
  if (object !== other.object || path.length === 0 || other.path.length === 0) return false;
  if (other.path.some((step) => String(step).startsWith('checksum/'))) return false;
  const shared = Math.min(path.length, other.path.length);
  return path.slice(0, shared).every((step, index) => step === other.path[index]);
}

/** A value or feature, and the parts that depend on it. */
export interface Maker {
  readonly cause: Pick<LineCause, 'value' | 'feature'>;
  readonly parts: readonly MadePart[];
}

/** All rendered objects, with the causes of each line. */
export function explainedObjects(drawn: readonly Drawn[], makers: readonly Maker[]): ExplainedObject[] {
  const byObject = new Map<Drawn, { readonly cause: Maker['cause']; readonly part: MadePart }[]>();
  for (const { cause, parts } of makers)
    for (const part of parts)
      if (part.change !== 'added') byObject.set(part.object, [...(byObject.get(part.object) ?? []), { cause, part }]);
  return drawn.map((object) => {
    const { kind, namespace, name, proxy, text, partial } = object;
    const made = byObject.get(object) ?? [];
    const lines = objectLines(text).paths.map((path) => ({ path: formatPath(path), causes: causesOf(path, made) }));
    return { kind, namespace, name, proxy, ...(partial && { partial }), text, lines };
  });
}

function causesOf(
  path: Path,
  made: readonly { readonly cause: Maker['cause']; readonly part: MadePart }[],
): LineCause[] {
  const found = made
    .filter(({ part }) => part.path.length <= path.length && part.path.every((step, index) => step === path[index]))
    .map(({ cause, part }) => {
      const stands = part.change === 'changed' && part.when !== 'unset' && part.path.length === path.length;
      return { cause, depth: part.path.length, does: stands ? ('stands-here' as const) : ('decides' as const) };
    })
    .sort((a, b) => Number(a.does === 'decides') - Number(b.does === 'decides') || b.depth - a.depth);
  const causes = new Map<string, LineCause>();
  for (const { cause, does } of found) {
    const key = cause.value ?? ` ${cause.feature}`;
    if (!causes.has(key)) causes.set(key, { ...cause, does });
  }
  return [...causes.values()];
}
