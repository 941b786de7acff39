/** Questions about one value of the chart: which type it has, in which releases, and where it can be had when this one lacks it. */

import { type Intervals, includes, unite } from '../chart/range.ts';
import { rangeInWords, releaseIndex, releases } from '../chart/releases.ts';
import type { Path } from '../problem.ts';
import { heldTo, step, type ValueField, type ValueFields, valuesModel } from './values-model.ts';

export interface ValueInfo {
  /** Oldest first; several when its type changed. Their releases are those in which the whole path exists. */
  readonly alternatives: readonly ValueField[];
  /** The releases that have it with any type. */
  readonly releases: Intervals;
}

/**
 * What the chart knows of the value at a path; undefined when no release has it. A value within a free-form one (`k8s:Probe`,
 * `map of any`) has the type `any` in the releases that have the free-form one. Any name of a proxy serves in `gatewayProxies.NAME`.
 */
export function valueInfo(path: Path): ValueInfo | undefined {
  const [first, ...rest] = path;
  if (typeof first !== 'string') return undefined;
  let fields: readonly ValueField[] = valuesModel().get(first) ?? [];
  for (const key of rest) fields = fields.flatMap((field) => below(field, key));
  return fields.length === 0
    ? undefined
    : { alternatives: fields, releases: unite(fields.map((field) => field.releases)) };
}

function below(field: ValueField, key: string | number): readonly ValueField[] {
  const next = step(field.type, key);
  if (next === 'free') return [{ type: { kind: 'any' }, releases: field.releases }];
  return next.map((inner) => heldTo(inner, field.releases)).filter((inner) => inner.releases.length > 0);
}

/** Whether the chart of a release has a value at a path. */
export function knows(path: Path, release: string): boolean {
  const info = valueInfo(path);
  return info !== undefined && includes(info.releases, releaseIndex(release));
}

/** The releases that have a path, as a range; undefined when none has it. */
export function sinceRange(path: Path): string | undefined {
  const info = valueInfo(path);
  if (info === undefined) return undefined;
  return rangeInWords(info.releases) ?? `>=${releases[0]}`;
}

/** The given release if it has a path, else the first after it that has it, else the last one before it that had; undefined when none has it. */
export function nearestReleaseWith(path: Path, release: string): string | undefined {
  const intervals = valueInfo(path)?.releases ?? [];
  const here = releaseIndex(release);
  for (let i = 0; i < intervals.length; i += 2)
    if ((intervals[i + 1] ?? 0) > here) return releases[Math.max(intervals[i] ?? 0, here)];
  const end = intervals.at(-1);
  return end === undefined ? undefined : releases[end - 1];
}

/** The keys that the chart of a release knows in the map at a path, sorted; none where the keys are the user's own. */
export function knownKeys(path: Path, release: string): string[] {
  const index = releaseIndex(release);
  const maps: ValueFields[] = path.length === 0 ? [valuesModel()] : [];
  for (const { type, releases: held } of valueInfo(path)?.alternatives ?? [])
    if (includes(held, index) && (type.kind === 'object' || type.kind === 'kubernetes')) maps.push(type.fields);
  return maps
    .flatMap((fields) =>
      [...fields].filter(([, alternatives]) => alternatives.some((field) => includes(field.releases, index))),
    )
    .map(([key]) => key)
    .sort();
}
