/** Randomly mutated bootstraps, reproducible by seed: valid and invalid messages at every place. */
import { type Message, type MessageField, messageNamed, typeNamed } from '../src/envoy/messages.ts';
import { isMap, type Value, type ValueMap } from '../src/value.ts';
import type { NamedBootstrap } from './envoy-bootstraps.ts';

type Random = (below: number) => number;

/** Values that are invalid almost everywhere, and edge cases. */
const edges: readonly Value[] = [
  ...[null, true, false, 0, 1, -1, 2, 1.5, 65535, 65536, 2 ** 32 - 1, 2 ** 32, -(2 ** 31)],
  ...[
    '',
    'abc',
    'true',
    '5',
    '-1',
    '1e3',
    '5s',
    '0s',
    '-1s',
    '0.25s',
    '1m',
    'V2',
    'V3',
    'STATIC',
    '127.0.0.1',
    '::1',
    'YWJj',
  ],
  ...[[], {}, [1], ['a'], { a: 1 }, { value: 1 }, [null], [{}]],
];

export function mutated(from: readonly NamedBootstrap[], count: number, seed: number): readonly NamedBootstrap[] {
  const random = randomOf(seed);
  const top = messageNamed('envoy.config.bootstrap.v3.Bootstrap');
  const found = new Map<string, NamedBootstrap>();
  for (let tries = 0; found.size < count && tries < 20 * count; tries++) {
    const base = from[random(from.length)];
    if (base === undefined) break;
    let value = base.value;
    for (let times = 1 + random(2); times > 0; times--) value = mutatedOnce(value, top, random);
    const text = JSON.stringify(value);
    if (text !== base.text) found.set(text, { from: `mutation of ${base.from}`, value, text });
  }
  return [...found.values()];
}

/** mulberry32. */
function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function pick<T>(random: Random, list: readonly T[]): T {
  // The lists here are never empty.
  return list[random(list.length)] as T;
}

/** Descends to a random place and changes the value there. */
function mutatedOnce(value: Value, type: Message | undefined, random: Random): Value {
  if (Array.isArray(value)) return mutatedList(value, type, random);
  if (!isMap(value)) return pick(random, edges);
  const keys = Object.keys(value);
  if (keys.length === 0 || random(6) === 0) return withField(value, type, random);
  const key = pick(random, keys);
  const action = random(14);
  const { [key]: item = null, ...rest } = value;
  if (action === 0) return rest;
  if (action === 1) return { ...rest, [pick(random, [`${key}s`, key.toUpperCase(), camelCase(key), `${key}_`])]: item };
  if (action === 2) return { ...value, [key]: pick(random, edges) };
  if (key === '@type') return { ...value, [key]: pick(random, urls) };
  return { ...value, [key]: mutatedOnce(item, typeUnder(value, type, key), random) };
}

function mutatedList(list: readonly Value[], type: Message | undefined, random: Random): Value {
  if (list.length === 0) return [pick(random, edges)];
  const index = random(list.length);
  const action = random(12);
  if (action === 0) return list.toSpliced(index, 1);
  if (action === 1) return [...list, list[index] ?? null];
  if (action === 2) return list[index] ?? null;
  return list.map((item, at) => (at === index ? mutatedOnce(item, type, random) : item));
}

const urls = [
  'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
  'type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer',
  'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router',
  'type.googleapis.com/envoy.api.v2.auth.UpstreamTlsContext',
  'type.googleapis.com/envoy.config.cluster.v3.Nothing',
  'envoy.extensions.filters.http.router.v3.Router',
  5,
] as const;

/** The message under a key, if the descriptors know it. */
function typeUnder(map: ValueMap, type: Message | undefined, key: string): Message | undefined {
  const url = map['@type'];
  const actual = typeof url === 'string' ? typeNamed(url.slice(url.lastIndexOf('/') + 1)) : type;
  const found = actual?.kind === 'message' ? actual.byName.get(key)?.[0]?.type : undefined;
  return found?.kind === 'message' ? found : undefined;
}

/** Adds a field, either one that the message has or an unknown one. */
function withField(map: ValueMap, type: Message | undefined, random: Random): Value {
  const fields = type?.fields.filter(({ isV2 }) => !isV2) ?? [];
  if (fields.length === 0 || random(12) === 0) return { ...map, no_such_field: pick(random, edges) };
  const field = pick(random, fields);
  return { ...map, [random(4) === 0 ? camelCase(field.name) : field.name]: valueFor(field, random, 2) };
}

function valueFor(field: MessageField, random: Random, depth: number): Value {
  if (random(8) === 0) return pick(random, edges);
  const one = singleFor(field, random, depth);
  if (field.shape === 'map') return { a: one };
  return field.shape === 'list' ? Array.from({ length: random(3) }, () => singleFor(field, random, depth)) : one;
}

function singleFor({ type }: MessageField, random: Random, depth: number): Value {
  if (type.kind === 'enum') return random(4) === 0 ? pick(random, edges) : pick(random, type.values).name;
  if (type.kind === 'message') {
    if (depth === 0 || type.fields.length === 0) return {};
    const fields = Array.from({ length: 1 + random(3) }, () => pick(random, type.fields)).filter(({ isV2 }) => !isV2);
    return Object.fromEntries(fields.map((field) => [field.name, valueFor(field, random, depth - 1)]));
  }
  const name = type.name;
  if (name === 'string' || name.endsWith('StringValue'))
    return pick(random, ['a', 'b', 'envoy', '', '/x', '127.0.0.1']);
  if (name === 'bool' || name.endsWith('BoolValue')) return pick(random, [true, false, true, 'true', 1]);
  if (name.endsWith('Duration')) return pick(random, ['1s', '5s', '0.5s', '0s', '60s', '1']);
  return name.endsWith('Struct') ? { a: 1 } : pick(random, [...edges, 1, 2, 3, 10, 100]);
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
