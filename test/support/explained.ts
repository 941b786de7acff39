/** Compares a map of values with renderings of other values. */
import assert from 'node:assert/strict';
import type { Drawn } from '../../src/explain/drawn.ts';
import { partsBetween } from '../../src/explain/parts.ts';
import type { ExplainedValue } from '../../src/explain/value.ts';
import { formatPath, type Path } from '../../src/problem.ts';
import { isList, isMap, type Value } from '../../src/value.ts';

/** Alternatives to a value, chosen differently than the map does. */
export function others({ type, enum: only, known }: ExplainedValue, now: Value | undefined): Value[] {
  const words = only ?? known;
  if (words !== undefined && !isList(now) && !isMap(now)) return words.filter((word) => word !== now && word !== '');
  if (typeof now === 'boolean' || (type === 'boolean' && !now)) return [!now];
  if (typeof now === 'number' && now !== 0) return [now + 2, now - 2];
  if (typeof now === 'string' && now !== '') return [`${now}7`, 'something-else', '22'];
  if (isList(now) && now.length > 0)
    return [[...now, typeof now[0] === 'string' ? 'b' : { name: 'glistio-test', image: 'b' }]];
  if (isMap(now) && Object.keys(now).length > 0)
    return [
      { ...now, 'glistio-test': 'b' },
      { ...now, 'glistio-test': {} },
    ];
  if (type === 'string') return ['something-else', '33'];
  if (/^(?:integer|number)/.test(type)) return [19, 3];
  if (type === 'quantity') return ['2'];
  if (/^list of (?:string|integer|number)/.test(type)) return [['b']];
  if (type.startsWith('list')) return [[{ name: 'glistio-test', image: 'b' }]];
  if (type.startsWith('map of map')) return [{ 'glistio-test': { 'glistio-test': 'b' } }];
  // A type of another name would be tested with too few values.
  assert.match(type, /^(?:map|anything|Kubernetes )/);
  return [{ 'glistio-test': 'b' }, { 'glistio-test': {} }, [{ name: 'glistio-test' }], 'b', true];
}

export const nameOf = (
  object: { kind: string; namespace: string; name: string },
  path: string,
  change: string,
): string => `${object.kind}/${object.namespace}/${object.name} ${path} ${change}`;

/** The parts that differ between what users get before and after a change. */
export function difference(before: readonly Drawn[], after: readonly Drawn[]): Set<string> {
  const star = (path: Path): Path =>
    path.map((step) => (step === 'glistio-test' || step === 'something-else' ? '*' : step));
  return new Set(
    partsBetween(before, after).map(({ object, path, change }) => {
      const [namespace = '', name = ''] = star([object.namespace, object.name]).map(String);
      return nameOf({ kind: object.kind, namespace, name }, formatPath(star(path)), change);
    }),
  );
}

export interface Tally {
  right: number;
  named: number;
  real: number;
  tried: number;
  readonly wrong: string[];
}

export function compareSets(value: string, named: ReadonlySet<string>, real: ReadonlySet<string>, tally: Tally): void {
  tally.tried++;
  tally.named += named.size;
  tally.real += real.size;
  for (const part of named) {
    if (real.has(part)) tally.right++;
    else tally.wrong.push(`${value}: only named: ${part}`);
  }
  for (const part of real) if (!named.has(part)) tally.wrong.push(`${value}: not named: ${part}`);
}
