/** A fleet file in normalized form. Its JSON Schema finds what is wrong with it, and this file has the messages. */

import type { SetKind } from '../helm/set.ts';
import { formatPath, type Path, type Problem } from '../problem.ts';
import { closest } from '../schema/check-closest.ts';
import { checkFleet, fleetKeys, type SchemaFailure } from '../schema/check-fleet.ts';
import { defined, describeKind, isList, isMap, mapOf, type Value, type ValueMap, wordOf } from '../value.ts';
import { shorten } from '../words.ts';

/** Values in the fleet file itself, and their place. */
export interface Inline {
  readonly value: ValueMap;
  readonly path: Path;
}

/** A {@link FleetLayer} in normalized form, with lists for single items. */
export interface LayerShape {
  readonly chartVersion?: string;
  readonly namespace?: string;
  readonly releaseName?: string;
  readonly kubeVersion?: string;
  readonly partialOf?: readonly string[];
  readonly values: readonly (string | Inline)[];
  /** Files with the objects that proxies of the Kubernetes Gateway API are made from. */
  readonly gateways: readonly string[];
  readonly sets: Readonly<Record<SetKind, readonly string[]>>;
}

/** A {@link FleetCluster} in normalized form. */
export interface Cluster extends LayerShape {
  readonly name: string;
  readonly groups: readonly string[];
  readonly installed?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
}

/** The top level of a fleet file in normalized form, without its clusters. */
export interface Head extends LayerShape {
  readonly groups: ReadonlyMap<string, LayerShape>;
}

/** A problem before its place in the text is known. */
export interface Misfit extends Pick<Problem, 'code' | 'message' | 'hint'> {
  readonly path: Path;
  readonly at: 'key' | 'value';
}

const setKeys = {
  set: 'set',
  setString: 'set-string',
  setJson: 'set-json',
  setFile: 'set-file',
  setLiteral: 'set-literal',
} as const satisfies Readonly<Record<string, SetKind>>;

/** Reads the top level of a fleet file; what does not fit goes to `misfits`. Its clusters are not read. */
export function readHead(value: Value, misfits: Misfit[]): Head {
  misfits.push(...misfitsOf(value, [], 'fleet'));
  const map = mapOf(value);
  const groups = Object.entries(mapOf(map['groups'])).map(
    ([name, group]) => [name, layerOf(mapOf(group), ['groups', name])] as const,
  );
  return { ...layerOf(map, []), groups: new Map(groups) };
}

/** Reads one cluster at `path` in its file; a missing name stays empty. */
export function readCluster(value: Value, path: Path, misfits: Misfit[]): Cluster {
  misfits.push(...misfitsOf(value, path, 'cluster'));
  const map = mapOf(value);
  const { name = '' } = textsOf(map, ['name']);
  const others = textsOf(map, ['installed', 'context', 'kubeconfig']);
  return { ...layerOf(map, path), ...others, name, groups: listOf(map, 'group') };
}

/**
 * Names become folders: none may lead anywhere else, and on some file systems two names may not differ only in case.
 */
export function isSafeName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) && name.length <= 253;
}

/** The rules for a name. */
export const nameHint =
  'a letter or digit, then letters, digits, dots, - and _, at most 253: it becomes the name of a folder';

function isText(value: Value | undefined): value is string {
  return typeof value === 'string' && value !== '';
}

function textsOf<K extends string>(map: ValueMap, names: readonly K[]): { readonly [N in K]?: string } {
  // Each name has its own entry or none.
  return Object.fromEntries(names.flatMap((key) => (isText(map[key]) ? [[key, map[key]]] : []))) as {
    [N in K]?: string;
  };
}

/** The items of a list, or a single item as a list, each with its path. */
function itemsOf(map: ValueMap, key: string, path: Path): [Value, Path][] {
  const value = map[key] ?? [];
  return isList(value) ? value.map((item, index) => [item, [...path, key, index]]) : [[value, [...path, key]]];
}

function listOf(map: ValueMap, key: string): string[] {
  return itemsOf(map, key, []).flatMap(([item]) => (isText(item) ? [item] : []));
}

/** The valid parts of a layer. */
function layerOf(map: ValueMap, path: Path): LayerShape {
  const values = itemsOf(map, 'values', path).flatMap(([value, at]): (string | Inline)[] =>
    isMap(value) ? [{ value, path: at }] : isText(value) && value !== '-' ? [value] : [],
  );
  const sets = Object.entries(setKeys).map(([key, kind]) => [kind, listOf(map, key)] as const);
  return {
    ...textsOf(map, ['chartVersion', 'namespace', 'releaseName', 'kubeVersion']),
    ...(map['partialOf'] === undefined ? {} : { partialOf: listOf(map, 'partialOf') }),
    values,
    gateways: listOf(map, 'gateways'),
    sets: Object.fromEntries(sets) as unknown as LayerShape['sets'],
  };
}

