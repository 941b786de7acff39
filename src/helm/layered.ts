import type { Path, Problem } from '../problem.ts';
import type { ValueMap } from '../value.ts';
import type { Coalesced } from './coalesce.ts';
import type { Said } from './kinds/recognised.ts';
import type { Layer, Winner } from './winner.ts';

/** A layer that is a file, or part of one. */
export type FileLayer = Extract<Layer, { kind: 'file' }>;

export interface Layers {
  /** All layers merged, before the chart's defaults. Meaningless if `problems` has an error. */
  readonly values: ValueMap;
  readonly problems: readonly Problem[];
  /** From lowest to highest. */
  readonly layers: readonly Layer[];
  /** Which layer set the value at a path last; undefined if no layer set it or anything above it. */
  winner(path: Path, part?: 'key' | 'value'): Winner | undefined;
  /** What files other than plain values files contain besides values, in order. */
  readonly said: readonly Said[];
  /** The values over the chart's defaults; `recorded` are the defaults that a record's own values already include. */
  over(defaults: ValueMap, recorded?: ValueMap): Coalesced;
  /**
   * A path as the user wrote it, or would have to: within the values of a wrapping chart it has that chart's path as
   * prefix.
   */
  asWritten(path: Path): Path;
  /** The path of the chart's own values; empty for plain values. */
  readonly prefix: readonly string[];
}
