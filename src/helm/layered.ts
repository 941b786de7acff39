import type { Path, Problem } from '../problem.ts';
import type { ValueMap } from '../value.ts';
import type { CoalesceNote } from './coalesce.ts';
import type { Said } from './kinds/recognised.ts';
import type { Layer, Winner } from './winner.ts';

/** A layer that is a file, or a part of one. */
export type FileLayer = Extract<Layer, { kind: 'file' }>;

export interface Layers {
  /** All layers merged, before the chart's defaults. Means nothing if `problems` has an error. */
  readonly values: ValueMap;
  readonly problems: readonly Problem[];
  /** From the lowest to the highest. */
  readonly layers: readonly Layer[];
  /** Which layer had the last word on a path; undefined if none gave it or anything above it. */
  winner(path: Path, part?: 'key' | 'value'): Winner | undefined;
  /** What files that are no plain values files say besides values, in their order. */
  readonly said: readonly Said[];
  /** The values over the chart's defaults; `recorded` are the defaults that a record's own values already have in them. */
  over(defaults: ValueMap, recorded?: ValueMap): OverDefaults;
  /** A path as the user wrote it, or would have to: within the values of a wrapping chart it has those of the chart in front. */
  asWritten(path: Path): Path;
  /** The keys in front of the chart's own values; empty for plain values. */
  readonly prefix: readonly string[];
}

/** What the templates see, and what Helm warns of on the way. */
export interface OverDefaults {
  readonly values: ValueMap;
  readonly notes: readonly CoalesceNote[];
}