type Whole = 'fleet' | 'cluster';

function misfitsOf(value: Value, base: Path, whole: Whole): Misfit[] {
  return checkFleet(value, whole).map((failure) => {
    const misfit = misfitOf(failure, whole);
    return { at: 'value', ...misfit, path: [...base, ...(misfit.path ?? failure.path)] };
  });
}

type Words = Pick<Misfit, 'code' | 'message' | 'hint'> & Partial<Pick<Misfit, 'path' | 'at'>>;

function misfitOf({ keyword, unknown = '', path, value }: SchemaFailure, whole: Whole): Words {
  switch (keyword) {
    case 'additionalProperties':
      return unknownKey(unknown, path, whole);
    case 'required':
      return whole === 'cluster'
        ? { code: 'fleet-no-name', message: 'This cluster has no name.', hint: 'every cluster needs its own name' }
        : { ...wrong('This fleet file has no clusters.', clustersHint), at: 'key' };
    case 'pattern':
      return {
        code: 'fleet-bad-name',
        message: `${JSON.stringify(shorten(wordOf(value)))} cannot be the name of a cluster.`,
        hint: nameHint,
      };
    case 'not':
      return wrong('A fleet file cannot name stdin (-).', 'give it on the command line: -f -');
    case 'false schema':
      return {
        code: 'fleet-two-sides',
        message: 'This cluster has both installed and context, but diff uses only one of them.',
        hint: 'remove one',
        at: 'key',
      };
    default:
      return wrongKind(path, value, whole);
  }
}

const clustersHint = 'like clusters: [{ name: prod-eu-1 }]';

function unknownKey(key: string, steps: Path, whole: Whole): Words {
  const kind = steps[0] === 'groups' ? 'group' : whole;
  const meant = closest(key, fleetKeys[kind])?.word;
  return {
    code: 'fleet-unknown-key',
    message: `There is no ${formatPath([key])} in a ${kind === 'fleet' ? 'fleet file' : kind}.`,
    hint: meant === undefined ? `there are ${list(fleetKeys[kind])}` : `did you mean ${meant}?`,
    path: [...steps, key],
    at: 'key',
  };
}

/** A value of the wrong type, or an empty string. */
function wrongKind(steps: Path, value: Value | undefined, whole: Whole): Words {
  const [first, second] = steps;
  const [key] = first === 'groups' ? steps.slice(2) : steps;
  const isBare = typeof value === 'number' || typeof value === 'boolean';
  const quotes = isBare ? 'put it in quotes' : undefined;
  const is = describe(value);
  if (first === 'clusters') return { ...wrong('clusters must be a list.', clustersHint), at: 'key' };
  if (first === undefined || key === undefined) {
    const [what, hint] = first === undefined ? wholes[whole] : groupWords(second);
    return wrong(`${what} must be a map, but is ${is}.`, hint);
  }
  if (key === 'values') return wrong(`Values must be files or maps, but this is ${is}.`);
  // No number or boolean in quotes is an argument of --set.
  if (key === 'group' || key === 'partialOf' || key === 'gateways' || key in setKeys)
    return wrong(
      `${key} must be a string or a list of strings, but is ${is}.`,
      isBare && key in setKeys ? 'write PATH=VALUE' : quotes,
    );
  const isEmpty = value === '' || value === null;
  return wrong(`${key} must be a string, but is ${is}.`, isEmpty ? 'write one, or leave the key out' : quotes);
}

const wholes: Readonly<Record<Whole, readonly [what: string, hint: string]>> = {
  fleet: ['A fleet file', 'it has the key clusters with a list of clusters'],
  cluster: ['A cluster', `it has a name and can have ${list(fleetKeys.cluster.slice(1))}`],
};

function groupWords(name: string | number | undefined): readonly [what: string, hint: string] {
  return name === undefined
    ? ['groups', 'each group has a name and, below it, what its clusters share']
    : [`The group ${name}`, `it can have ${list(fleetKeys.group)}`];
}

function wrong(message: string, hint?: string): Words {
  return { code: 'fleet-wrong-type', message, ...defined({ hint }) };
}

function list(known: readonly string[]): string {
  return known.filter((word) => word !== '$schema').join(', ');
}

function describe(value: Value | undefined): string {
  if (value === undefined || value === null) return 'empty';
  if (value === '') return 'an empty string';
  return typeof value === 'string' || typeof value === 'object'
    ? describeKind(value)
    : `the ${typeof value === 'boolean' ? 'boolean' : 'number'} ${value}`;
}
