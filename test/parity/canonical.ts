/**
 * Compares objects by meaning: an embedded `….yaml` is parsed, of a checksum annotation only the presence counts, and
 * the order of keys is ignored. A digest of that form replaces an object that is too large to store.
 */
import { createHash } from 'node:crypto';
import { isList, isMap, setEntry, type Value, type ValueMap } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';

/**
 * The placeholder for the release's own number, so that releases which differ in nothing else have the same digests.
 */
const ownNumber = '0.0.0-own';

/** Replaces the release's own number in any text, also in an image tag with a suffix (`1.17.0-distroless`). */
export function maskRelease(release: string): (text: string) => string {
  const pattern = new RegExp(`(?<![\\w.])${release.replace(/[.+]/g, '\\$&')}(?![\\w.])`, 'g');
  return (text) => text.replace(pattern, ownNumber);
}

/** The form in which an object is compared. */
export function comparable(object: ValueMap): ValueMap {
  return withoutChecksums(withParsedYaml(object));
}

/** The sort key of the objects in recorded answers. */
export function identity(object: ValueMap): string {
  const metadata = mapAt(object, 'metadata');
  return `${String(object['kind'])}/${String(metadata['namespace'])}/${String(metadata['name'])}`;
}

function mapAt(map: ValueMap, ...path: readonly string[]): ValueMap {
  let at: Value = map;
  for (const key of path) at = isMap(at) ? (at[key] ?? null) : null;
  return isMap(at) ? at : {};
}

function withParsedYaml(object: ValueMap): ValueMap {
  if (object['kind'] !== 'ConfigMap' || !isMap(object['data'])) return object;
  return {
    ...object,
    data: mapValues(object['data'], (text, name) => (name.endsWith('.yaml') ? parsedYaml(text) : text)),
  };
}

/** Parses a text that is YAML; returns anything else unchanged. */
function parsedYaml(text: Value): Value {
  if (typeof text !== 'string') return text;
  const { value, problems } = readYaml({ name: 'data', text });
  return value === null || problems.some(({ severity }) => severity === 'error') ? text : value;
}

function withoutChecksums(object: ValueMap): ValueMap {
  const annotations = mapAt(object, 'spec', 'template', 'metadata', 'annotations');
  if (!Object.keys(annotations).some((name) => name.startsWith('checksum/'))) return object;
  const masked = mapValues(annotations, (value, name) => (name.startsWith('checksum/') ? '*' : value));
  const [spec, template, metadata] = [
    mapAt(object, 'spec'),
    mapAt(object, 'spec', 'template'),
    mapAt(object, 'spec', 'template', 'metadata'),
  ];
  return { ...object, spec: { ...spec, template: { ...template, metadata: { ...metadata, annotations: masked } } } };
}

function mapValues(map: ValueMap, change: (value: Value, key: string) => Value): ValueMap {
  const result: Record<string, Value> = {};
  for (const [key, value] of Object.entries(map)) setEntry(result, key, change(value, key));
  return result;
}

/** 60 bits: far more than needed to detect a change. */
export function digest(value: Value): string {
  return createHash('sha256').update(canonical(value)).digest('base64url').slice(0, 10);
}

function canonical(value: Value): string {
  if (isList(value)) return `[${value.map(canonical).join()}]`;
  if (!isMap(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join()}}`;
}

/** The differences of two values, as readable lines; at most `limit` of them. */
export function differences(chart: Value | undefined, ours: Value | undefined, path = '', limit = 6): string[] {
  if (chart === undefined) return [`${path}: only glistio has ${shown(ours)}`];
  if (ours === undefined) return [`${path}: only the chart has ${shown(chart)}`];
  const found: string[] = [];
  const add = (step: string, a: Value | undefined, b: Value | undefined): void => {
    if (found.length < limit) found.push(...differences(a, b, path + step, limit - found.length));
  };
  if (isMap(chart) && isMap(ours)) {
    for (const key of new Set([...Object.keys(chart), ...Object.keys(ours)])) add(`.${key}`, chart[key], ours[key]);
  } else if (isList(chart) && isList(ours)) {
    for (let i = 0; i < Math.max(chart.length, ours.length); i++) add(`[${i}]`, chart[i], ours[i]);
  } else if (!Object.is(chart, ours) && chart !== ours) {
    found.push(`${path}: the chart has ${shown(chart)}, glistio ${shown(ours)}`);
  }
  return found;
}

function shown(value: Value | undefined): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
