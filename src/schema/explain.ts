/** What is known about one value, as data; `glistio values` turns it into text. */
import type { Chart } from '../chart/chart.ts';
import { type Intervals, includes, unite } from '../chart/range.ts';
import { rangeInWords } from '../chart/releases.ts';
import { formatPath, type Path } from '../problem.ts';
import { compareText, defined, isMap, lookupTable, type Value, valueAt } from '../value.ts';
import { closest } from './check-closest.ts';
import { fieldsAt, takenType } from './fields-at.ts';
import { kubernetesTypes } from './kubernetes.ts';
import { heldTo, type ValueField, type ValueFields, type ValueType, valuesModel, wordsOf } from './values-model.ts';

export interface Explanation {
  readonly path: string;
  /** In words: `integer`, `list of Kubernetes Container`. */
  readonly type: string;
  readonly what?: string;
  /** Whether the given release has it. */
  readonly inRelease: boolean;
  /** The releases that have it, as a range; undefined when all have. */
  readonly releases?: string;
  /** Its types in other releases. */
  readonly otherTypes?: readonly { readonly type: string; readonly releases: string }[];
  readonly default?: Value;
  readonly enum?: readonly string[];
  readonly known?: readonly string[];
  readonly examples?: readonly Value[];
  /** The releases in which it is deprecated. */
  readonly deprecated?: string;
  /** The releases in which no template reads it. */
  readonly ignored?: string;
  readonly successor?: string;
  /** Its fields, in the given release. */
  readonly keys?: readonly { readonly key: string; readonly type: string; readonly what?: string }[];
}

/**
 * What is known about the value at a path; undefined if no release has it. gatewayProxies.NAME accepts any name of a
 * proxy.
 */
export function explainValue(path: Path, chart: Chart): Explanation | undefined {
  const alternatives = fieldsAt(path);
  const field = alternatives.find((one) => includes(one.releases, chart.index)) ?? alternatives.at(-1);
  if (field === undefined) return undefined;
  const held = unite(alternatives.map((one) => one.releases));
  const type = takenType(field);
  const others = alternatives.filter((one) => typeInWords(takenType(one)) !== typeInWords(type));
  const usual = includes(held, chart.index) ? defaultAt(path, chart) : undefined;
  const { enum: only, known, deprecated, ignored, successor } = field;
  const { what, examples } = wordsOf(field);
  const keys = keysOf(type, chart.index);
  return defined({
    path: formatPath(path),
    type: typeInWords(type),
    what,
    inRelease: includes(held, chart.index),
    releases: rangeInWords(held),
    otherTypes:
      others.length === 0
        ? undefined
        : others.map((one) => ({ type: typeInWords(takenType(one)), releases: rangeInWords(one.releases) ?? '' })),
    default: isMap(usual) && keys.length > 0 ? undefined : usual,
    enum: only,
    known,
    examples,
    deprecated: deprecated && (rangeInWords(deprecated) ?? 'every release'),
    ignored: ignored && (rangeInWords(ignored) ?? 'every release'),
    successor: successor && withProxy(successor, path),
    keys: keys.length === 0 ? undefined : keys,
  });
}

/** The top-level keys of a release's values. */
export function explainTop(chart: Chart): Match[] {
  const found = [...everyPath(valuesModel(), [])].filter(
    ({ path, fields }) => path.length === 1 && fields.some((one) => includes(one.releases, chart.index)),
  );
  return found.flatMap(({ path }) => searchValues(formatPath(path), chart).slice(0, 1));
}

/** The value whose name is closest to a word. */
export function closestName(word: string): string | undefined {
  const names = new Set<string>();
  for (const { path } of everyPath(valuesModel(), [])) names.add(String(path.at(-1)));
  return closest(word, names)?.word;
}

export interface Match {
  readonly path: string;
  readonly type: string;
  readonly what?: string;
  readonly inRelease: boolean;
  /** exact: the words are the end of the path; name: in the last key; text: in the description. */
  readonly match: 'exact' | 'name' | 'text';
}

/**
 * Every value whose path ends with the words, or whose name or description contains them; the best matches and this
 * release's values come first.
 */
