/** Compiles `schema/defaults.yaml`. */
import type { CompiledDefaults, CompiledMap, CompiledNode } from '../src/chart/defaults.ts';
import { includes } from '../src/chart/range.ts';
import { compileDataRange, isRecord, numberIntervals, type ReleaseList, readYaml, splitKey } from './chart-sources.ts';

/**
 * The chart's default values of all releases as one tree. Throws an error that names the path if keys are not sorted,
 * if two alternatives of a key share a release, or if a range does not restrict that of its parent map.
 */
export function compileDefaults(releases: ReleaseList, source = readYaml('schema/defaults.yaml')): CompiledDefaults {
  const ranges = numberIntervals();
  if (!isRecord(source)) throw new Error('schema/defaults.yaml: expected a map');
  const map = compileMap(
    source,
    '',
    releases.names.map((_, index) => index),
  );
  return { ranges: ranges.all, map };

  function compileMap(source: Readonly<Record<string, unknown>>, path: string, within: readonly number[]): CompiledMap {
    let last = { name: '', taken: new Set<number>() };
    return Object.entries(source).map(([key, value]) => {
      const { name, range } = splitKey(key);
      const here = path === '' ? name : `${path}.${name}`;
      const fail = (why: string): never => {
        throw new Error(`schema/defaults.yaml: ${here}: ${why}`);
      };
      if (name < last.name) fail(`belongs before ${last.name}: keys are sorted`);
      if (name !== last.name) last = { name, taken: new Set() };
      const intervals = range === undefined ? undefined : compileDataRange(range, releases);
      const held = intervals === undefined ? within : within.filter((index) => includes(intervals, index));
      if (held.length === 0) fail('its range shares no release with the map around it');
      if (intervals !== undefined && held.length === within.length)
        fail('its range is that of the map around it: leave it out');
      for (const index of held) {
        if (last.taken.has(index)) fail(`two values for ${releases.names[index]}`);
        last.taken.add(index);
      }
      const node = compileNode(value, here, held);
      return intervals === undefined ? ([name, node] as const) : ([name, node, ranges.numberOf(intervals)] as const);
    });
  }

  function compileNode(value: unknown, path: string, within: readonly number[]): CompiledNode {
    if (isRecord(value)) return compileMap(value, path, within);
    if (Array.isArray(value)) return { list: value };
    if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string')
      return value;
    throw new Error(`schema/defaults.yaml: ${path}: not a value of YAML`);
  }
}
