/**
 * What values change in everything that is rendered, and their problems: tables in test/unit/proxy-values, one for each
 * source of src/proxy. A case is a line with a release and values; below it are the problems, and the parts that differ
 * from what the release renders for its defaults, or for the values of the last line `against:`. Real Helm renders the
 * same wherever nothing else is reported; `npm run test:update` rewrites them.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { sha256 } from '../../src/native.ts';
import { formatPath, type Path, type Problem, parsePath } from '../../src/problem.ts';
import { childrenOf, isList, isMap, mapAt, textOf, type Value, type ValueMap } from '../../src/value.ts';
import { type Manifest, type RenderOptions, renderGatewayProxies } from '../../src/verbs/render.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { isUpdating, matchGolden, normalise } from '../support/golden.ts';

const folder = 'test/unit/proxy-values';
/** Many cases are compared with the same objects. */
const partsKnown = new WeakMap<ValueMap, ReadonlyMap<string, string>>();
const usualOf = new Map<string, readonly ValueMap[]>();

/** `RELEASE[ in NAMESPACE][ with parts]: VALUES`; the parts are those of the control plane. */
const caseLine = /^(\d\S*?)(?: in (\S+))?( with parts)?: (.*)$/;

for (const file of readdirSync(folder).sort()) {
  const text = normalise(readFileSync(`${folder}/${file}`, 'utf8'));
  let base = '';
  // Each part is a case with its outcome, what the next cases are compared with, or a comment.
  const parts = text.split(/^(?! {2})/m).map((part) => {
    const line = part.split('\n', 1).join();
    const [, given] = /^against: (.*)$/.exec(line) ?? [];
    base = given ?? base;
    return { text: part, line, base, isCase: caseLine.test(line) };
  });
  const rewritten = isUpdating ? parts.map((part) => (part.isCase ? withOutcome(part) : part.text)) : [];
  if (isUpdating) matchGolden(`${folder}/${file}`, rewritten.join(''));
  for (const part of isUpdating ? [] : parts.filter(({ isCase }) => isCase))
    test(`${file.replace('.txt', '')}: ${part.line}`, () => assert.equal(withOutcome(part), part.text));
}

function withOutcome({ line, base }: { readonly line: string; readonly base: string }): string {
  const lines = outcomeOf(line, base).map(
    (one) => `  ${one.replace(/[\n\u2028]/g, (found) => (found === '\n' ? '\\n' : '\\u2028'))}\n`,
  );
  return `${line}\n${lines.join('')}`;
}

function outcomeOf(line: string, base: string): string[] {
  const [, chartVersion = '', namespace = 'gloo-system', withParts, values = ''] = caseLine.exec(line) ?? [];
  const options = { chartVersion, namespace, controlPlane: withParts !== undefined };
  const from = (text: string): RenderOptions => ({ ...options, values: [{ name: 'values.yaml', text }] });
  const usual = objectsOf(from(base));
  const { manifests, controlPlane = [], problems } = renderGatewayProxies(from(values));
  const said = problems.filter(({ code }) => code !== 'value-of-another-release').map(told);
  if (manifests.length === 0) return [...said, 'nothing is rendered'];
  return [...said, ...shortened(changes(usual, [...manifests.map(withProxy), ...controlPlane]))];
}

function withProxy({ object, proxy }: Manifest): ValueMap {
  return { ...object, proxy };
}

/** Of long lists, the rest is kept as a digest. */
function shortened(lines: readonly string[]): readonly string[] {
  const most = 16;
  if (lines.length <= most) return lines;
  const rest = lines.slice(most);
  return [...lines.slice(0, most), `and ${rest.length} more: ${sha256(rest.join('\n')).slice(0, 12)}`];
}

/** What the cases are compared with. */
function objectsOf(options: RenderOptions): readonly ValueMap[] {
  const key = JSON.stringify(options);
  const { manifests, controlPlane = [] } = usualOf.has(key) ? { manifests: [] } : renderGatewayProxies(options);
  const objects = usualOf.get(key) ?? [...manifests.map(withProxy), ...controlPlane];
  usualOf.set(key, objects);
  return objects;
}

function told({ severity, code, path = '', message, hint }: Problem): string {
  return `${severity} ${path} [${code}] ${message}${hint === undefined ? '' : ` (${hint})`}`;
}

/** An object that only these values render is compared with another one of its kind. */
function changes(usual: readonly ValueMap[], objects: readonly ValueMap[]): string[] {
  const named = new Map(usual.map((object) => [nameOf(object), object]));
  const gone = [...named.keys()].filter((name) => !objects.some((object) => nameOf(object) === name));
  const told = objects.flatMap((object) => {
    const name = nameOf(object);
    const before = partsOf(named.get(name) ?? usual.find((one) => rankOf(one) === rankOf(object)) ?? {});
    const after = partsOf(object);
    const lines = [...after].flatMap(([path, text]) => (before.get(path) === text ? [] : [`${path}: ${text}`]));
    // Of a part that is gone, the outermost.
    const absent = [...before.keys()].filter((path) => !after.has(path) && after.has(outside(path)));
    const all = [...lines, ...absent.map((path) => `no ${path}`)].filter((line) => !/: $|checksum\//.test(line));
    return all.length === 0 && named.has(name) ? [] : [name, ...all.map((line) => `  ${line}`)];
  });
  return [...gone.map((name) => `no ${name}`), ...told];
}

function nameOf(object: ValueMap): string {
  const { name, namespace } = mapAt(object, 'metadata');
  return `${textOf(object['kind'])} ${JSON.stringify(name)} in ${JSON.stringify(namespace ?? null)}`;
}

/** Both kinds of workloads are compared with each other. */
function rankOf({ kind }: ValueMap): Value {
  return kind === 'DaemonSet' ? 'Deployment' : (kind ?? null);
}

/** What is written at each path, also in the bootstrap that is a text; nothing for a map or list with other parts in it. */
function partsOf(object: ValueMap): ReadonlyMap<string, string> {
  const known = partsKnown.get(object);
  if (known !== undefined) return known;
  const parts = new Map<string, string>();
  partsKnown.set(object, parts);
  const visit = (value: Value, path: Path): void => {
    const isText = path.at(-1) === 'envoy.yaml';
    const inner = isText ? readYaml({ name: 'envoy.yaml', text: String(value) }).value : value;
    const children = isMap(inner) || isList(inner) ? [...childrenOf(inner)] : [];
    parts.set(formatPath(path), children.length === 0 ? JSON.stringify(inner) : '');
    for (const [step, child] of children) visit(child, [...path, step]);
  };
  visit(object, []);
  return parts;
}

/** The path of what holds a part. */
function outside(path: string): string {
  return formatPath(parsePath(path).slice(0, -1));
}
