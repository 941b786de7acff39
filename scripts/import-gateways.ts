/**
 * Regenerates `schema/gateways.json`: the fields of Gloo's Gateways as the CRD of each release's chart has them, with
 * the releases that have each field or type. The source is a clone of Gloo's repository with its tags:
 * `node --import tsx scripts/import-gateways.ts GIT_DIR`. The build reads the result.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { expressRange } from '../src/chart/express.ts';
import type { GatewayType, TypeNumber } from '../src/schema/gateways.ts';
import { isRecord, isStringList, readReleases } from './chart-sources.ts';

export interface GatewaySource {
  readonly ranges: readonly string[];
  /** The first is that of a Gateway's `spec`. */
  readonly types: readonly GatewayType[];
}

/** A type of one CRD: its own form, and the numbers of what it contains by `properties.NAME`, `items` … */
interface Node {
  readonly form: string;
  readonly inner: Readonly<Record<string, number>>;
}
/** The node at one place in each version of the CRD; undefined in versions that do not have the place. */
type Place = readonly (number | undefined)[];

const file = 'install/helm/gloo/crds/gateway.solo.io_v1_Gateway.yaml';
const [repository] = process.argv.slice(2);
if (repository === undefined) throw new Error('needs the git directory of a clone of Gloo');
const { names } = readReleases();
const nodes: Node[] = [];
const nodeNumbers = new Map<string, number>();
/** The releases of each version of the CRD, and the root of its schema. */
const versions = readVersions();

const places: Place[] = [];
let types: GatewayType[] = [];
let ranges: string[] = [];
/** The number of each place's type. */
let numbers = new Map<number, number>();
// Each place is used for others that contain the same in all versions that both have, so the widest come first.
const found = new Map<string, Place>();
collect(versions.map(({ root }) => root));
for (const place of [...found.values()].sort((a, b) => widthOf(b) - widthOf(a))) unify(place);
for (let before = ''; before !== JSON.stringify(places); ) {
  before = JSON.stringify(places);
  [types, ranges, numbers] = [[], [], new Map()];
  typeOf(versions.map(({ root }) => root));
}
const lines = types.map((type) => `    ${JSON.stringify(type)}`).join(',\n');
writeFileSync(
  new URL('../schema/gateways.json', import.meta.url),
  `{\n  "ranges": ${JSON.stringify(ranges, null, 2).replaceAll('\n', '\n  ')},\n  "types": [\n${lines}\n  ]\n}\n`,
);

function readVersions(): { readonly releases: number[]; readonly root: number }[] {
  const byBlob = new Map<string, number[]>();
  for (const [index, name] of names.entries()) {
    const listed = git('ls-tree', `v${name}`, file);
    const [, , blob] = listed.split(/\s/);
    if (blob !== undefined) byBlob.set(blob, [...(byBlob.get(blob) ?? []), index]);
  }
  return [...byBlob].map(([blob, releases]) => ({
    releases,
    root: nodeOf(schemaIn(load(git('cat-file', '-p', blob)))),
  }));
}

function git(...words: readonly string[]): string {
  return execFileSync('git', [`--git-dir=${repository}`, ...words], { encoding: 'utf8', maxBuffer: 2 ** 26 });
}

function schemaIn(crd: unknown): unknown {
  const spec = isRecord(crd) && isRecord(crd['spec']) ? crd['spec'] : {};
  const [version] = Array.isArray(spec['versions']) ? (spec['versions'] as readonly unknown[]) : [];
  const holder = isRecord(version) && isRecord(version['schema']) ? version['schema'] : spec['validation'];
  if (!isRecord(holder) || !isRecord(holder['openAPIV3Schema'])) throw new Error('a CRD has no schema');
  const { properties } = holder['openAPIV3Schema'];
  return isRecord(properties) ? properties['spec'] : undefined;
}

/** The number of a type, the same for equal ones. */
function nodeOf(schema: unknown): number {
  if (!isRecord(schema)) throw new Error('not a schema');
  const inner: Record<string, number> = {};
  const { properties, items, additionalProperties } = schema;
  for (const [name, value] of Object.entries(isRecord(properties) ? properties : {}))
    inner[`properties.${name}`] = nodeOf(value);
  if (items !== undefined) inner['items'] = nodeOf(items);
  if (isRecord(additionalProperties)) inner['additionalProperties'] = nodeOf(additionalProperties);
  const form = JSON.stringify(formOf(schema));
  const key = JSON.stringify([form, inner]);
  const number = nodeNumbers.get(key) ?? nodes.push({ form, inner }) - 1;
  nodeNumbers.set(key, number);
  return number;
}

