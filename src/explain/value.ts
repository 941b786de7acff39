import { shownValueAt } from '../diff/redact.ts';
import { hiderOf } from '../diff/secret-messages.ts';
import type { Layers } from '../helm/layered.ts';
import type { Layer } from '../helm/winner.ts';
import { formatPath, type Path } from '../problem.ts';
import { type Explanation, explainValue } from '../schema/explain.ts';
import { type Origin, originOf, type ValueOrigins } from '../schema/origin.ts';
import { defined, type Value, valueAt } from '../value.ts';
import { type Baseline, type Hindrance, hindrancesInWords } from './effect.ts';
import type { ExplainedPart, partWriter } from './map.ts';
import { type MadePart, partsOfValue } from './trials.ts';
import { fieldOfValue, type ValuePath } from './value-paths.ts';

/** A file or option that sets a path. */
export interface GivenAt {
  /** The file or option. */
  readonly layer: string;
  readonly line?: number;
  readonly column?: number;
  readonly value?: Value;
}

/** A value: its meaning, its origin, and what depends on it. */
export interface ExplainedValue
  extends Omit<Explanation, 'keys'>,
    Omit<Origin, 'layer' | 'line' | 'column' | 'default'> {
  /** Every layer that sets it, lowest precedence first; the last one wins. */
  readonly layers: readonly GivenAt[];
  /** Whether a different value changes anything; `unknown` if the chart accepts no other known value. */
  readonly effect: 'some' | 'none' | 'unknown';
  /** Why it has no effect, or why the chart accepts no other value, if known. */
  readonly why?: string;
  readonly parts: readonly ExplainedPart[];
}

/** A value and the parts that depend on it, before they are converted. */
export interface TriedValue {
  readonly at: ValuePath;
  readonly parts: readonly MadePart[] | undefined;
}

/** Renders with alternatives to a value. */
export function tryValue(at: ValuePath, baseline: Baseline): TriedValue {
  return { at, parts: partsOfValue(at, baseline) };
}

/** What is needed to convert values. */
export interface ValueWriting {
  readonly write: ReturnType<typeof partWriter>;
  /** Every secret in the values. */
  readonly secrets: ReadonlySet<string>;
  readonly hindrancesOf?: (at: ValuePath) => readonly Hindrance[];
}

/** Everything known about a value, with secrets hidden. What prevents a value's effect is computed only on demand. */
export function explainedValue(
  { at: { path }, parts }: TriedValue,
  origins: ValueOrigins,
  { write, secrets, hindrancesOf }: ValueWriting,
): ExplainedValue {
  const { layers, chart } = origins;
  const { keys: _, ...said } = explainValue(path, chart) ?? {
    path: formatPath(path),
    type: 'anything',
    inRelease: false,
  };
  const { layer: _layer, line: _line, column: _column, default: usual, ...origin } = originOf(path, origins);
  const effect = parts === undefined ? 'unknown' : parts.length === 0 ? 'none' : 'some';
  const why = effect === 'none' ? whyNot(path, said, origins, hindrancesOf) : undefined;
  const own = givenAt(path, layers);
  const inherited = origin.inheritedFrom === undefined ? [] : givenAt(inheritedPath(path), layers);
  const hide = (value: Value): Value => shownValueAt(value, path, secrets);
  return {
    ...said,
    ...origin,
    value: origin.value === undefined ? undefined : hide(origin.value),
    path: formatPath(layers.asWritten(path)),
    ...(usual === undefined || said.default !== undefined ? {} : { default: usual }),
    layers: (own.length > 0 ? own : inherited).map(({ value, ...given }) => ({
      ...given,
      layer: optionNames.name(given.layer),
      ...(value === undefined ? {} : { value: hide(value) }),
    })),
    effect,
    ...defined({ why }),
    parts: (parts ?? []).map(write),
  };
}

/** The name of an option that sets a secret contains the secret. */
const optionNames = hiderOf(new Map());

function inheritedPath(path: Path): Path {
  return ['gatewayProxies', 'gatewayProxy', ...path.slice(2)];
}

/** Every layer that sets a path, or the corresponding path of a wrapping chart. */
function givenAt(path: Path, { layers, prefix }: Layers): GivenAt[] {
  const levels = path[0] === 'global' ? prefix.map((_, index) => prefix.slice(0, index)) : [];
  return layers.flatMap((layer) =>
    [...levels, prefix].flatMap((level) => {
      const found = givenIn(layer, [...level, ...path]);
      return found === undefined ? [] : [found];
    }),
  );
}

function givenIn(layer: Layer, path: Path): GivenAt | undefined {
  if (layer.kind !== 'file' && layer.kind !== 'object') {
    const key = formatPath(path);
    const index = layer.paths.findLastIndex((one) => formatPath(one) === key);
    return index < 0
      ? undefined
      : { layer: layer.name, ...(layer.texts[index] === undefined ? {} : { value: layer.texts[index] }) };
  }
  const value = valueAt(layer.values, ...path);
  if (value === undefined) return undefined;
  const place = layer.kind === 'file' ? layer.document.place(path, 'value') : undefined;
  return { layer: layer.name, ...(place && { line: place.line, column: place.column }), value };
}

function whyNot(
  path: Path,
  { inRelease, releases, ignored }: Pick<Explanation, 'inRelease' | 'releases' | 'ignored'>,
  { chart }: ValueOrigins,
  hindrancesOf: ((at: ValuePath) => readonly Hindrance[]) | undefined,
): string | undefined {
  const field = fieldOfValue(path, chart.index);
  if (field === undefined)
    return inRelease || releases !== undefined
      ? `release ${chart.release} does not have it; it exists in: ${releases ?? 'all'}`
      : 'no release of the chart has it';
  if (ignored !== undefined) return `no template reads it in these releases: ${ignored}`;
  const hindrances = hindrancesOf?.({ path, field }) ?? [];
  if (hindrances.length > 0) return hindrancesInWords(hindrances);
  return hindrancesOf && 'nothing that glistio renders depends on it with these values';
}
