import type { Chart } from '../chart/chart.ts';
import type { ValueMap } from '../value.ts';

/** An object as it is rendered. */
export interface Drawn {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The proxy that it is for, by its key; empty for what belongs to none. */
  readonly proxy: string;
  /** A YAML document with its line end. */
  readonly text: string;
  /** The text parsed, on demand. */
  readonly object: ValueMap;
  /** Only a part of an object, which is not to be applied. */
  readonly partial?: true;
}

/** Renders everything that there is for values; undefined where the chart cannot use them. */
export type Draw = (values: ValueMap, chart: Chart) => readonly Drawn[] | undefined;
