import type { Chart, FeatureName } from '../chart/chart.ts';
import { truthy } from '../go/template.ts';
import type { Path } from '../problem.ts';
import { type Value, valueAt } from '../value.ts';
import { type Baseline, drawnWith } from './effect.ts';
import { otherValues } from './other-values.ts';
import { type Part, partsBetween } from './parts.ts';
import type { ValuePath } from './value-paths.ts';

/** A part that depends on a value or feature. */
export interface MadePart extends Part {
  /** Whether it differs with another value, without a value, or in both cases. */
  readonly when: 'changed' | 'unset' | 'either';
}

/** Returns the parts that another value would change; undefined if the chart accepts no other known value. */
export function partsOfValue({ path, field }: ValuePath, baseline: Baseline): MadePart[] | undefined {
  if (!baseline.wasRead(path)) return [];
  const current = valueAt(baseline.values, ...path);
  const { some, choices } = otherValues(field, current);
  const changed = firstWithParts(some, path, baseline) ?? allOf(choices, path, baseline);
  const isSet = truthy(current) && typeof current !== 'boolean';
  const without = isSet ? partsWith(undefined, path, baseline) : undefined;
  if (changed === undefined && without === undefined) return undefined;
  return joinedParts(changed ?? [], without ?? []);
}

/** The parts that differ with another value at a path; undefined if the chart cannot use it. */
function partsWith(value: Value | undefined, path: Path, baseline: Baseline): Part[] | undefined {
  const drawn = drawnWith(value, path, baseline);
  return drawn && partsBetween(baseline.drawn, drawn);
}

/** The parts that would differ if the release's chart lacked one of its features, or had one that it lacks. */
export function partsOfFeature(feature: FeatureName, { values, chart, drawn, draw }: Baseline): Part[] | undefined {
  const other: Chart = {
    ...chart,
    has: (name) => (name === feature ? !chart.has(name) : chart.has(name)),
  };
  const without = draw(values, other);
  return without && partsBetween(drawn, without);
}

/** The parts that the first effective value changes; empty if the chart accepts some of them but none has an effect. */
function firstWithParts(some: readonly Value[], path: Path, baseline: Baseline): Part[] | undefined {
  let isTaken = false;
  for (const value of some) {
    const parts = partsWith(value, path, baseline);
    if (parts !== undefined && parts.length > 0) return parts;
    isTaken ||= parts !== undefined;
  }
  return isTaken ? [] : undefined;
}

function allOf(choices: readonly Value[], path: Path, baseline: Baseline): Part[] | undefined {
  const found = choices.map((value) => partsWith(value, path, baseline)).filter((parts) => parts !== undefined);
  return found.length === 0 ? undefined : unique(found.flat());
}

function keyOfPart({ object, path, change }: Part): string {
  return JSON.stringify([object.kind, object.namespace, object.name, path, change]);
}

function unique(parts: readonly Part[]): Part[] {
  return [...new Map(parts.map((part) => [keyOfPart(part), part])).values()];
}

function joinedParts(changed: readonly Part[], removed: readonly Part[]): MadePart[] {
  const [own, others] = [changed, removed].map((parts) => new Map(parts.map((part) => [keyOfPart(part), part])));
  const all = new Map([...(own ?? []), ...(others ?? [])]);
  return [...all].map(([key, part]) => ({
    ...part,
    when: own?.has(key) ? (others?.has(key) ? 'either' : 'changed') : 'unset',
  }));
}
