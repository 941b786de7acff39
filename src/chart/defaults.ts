/**
 * The chart's default values of all releases as one tree: an entry may carry the number of the set of releases that have it.
 * Made from schema/defaults.yaml, which is the place to read what Gloo changed when.
 */
import type { Value, ValueMap } from '../value.ts';
import { defaultsJson } from './defaults.gen.ts';
import { type Intervals, includes } from './range.ts';

export interface CompiledDefaults {
  readonly ranges: readonly Intervals[];
  readonly map: CompiledMap;
}
/** Name, what it holds, and the number of the releases that have it; all that have the map around it where there is no number. */
export type CompiledMap = readonly (readonly [name: string, node: CompiledNode, range?: number])[];
export type CompiledNode = CompiledMap | { readonly list: readonly Value[] } | null | boolean | number | string;

/** What a text in the tree says in place of the release's own number. */
const releasePlaceholder = '$release';

let compiled: CompiledDefaults | undefined;

/** The default values of the release at a position of the list, which are those of its values.yaml with `name` as its number. Frozen. */
export function buildDefaults(index: number, name: string): ValueMap {
  compiled ??= JSON.parse(defaultsJson) as CompiledDefaults;
  const { ranges, map } = compiled;
  const present = ranges.map((intervals) => includes(intervals, index));
  return buildMap(map);

  function buildMap(entries: CompiledMap): ValueMap {
    const built: Record<string, Value> = {};
    // Taking entries apart in the loop's head would make several objects for each of them, in a run that makes few others.
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
