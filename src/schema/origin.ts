/** Which layer set each value, and its final value. */
import type { Chart } from '../chart/chart.ts';
import type { Layers } from '../helm/layered.ts';
import type { Winner } from '../helm/winner.ts';
import { formatPath, type Path } from '../problem.ts';
import { compareText, isMap, type Value, type ValueMap, valueAt } from '../value.ts';

export interface Origin {
  readonly path: string;
  /** What the chart's templates see; undefined if null removed it. */
  readonly value: Value | undefined;
  /** Whether null removed an existing value. */
  readonly removed?: true;
  readonly from: 'layer' | 'default' | 'nothing';
  /** The layer: a file or an option. */
  readonly layer?: string;
  readonly line?: number;
  readonly column?: number;
  /** For a proxy that inherits it from another one. */
  readonly inheritedFrom?: string;
  /** The chart's own value, if a layer replaced it. */
  readonly default?: Value;
}

/** Where values come from: the user's layers, the chart's defaults beneath them, and what proxies inherit. */
export interface ValueOrigins {
  readonly chart: Chart;
  readonly layers: Layers;
  readonly values: ValueMap;
  /** The values of each proxy, including inherited ones. */
  readonly proxies: readonly { readonly key: string; readonly spec: { readonly map: ValueMap } }[];
}

/** Where the value at a path comes from. */
export function originOf(path: Path, { chart, layers, values, proxies }: ValueOrigins): Origin {
  const [top, key] = path;
  const base: Path | undefined =
    top === 'gatewayProxies' && path.length > 2 && key !== 'gatewayProxy'
      ? ['gatewayProxies', 'gatewayProxy', ...path.slice(2)]
      : undefined;
  const proxy = top === 'gatewayProxies' && path.length > 2 ? proxies.find((one) => one.key === key) : undefined;
  const value = proxy === undefined ? valueAt(values, ...path) : valueAt(proxy.spec.map, ...path.slice(2));
  const isOwn = base === undefined || valueAt(values, ...path) !== undefined;
  const given = isOwn ? path : base;
  const winner = winnerOf(given, layers);
  const usual = valueAt(chart.defaults(), ...given);
  return {
    path: formatPath(path),
    value,
    ...(value === undefined && winner !== undefined ? { removed: true } : {}),
    from: winner !== undefined ? 'layer' : usual !== undefined || value !== undefined ? 'default' : 'nothing',
    ...(winner === undefined
      ? {}
      : { layer: winner.layer.name, ...(winner.place && { line: winner.place.line, column: winner.place.column }) }),
    ...(isOwn ? {} : { inheritedFrom: formatPath(given) }),
    ...(winner === undefined || usual === undefined || isMap(usual) ? {} : { default: usual }),
  };
}

/**
 * A layer that set the value itself, a part of it or a map around it; a layer that only set a sibling does not count.
 */
function winnerOf(path: Path, layers: Layers): Winner | undefined {
  const winner = layers.winner(path);
  if (winner === undefined) return undefined;
  if (winner.path.length === path.length) return winner;
  // Only a list or null replaces everything below it.
  return isMap(valueAt(layers.values, ...winner.path)) ? undefined : winner;
}

/** Every scalar that the user's layers set, and what proxies inherit from them, by path. */
export function givenOrigins(origins: ValueOrigins): Origin[] {
  const paths = [...leavesOf(origins.layers.values, [])];
  const shared = paths.filter(([top, key]) => top === 'gatewayProxies' && key === 'gatewayProxy');
  for (const { key } of origins.proxies.filter((proxy) => proxy.key !== 'gatewayProxy')) {
    for (const path of shared.filter((one) => one.length > 2)) {
      const own: Path = ['gatewayProxies', key, ...path.slice(2)];
      if (valueAt(origins.values, ...own) === undefined) paths.push(own);
    }
  }
  return paths.map((path) => originOf(path, origins)).sort((a, b) => compareText(a.path, b.path));
}

function* leavesOf(map: ValueMap, path: Path): Generator<Path> {
  for (const [key, value] of Object.entries(map)) {
    if (isMap(value) && Object.keys(value).length > 0) yield* leavesOf(value, [...path, key]);
    else yield [...path, key];
  }
}