export function searchValues(words: string, chart: Chart): Match[] {
  const wanted = words.toLowerCase();
  const found = new Map<string, Match>();
  for (const { path, fields } of everyPath(valuesModel(), [])) {
    const field = fields.find((one) => includes(one.releases, chart.index)) ?? fields.at(-1);
    const match = field && matchOf(path, field, wanted);
    if (field === undefined || match === undefined) continue;
    const name = formatPath(path);
    const inRelease = fields.some((one) => includes(one.releases, chart.index));
    found.set(name, {
      path: name,
      type: typeInWords(takenType(field)),
      ...saidOf(field),
      inRelease,
      match,
    });
  }
  const rank = { exact: 0, name: 2, text: 4 };
  const order = ({ match, inRelease }: Match): number => rank[match] + (inRelease ? 0 : 1);
  return [...found.values()].sort((a, b) => order(a) - order(b) || compareText(a.path, b.path));
}

function saidOf(field: ValueField): { readonly what?: string } {
  const { what } = wordsOf(field);
  return defined({ what });
}

function matchOf(path: Path, field: ValueField, wanted: string): Match['match'] | undefined {
  const name = formatPath(path).toLowerCase();
  if (name === wanted || name.endsWith(`.${wanted}`)) return 'exact';
  if (String(path.at(-1)).toLowerCase().includes(wanted)) return 'name';
  return wordsOf(field).what?.toLowerCase().includes(wanted) ? 'text' : undefined;
}

/** Every path of every release, with its fields; NAME stands for user-defined keys. */
function* everyPath(
  fields: ValueFields,
  path: Path,
  within?: Intervals,
): Generator<{ readonly path: Path; readonly fields: readonly ValueField[] }> {
  for (const [key, alternatives] of fields) {
    const here = [...path, key];
    const held = alternatives
      .map((field) => (within === undefined ? field : heldTo(field, within)))
      .filter(({ releases: own }) => own.length > 0);
    if (held.length > 0) yield { path: here, fields: held };
    for (const field of held) yield* everyInside(takenType(field), here, field.releases);
  }
}

function* everyInside(type: ValueType, path: Path, within: Intervals): ReturnType<typeof everyPath> {
  if (type.kind === 'object' || type.kind === 'kubernetes') yield* everyPath(type.fields, path, within);
  else if (type.kind === 'map') yield* everyInside(type.of, [...path, 'NAME'], within);
  else if (type.kind === 'list') yield* everyInside(type.of, [...path, 0], within);
}

function keysOf(type: ValueType, index: number): NonNullable<Explanation['keys']> {
  const inner = type.kind === 'map' || type.kind === 'list' ? type.of : type;
  if (inner.kind !== 'object' && inner.kind !== 'kubernetes') return [];
  const own = [...inner.fields].flatMap(([key, alternatives]) => {
    const field = alternatives.find((one) => includes(one.releases, index));
    return field === undefined ? [] : [{ key, type: typeInWords(takenType(field)), ...saidOf(field) }];
  });
  if (inner.kind === 'object') return own;
  return [...own, ...[...kubernetesTypes(inner.name)].map(([key, of]) => ({ key, type: typeInWords(of) }))];
}

const apiTypes: Readonly<Record<string, string>> = lookupTable({
  Quantity: 'quantity',
  IntOrString: 'integer or string',
});
const scalars = { string: 'string', bool: 'boolean', float64: 'number' } as const;

function typeInWords(type: ValueType): string {
  switch (type.kind) {
    case 'scalar':
      return type.name in scalars ? scalars[type.name as keyof typeof scalars] : 'integer';
    case 'any':
      return 'anything';
    case 'list':
      return type.of.kind === 'any' ? 'list' : `list of ${typeInWords(type.of)}`;
    case 'map':
      return type.of.kind === 'any' ? 'map' : `map of ${typeInWords(type.of)}`;
    case 'kubernetes':
      return apiTypes[type.name] ?? `Kubernetes ${type.name}`;
    case 'object':
      return 'map';
    default:
      return type satisfies never;
  }
}

/** The chart's default; every proxy has what gatewayProxy has. */
function defaultAt(path: Path, chart: Chart): Value | undefined {
  const at = (steps: Path): Value | undefined => valueAt(chart.defaults(), ...steps);
  return (
    at(path) ??
    (path[0] === 'gatewayProxies' && path.length > 1
      ? at(['gatewayProxies', 'gatewayProxy', ...path.slice(2)])
      : undefined)
  );
}

function withProxy(successor: string, path: Path): string {
  const proxy = path[0] === 'gatewayProxies' && path.length > 1 ? formatPath(path.slice(0, 2)) : 'gatewayProxies.NAME';
  return successor.replace('gatewayProxies.NAME', proxy);
}
