/**
 * The chart's default values of all releases as one tree: an entry may have the index of the set of releases that
 * contain it. Generated from schema/defaults.yaml, where it is easier to see what Gloo changed when.
 */
import type { Value, ValueMap } from '../value.ts';
import { defaultsJson } from './defaults.gen.ts';
import { type Intervals, includes } from './range.ts';

export interface CompiledDefaults {
  readonly ranges: readonly Intervals[];
  readonly map: CompiledMap;
}
/**
 * The name, the content, and the index of the set of releases that have it; without an index, all releases that have
 * the parent map.
 */
export type CompiledMap = readonly (readonly [name: string, node: CompiledNode, range?: number])[];
export type CompiledNode = CompiledMap | { readonly list: readonly Value[] } | null | boolean | number | string;

/** A placeholder for the release's own number in strings. */
const releasePlaceholder = '$release';

let compiled: CompiledDefaults | undefined;

/** Returns the default values of the release at an index: its values.yaml with `name` as its number. Frozen. */
export function buildDefaults(index: number, name: string): ValueMap {
  compiled ??= JSON.parse(defaultsJson) as CompiledDefaults;
  const { ranges, map } = compiled;
  const present = ranges.map((intervals) => includes(intervals, index));
  return buildMap(map);

  function buildMap(entries: CompiledMap): ValueMap {
    const built: Record<string, Value> = {};
    // Destructuring in the loop head would allocate several objects per entry, in a run that allocates few others.
    entries.forEach((entry) => {
      const range = entry[2];
      if (range === undefined || present[range]) built[entry[0]] = build(entry[1]);
    });
    return Object.freeze(built);
  }

  function build(node: CompiledNode): Value {
    if (node === releasePlaceholder) return name;
    if (typeof node !== 'object' || node === null) return node;
    return 'list' in node ? Object.freeze(node.list) : buildMap(node);
  }
}
