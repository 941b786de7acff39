import type { Chart } from '../chart/chart.ts';
import type { ValueMap } from '../value.ts';

/** A rendered object. */
export interface Drawn {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The key of its proxy; empty if it belongs to none. */
  readonly proxy: string;
  /** A YAML document, with a trailing newline. */
  readonly text: string;
  /** The parsed text; parsed on first access. */
  readonly object: ValueMap;
  /** Only part of an object, not to be applied. */
  readonly partial?: true;
}

/** Renders all objects for values; undefined if the chart cannot use them. */
export type Draw = (values: ValueMap, chart: Chart) => readonly Drawn[] | undefined;
