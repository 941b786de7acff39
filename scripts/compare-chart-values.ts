/**
 * Random values for comparisons with a chart: any value of the model, of its type or (sometimes) another, in a few
 * proxies. The same seed generates the same values. What the model leaves open (`map of any`) comes from
 * compare-chart-fragments.ts.
 */
import { includes } from '../src/chart/range.ts';
import { releaseIndex } from '../src/chart/releases.ts';
import { type ValueField, type ValueFields, type ValueType, valuesModel, wordsOf } from '../src/schema/values-model.ts';
import { isMap, type Value, type ValueMap } from '../src/value.ts';
import { completeProxy, fragments, numbers, oddValues, proxyNames, texts, twists } from './compare-chart-fragments.ts';

export interface RandomCase {
  readonly id: string;
  readonly files: readonly string[];
  readonly set: readonly string[];
  readonly release: string;
  readonly namespace: string;
}

/** A number from 0 (inclusive) to 1 (exclusive). */
export type Random = () => number;

/** Values that the gateway proxies' templates read, or might read; important paths are listed several times. */
const areas: readonly (readonly string[])[] = [
  ...['istioSDS', 'istioIntegration', 'glooMtls', 'glooMtls', 'image', 'glooStats', 'podSecurityStandards'].map(
    (key) => ['global', key],
  ),
  ...[
    ['global'],
    ['global'],
    ['gateway'],
    ['settings'],
    ['settings', 'aws'],
    ['accessLogger'],
    ['k8s'],
    ['gloo', 'deployment'],
  ],
];

export function randomCases(seed: number, count: number, release: string): RandomCase[] {
  const random = generator(seed);
  return Array.from({ length: count }, (_, index) => randomCase(`seed-${seed}-${index}`, random, release));
}

/** Mulberry32. */
export function generator(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function randomCase(id: string, random: Random, release: string): RandomCase {
  const values = randomValues(random, release);
  const files = random() < 0.15 ? [values, randomValues(random, release)] : [values];
  return {
    id,
    files: files.map((file) => JSON.stringify(file, undefined, 1)),
    set: random() < 0.1 ? [...settings(values)].slice(0, 2) : [],
    release: pick(random, ['gloo', 'gloo', 'edge']),
    namespace: pick(random, ['gloo-system', 'gloo-system', 'edge-gateways']),
  };
}

type OpenMap = Record<string, Value>;

function randomValues(random: Random, release: string): ValueMap {
  const values: OpenMap = {};
  if (random() < 0.5) enable(values, random);
  for (let left = Math.floor(random() * 6); left > 0; left--) {
    const area = pick(random, areas);
    touch(mapAt(values, area), fieldsUnder(area), random, release);
  }
  const proxies = mapAt(values, ['gatewayProxies']);
  const fields = fieldsUnder(['gatewayProxies', 'gatewayProxy']);
  const names = ['gatewayProxy', ...proxyNames.filter(() => random() < 0.1)];
  for (const name of names) {
    const proxy = mapAt(proxies, [name]);
    // A proxy that inherits nothing needs most of gatewayProxy's values.
    if (name !== 'gatewayProxy' && random() < 0.6) Object.assign(proxy, structuredClone(completeProxy));
    const count = name === 'gatewayProxy' ? random() * 16 : random() * 10;
    for (let left = Math.floor(count); left > 0; left--) touch(proxy, fields, random, release);
  }
  return values;
}

/** Switches on which other values depend. */
function enable(values: OpenMap, random: Random): void {
  const switches = [['istioSDS'], ['istioSDS'], ['istioIntegration'], ['glooMtls']];
  for (const path of switches) if (random() < 0.4) mapAt(values, ['global', ...path])['enabled'] = true;
}

function mapAt(map: OpenMap, path: readonly string[]): OpenMap {
  let at = map;
  for (const key of path) {
    if (!isMap(at[key])) at[key] = {};
    at = at[key] as OpenMap;
  }
  return at;
}

export function fieldsUnder(path: readonly string[]): ValueFields {
  let fields = valuesModel();
  for (const key of path) {
    const type = fields.get(key)?.at(-1)?.type ?? fields.values().next().value?.at(-1)?.type;
    const inner = type?.kind === 'map' ? type.of : type;
    if (inner?.kind === 'object') fields = inner.fields;
    else if (type?.kind === 'map' && type.of.kind === 'object') fields = type.of.fields;
  }
  return fields;
}

/** Values for other objects than the gateway proxies'. */
const aside = [
  'gatewaySettings',
  'service',
  'horizontalPodAutoscaler',
  'podDisruptionBudget',
  'failover',
  'kubeGateway',
];

/** Sets one of the fields, or one inside it. */
function touch(map: OpenMap, fields: ValueFields, random: Random, release: string): void {
  const index = releaseIndex(release);
  const key = pick(random, [...fields.keys()]);
  const alternatives = fields.get(key) ?? [];
  const field = alternatives.find(({ releases }) => includes(releases, index)) ?? alternatives.at(-1);
  if (field === undefined || key.endsWith('Helper') || key === 'updateValues') return;
  const chance = random();
  if (aside.includes(key) && chance < 0.9) touch(map, fields, random, release);
  else if (chance < 0.07) map[key] = null;
  else if (chance < 0.085) map[key] = pick(random, oddValues);
  else if (field.type.kind === 'object' && chance < 0.98) {
    for (let left = 1 + Math.floor(random() * 3); left > 0; left--)
      touch(mapAt(map, [key]), field.type.fields, random, release);
  } else map[key] = twisted(valueOf(key, field, random), random);
}

function valueOf(key: string, field: ValueField, random: Random): Value {
  const { takes, type, enum: only, known } = field;
  const { examples } = wordsOf(field);
  const listed = [...(only ?? []), ...(known ?? []), ...(examples ?? [])];
  const fragment = fragments[key];
  if (Array.isArray(fragment) && random() < 0.9) return structuredClone(pick(random, fragment as readonly Value[]));
  if (listed.length > 0 && random() < 0.8) return structuredClone(pick(random, listed));
  return ofType(takes ?? type, random);
}

/** Sometimes a string or a number that YAML changes when a chart prints it without quotes. */
function twisted(value: Value, random: Random): Value {
  if ((typeof value !== 'string' && typeof value !== 'number') || random() > 0.15) return value;
  return pick(random, twists)(String(value));
}

function ofType(type: ValueType, random: Random): Value {
  switch (type.kind) {
    case 'scalar':
      if (type.name === 'bool') return random() < 0.7;
      return type.name === 'string' ? pick(random, texts) : pick(random, numbers);
    case 'list':
      return Array.from({ length: Math.floor(random() * 3) }, () => ofType(type.of, random));
    case 'map':
      return random() < 0.3 ? {} : { [pick(random, ['a', 'team', 'app.kubernetes.io/name'])]: ofType(type.of, random) };
    case 'object':
    case 'kubernetes':
      return {};
    case 'any':
      return pick(random, texts);
  }
}

export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

/** Some of the values in the notation of `--set`, whose integers are int64. */
function* settings(values: ValueMap, path = ''): Generator<string> {
  for (const [key, value] of Object.entries(values)) {
    const at = path === '' ? key : `${path}.${key}`;
    if (!/^\w+$/.test(key)) continue;
    if (isMap(value)) yield* settings(value, at);
    else if (typeof value === 'number' && Number.isInteger(value)) yield `${at}=${value + 1}`;
    else if (typeof value === 'boolean') yield `${at}=${!value}`;
  }
}
