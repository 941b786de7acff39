/** Recordings of real glooctl, and what glistio does for the same command on the same objects. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { brotliDecompressSync } from 'node:zlib';
import { injectSidecars } from '../../src/istio/inject.ts';
import { disableMtls, enableMtls } from '../../src/istio/mtls.ts';
import { uninjectSidecars } from '../../src/istio/uninject.ts';
import type { Change } from '../../src/objects/manifests.ts';
import { describeObject } from '../../src/objects/object.ts';
import { readStream } from '../../src/objects/stream.ts';
import { hasErrors } from '../../src/problem.ts';
import { isList, isMap, type Value } from '../../src/value.ts';
import { meaningOf } from './glooctl-meaning.ts';

export interface GlooctlCase {
  /** `<glooctl version>/<case>`. */
  readonly id: string;
  readonly command: readonly string[];
  readonly exitCode: number;
  readonly before: string;
  readonly after: string;
  /** Objects that glooctl reads but does not change: Gloo's other Deployments, istiod. */
  readonly context: string;
}

interface Packed {
  readonly documents: readonly string[];
  readonly cases: readonly (Omit<GlooctlCase, 'before' | 'after' | 'context'> & {
    readonly [part in 'before' | 'after' | 'context']: readonly number[];
  })[];
}

export function readCases(): GlooctlCase[] {
  const packed = readFileSync(new URL('../oracle/glooctl-cases.json.br', import.meta.url));
  const { documents, cases } = JSON.parse(brotliDecompressSync(packed).toString()) as Packed;
  const join = (numbers: readonly number[]): string =>
    numbers.map((number) => `---\n${documents[number] ?? ''}`.replace(/\n?$/, '\n')).join('');
  return cases.map((one) => ({
    ...one,
    before: join(one.before),
    after: join(one.after),
    context: join(one.context),
  }));
}

/** Runs glistio's counterpart of a glooctl command. glooctl supports one proxy, by name, and one namespace. */
export function runCase({ command, before, context }: GlooctlCase): Change {
  const sources = [
    { name: 'before.yaml', text: before },
    { name: 'context.yaml', text: context },
  ];
  const [verb, ...argv] = command;
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: argv,
    options: {
      namespace: { ...text, short: 'n' },
      upstream: { ...text, short: 'u' },
      'include-upstreams': { type: 'boolean' },
      'istio-namespace': text,
      'istio-meta-mesh-id': text,
      'istio-meta-cluster-id': text,
      'istio-discovery-address': text,
    },
  });
  const { namespace = 'gloo-system', upstream } = values;
  const upstreams = upstream === undefined ? [] : [upstream];
  switch (verb) {
    case 'inject':
      return injectSidecars(sources, {
        proxy: 'gateway-proxy',
        namespace,
        istioNamespace: values['istio-namespace'],
        istioMetaMeshId: values['istio-meta-mesh-id'],
        istioMetaClusterId: values['istio-meta-cluster-id'],
        istioDiscoveryAddress: values['istio-discovery-address'],
      });
    case 'uninject':
      return uninjectSidecars(sources, {
        proxy: 'gateway-proxy',
        namespace,
        includeUpstreams: values['include-upstreams'],
      });
    case 'enable-mtls':
      return enableMtls(sources, { upstreams, namespace });
    case 'disable-mtls':
      return disableMtls(sources, { upstreams, namespace });
    default:
      throw new Error(`glooctl istio ${verb} has no counterpart`);
  }
}

/** Where the results differ: `exit`, or the object and the steps to the value; named items by name. */
export function differencesOf(given: GlooctlCase, change: Change): string[] {
  const found = (given.exitCode === 0) === hasErrors(change.problems) ? ['exit'] : [];
  return [...found, ...differencesBetween(given.after, change.manifests[0]?.text ?? '')];
}

/** The differences between the objects of two texts. */
export function differencesBetween(before: string, after: string): string[] {
  const found: string[] = [];
  const [olds, news] = [objectsOf(before), objectsOf(after)];
  for (const name of new Set([...olds.keys(), ...news.keys()])) compare(olds.get(name), news.get(name), name, found);
  return found;
}

const meanings = new Map<string, readonly (readonly [string, Value])[]>();

function objectsOf(text: string): Map<string, Value> {
  return new Map(text.split(/^(?=---\n)/m).flatMap(objectsOfDocument));
}

/** Most documents occur in many cases. */
function objectsOfDocument(text: string): readonly (readonly [string, Value])[] {
  const known = meanings.get(text);
  if (known !== undefined) return known;
  const { objects } = readStream({ name: 'objects', text });
  const found = objects.map(({ object }) => [describeObject(object), meaningOf(object)] as const);
  meanings.set(text, found);
  return found;
}

function compare(a: Value | undefined, b: Value | undefined, at: string, found: string[]): void {
  if (isMap(a) && isMap(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) compare(a[key], b[key], `${at} ${key}`, found);
  } else if (isList(a) && isList(b)) {
    const [olds, news] = [byName(a), byName(b)];
    for (const key of new Set([...olds.keys(), ...news.keys()]))
      compare(olds.get(key), news.get(key), `${at} ${key}`, found);
  } else if (a !== b) found.push(at);
}

function byName(list: readonly Value[]): Map<string, Value> {
  const count = new Map<string, number>();
  return new Map(
    list.map((item, index) => {
      const name = isMap(item) && typeof item['name'] === 'string' ? item['name'] : String(index);
      const times = count.get(name) ?? 0;
      count.set(name, times + 1);
      return [times === 0 ? name : `${name}#${times + 1}`, item];
    }),
  );
}