/** What a type says about a value itself. A map that may have any fields has no properties. */
function formOf(schema: Readonly<Record<string, unknown>>): GatewayType {
  const { type, enum: choices, minimum, maximum } = schema;
  const isEither = schema['x-kubernetes-int-or-string'] === true;
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true || isRecord(schema['additionalProperties']);
  return {
    ...(typeof type === 'string' && { type: isEither ? ['integer', 'string'] : type }),
    ...(isStringList(choices) && { enum: choices }),
    ...(schema['format'] === 'byte' && { format: 'byte' }),
    ...(typeof minimum === 'number' && { minimum }),
    ...(typeof maximum === 'number' && { maximum }),
    ...(type === 'object' && !isOpen && { properties: {} }),
  };
}

function widthOf(place: Place): number {
  return place.filter((node) => node !== undefined).length;
}

/** All places at and below one, each with the nodes of one form only. */
function collect(place: Place): void {
  const key = JSON.stringify(place);
  if (found.has(key)) return;
  found.set(key, place);
  for (const name of innerNames(place)) for (const one of byForm(innerPlace(place, name))) collect(one);
}

function innerNames(place: Place): string[] {
  return [
    ...new Set(place.flatMap((node) => Object.keys(node === undefined ? {} : (nodes[node]?.inner ?? {})))),
  ].sort();
}

function innerPlace(place: Place, name: string): Place {
  return place.map((node) => (node === undefined ? undefined : nodes[node]?.inner[name]));
}

function byForm(place: Place): Place[] {
  const forms = new Set(place.flatMap((node) => (node === undefined ? [] : [nodes[node]?.form])));
  return [...forms].map((form) =>
    place.map((node) => (node !== undefined && nodes[node]?.form === form ? node : undefined)),
  );
}

/** The number of the place that stands for this one, which is extended by it. */
function unify(place: Place): number {
  const index = places.findIndex((other) => {
    const both = place.flatMap((node, at) =>
      node === undefined || other[at] === undefined ? [] : [[node, other[at]]],
    );
    return both.length > 0 && both.every(([a, b]) => a === b);
  });
  const known = places[index];
  if (known === undefined) return places.push(place) - 1;
  places[index] = known.map((node, at) => node ?? place[at]);
  return index;
}

/** The number in the result of the type at a place. */
function typeOf(place: Place): number {
  const index = unify(place);
  const known = numbers.get(index);
  if (known !== undefined) return known;
  const number = types.push({}) - 1;
  numbers.set(index, number);
  const whole = places[index] ?? place;
  const form = JSON.parse(nodes[whole.find((node) => node !== undefined) ?? 0]?.form ?? '{}') as GatewayType;
  const inner = innerNames(whole).map((name) => [name, alternatives(whole, innerPlace(whole, name))] as const);
  const properties = inner.flatMap(([name, type]) =>
    name.startsWith('properties.') ? [[name.slice('properties.'.length), type]] : [],
  );
  const others = inner.filter(([name]) => !name.startsWith('properties.'));
  types[number] = {
    ...form,
    ...(form.properties && { properties: Object.fromEntries(properties) }),
    ...Object.fromEntries(others),
  };
  return number;
}

function alternatives(holder: Place, place: Place): TypeNumber {
  const parts = byForm(place);
  const releasesOf = (one: Place): number[] =>
    versions.flatMap(({ releases }, at) => (one[at] === undefined ? [] : releases)).sort((a, b) => a - b);
  const within = releasesOf(holder);
  const [first] = parts;
  if (first !== undefined && parts.length === 1 && releasesOf(first).length === within.length) return typeOf(first);
  return parts.map((one) => {
    const range = expressRange(new Set(releasesOf(one)), within, names) ?? '';
    const at = ranges.indexOf(range);
    return [at < 0 ? ranges.push(range) - 1 : at, typeOf(one)];
  });
}
