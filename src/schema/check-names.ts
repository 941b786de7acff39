/** Names that users give to values of Gloo's chart because other charts, or Kubernetes itself, use them. */
import { includes } from '../chart/range.ts';
import type { Path } from '../problem.ts';
import { isMap, lookupTable, type Value } from '../value.ts';
import { fieldsAt } from './fields-at.ts';
import { workloadFieldPath } from './kubernetes.ts';
import { otherNamesJson } from './other-names.gen.ts';

/** schema/other-names.yaml: the paths that names stand for, in lower case. */
interface OtherNames {
  readonly proxy: Readonly<Record<string, Path>>;
  readonly allProxies: Readonly<Record<string, Path>>;
  readonly global: Readonly<Record<string, Path>>;
  /** Fields of a Service that only the override sets. */
  readonly service: readonly string[];
}

// The JSON of scripts/gen-tables.ts.
const names = JSON.parse(otherNamesJson) as OtherNames;
const inProxy = lookupTable(names.proxy);
const ofAllProxies = lookupTable(names.allProxies);
const inGlobal = lookupTable(names.global);
const ofService: ReadonlySet<string> = new Set(names.service);
const override: Path = ['kubeResourceOverride'];

/** The path that a name of other charts stands for at a place, one that the release reads if there is one. */
export function usualMeaning(key: string, parent: Path, index: number): Path | undefined {
  const word = key.toLowerCase();
  const own = parent[0] === 'global' || parent.length === 0 ? inGlobal[word] : undefined;
  if (own !== undefined) return parent.length < 2 ? ['global', ...own] : undefined;
  const proxy = proxyAround(parent);
  if (proxy === undefined || !isPodPart(parent)) return undefined;
  const known = inProxy[word];
  const tries = [...(known === undefined ? [] : [known]), ...overridesFor(String(known?.at(-1)))];
  return ofAllProxies[word] ?? readFirst(proxy, known === undefined ? [] : tries, index);
}

/** Where an override in a proxy takes a field of Kubernetes that the chart has no value for. */
export function overrideMeaning(key: string, parent: Path, index: number): Path | undefined {
  const proxy = proxyAround(parent);
  if (proxy === undefined) return undefined;
  if (isPodPart(parent)) return readFirst(proxy, overridesFor(key), index);
  if (parent[2] !== 'service' || parent.length !== 3) return undefined;
  return key === 'labels'
    ? [...proxy, 'service', ...override, 'metadata', key]
    : readFirst(proxy, ofService.has(key) ? overridesFor(key) : [], index);
}

/** The proxy that a place is in; for one above all proxies, the one that the others inherit from. */
function proxyAround(parent: Path): Path | undefined {
  return parent.length === 0 || parent[0] === 'gatewayProxies'
    ? ['gatewayProxies', String(parent[1] ?? 'gatewayProxy')]
    : undefined;
}

function readFirst(proxy: Path, tries: readonly Path[], index: number): Path | undefined {
  const all = tries.map((path) => [...proxy, ...path]);
  return all.find((path) => isReadAt(path, index)) ?? all[0];
}

/** Whether values of the pod are put here by mistake: a proxy, or what the chart calls its kind and template. */
function isPodPart([, , part, kind, ...deeper]: Path): boolean {
  if (part === undefined || (part === 'podTemplate' && kind === undefined)) return true;
  return part === 'kind' && deeper.length === 0;
}

/** Where kubeResourceOverride takes a field of the Deployment, its pod or the Service. */
function overridesFor(key: string): Path[] {
  if (ofService.has(key)) return [['service', ...override, 'spec', key]];
  const home = workloadFieldPath(key);
  return home === undefined ? [] : [[...override, ...home]];
}

/** Whether templates of a release read a path of the model. */
export function isReadAt(path: Path, index: number): boolean {
  return fieldsAt(path).some(
    ({ releases, read = [], ignored = [] }) =>
      (includes(releases, index) || includes(read, index)) && !includes(ignored, index),
  );
}

/** What a key of `gatewayProxies` stands for in gatewayProxy, where it is a value of a proxy and was not meant as one. */
export function meantInsideProxy(key: string, value: Value, index: number): Path | undefined {
  const proxy = ['gatewayProxies', 'gatewayProxy'];
  const isField = (name: string): boolean => fieldsAt([...proxy, name]).length > 0;
  if (isMap(value) && Object.keys(value).length > 0 && Object.keys(value).every(isField)) return undefined;
  const meant = isField(key)
    ? [...proxy, key]
    : (usualMeaning(key, proxy, index) ?? overrideMeaning(key, proxy, index));
  return meant !== undefined && isReadAt(meant, index) ? meant : undefined;
}
