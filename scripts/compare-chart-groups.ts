/** Groups comparisons by their cause, as far as common features show it. */
import { isMap, type Value } from '../src/value.ts';
import { readYaml } from '../src/yaml/read.ts';
import type { Comparison, GivenCase } from './compare-chart-judge.ts';

export interface Groups {
  add(comparison: Comparison, given: GivenCase, version: string): void;
  hasDifferences(): boolean;
  format(limit: number): string;
}

interface Group {
  readonly kind: Comparison['kind'];
  readonly details: readonly string[];
  readonly versions: Set<string>;
  readonly first: GivenCase;
  /** How many of the group's cases set a value, by its path. */
  readonly paths: Map<string, number>;
  count: number;
}

/** What a maintainer must look at. */
const grave: readonly Comparison['kind'][] = [
  'DIFFERENT',
  'REFUSED BY GLISTIO ONLY',
  'THROWN',
  'HELM FAILS WITHOUT A WORD',
  'DIFFERENT WITHOUT A WORD',
  'REFUSED WITHOUT A WORD',
  'EQUAL, YET WARNED',
];
/** Worth a look: glistio may be better than the chart, or too lax. If both reject a case, there is nothing to see. */
const doubtful: readonly Comparison['kind'][] = ['Helm fails, glistio renders', 'different, chart is refused'];

export function createGroups(): Groups {
  const groups = new Map<string, Group>();
  const counts = new Map<Comparison['kind'], number>();
  const everywhere = new Map<string, number>();
  let total = 0;
  return {
    add({ kind, details }, given, version) {
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      total++;
      const paths = new Set(given.files.flatMap((text) => [...pathsOf(readYaml({ name: given.id, text }).value)]));
      countAll(everywhere, paths);
      if (kind === 'equal') return;
      const key = `${kind} ${details.join(' | ')}`;
      const group = groups.get(key) ?? { kind, details, versions: new Set(), first: given, paths: new Map(), count: 0 };
      groups.set(key, group);
      group.count++;
      group.versions.add(version);
      countAll(group.paths, paths);
    },
    hasDifferences: () => grave.some((kind) => counts.has(kind)),
    format(limit) {
      const of = (kinds: readonly Comparison['kind'][]): Group[] =>
        [...groups.values()].filter(({ kind }) => kinds.includes(kind)).sort((a, b) => b.count - a.count);
      const shown = [...of(grave), ...of(doubtful).slice(0, limit)];
      const lines = shown.map((group) => formatGroup(group, (path) => (everywhere.get(path) ?? 0) / total));
      return `${lines.join('')}${[...counts].map(([kind, count]) => `${kind}: ${count}\n`).join('')}`;
    },
  };
}

function countAll(counts: Map<string, number>, paths: Iterable<string>): void {
  for (const path of paths) counts.set(path, (counts.get(path) ?? 0) + 1);
}

function* pathsOf(value: Value, path = ''): Generator<string> {
  if (!isMap(value)) return;
  for (const [key, item] of Object.entries(value)) {
    const at =
      path === '' ? key : path === 'gatewayProxies' && key !== 'gatewayProxy' ? `${path}.NAME` : `${path}.${key}`;
    yield at;
    if (at.split('.').length < 6) yield* pathsOf(item, at);
  }
}

/** The values that all cases of the group have, those that are rare in other cases first. */
function formatGroup(
  { kind, details, versions, first, paths, count }: Group,
  frequency: (path: string) => number,
): string {
  const common = [...paths].filter(([, times]) => times === count).map(([path]) => path);
  const telling = common.sort((a, b) => frequency(a) - frequency(b)).slice(0, 4);
  const releases = [...versions];
  const range = releases.length > 2 ? `${releases[0]} … ${releases.at(-1)} (${releases.length})` : releases.join(', ');
  const example = `${first.id}${first.set === undefined || first.set.length === 0 ? '' : ` with --set ${first.set.join(',')}`}`;
  return `${count} × ${kind} on ${range}\n${details.map((line) => `    ${line}\n`).join('')}    values: ${telling.join(', ')}; ${example}\n`;
}
