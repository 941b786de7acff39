/**
 * Any string, anywhere in the values, is rendered and changes nothing else: unchanged, or with a warning that YAML
 * takes part of it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CORE_SCHEMA, load, YAML11_SCHEMA } from 'js-yaml';
import { type Rendering, renderGatewayProxies } from '../../src/index.ts';
import { isList, isMap, setEntry, type Value, type ValueMap } from '../../src/value.ts';
import { anyText, nasty } from './arbitraries.ts';
import { type PrintedPath, printedPaths } from './printed-paths.ts';

const marker = 'mark3dplace';

/** The parsed output, including embedded bootstraps, by two parsers that must agree; checksums are ignored. */
function render(values: ValueMap, { release }: PrintedPath): Value[] {
  return parsed(renderGatewayProxies({ values: [values], chartVersion: release }));
}

function parsed({ manifests, problems }: Rendering): Value[] {
  const errors = problems.filter(({ severity }) => severity === 'error');
  assert.deepEqual(errors, []);
  return manifests.map(({ text }) => {
    const object = parse(text);
    const data = isMap(object) && isMap(object['data']) ? object['data'] : {};
    const config = data['envoy.yaml'];
    const isOwn = typeof config === 'string' && config.startsWith('layered_runtime:');
    return withoutChecksum(
      isOwn ? { ...(object as ValueMap), data: { ...data, 'envoy.yaml': parse(config) } } : object,
    );
  });
}

function parse(text: string): Value {
  const value = load(text, { schema: YAML11_SCHEMA }) as Value;
  assert.deepEqual(load(text, { schema: CORE_SCHEMA }), value);
  return value;
}

function withoutChecksum(value: Value): Value {
  return JSON.parse(JSON.stringify(value).replace(/("checksum\/[^"]*":)"[0-9a-f]{64}"/g, '$1"*"')) as Value;
}

/** The output with a string instead of the marker, also in keys. */
function substitute(value: Value, text: string): Value {
  if (typeof value === 'string') return value.replaceAll(marker, () => text);
  if (isList(value)) return value.map((item) => substitute(item, text));
  if (!isMap(value)) return value;
  const result: Record<string, Value> = {};
  for (const [key, item] of Object.entries(value))
    setEntry(
      result,
      key.replaceAll(marker, () => text),
      substitute(item, text),
    );
  return result;
}

const baselines = new Map<PrintedPath, Value[]>();

function baselineOf(path: PrintedPath): Value[] {
  const known = baselines.get(path) ?? render(path.values(marker), path);
  baselines.set(path, known);
  return known;
}

function arrives(path: PrintedPath, text: string): void {
  if (path.refused?.test(text)) return;
  const rendering = renderGatewayProxies({ values: [path.values(text)], chartVersion: path.release });
  const codes = new Set(rendering.problems.map(({ code }) => code));
  const message = `${JSON.stringify(text)} at ${path.name}`;
  // Nothing is left of a required value, as with `~`.
  if (codes.has('missing-value')) return;
  // A string that Envoy cannot read, or that is not a valid Kubernetes name or label, is never rendered.
  const isRefused = [
    'control-character',
    'invalid-bootstrap',
    'invalid-label',
    'invalid-name',
    'unsubstituted-variable',
  ].some((code) => codes.has(code));
  if (isRefused && rendering.manifests.length === 0) return;
  const actual = parsed(rendering);
  // A quote that stays open takes in the text up to the second address: other tests compare that with Helm.
  if (codes.has('bare-text-changed') && /xdsServiceAddress/.test(path.name) && /^\s*["']/.test(text)) return;
  // With such a character toYaml prints nothing of the block, as other tests show.
  if (codes.has('control-character')) return;
  if (codes.has('bare-text-changed') || codes.has('last-file-changed')) {
    const baseline = baselineOf(path);
    assert.equal(actual.length, baseline.length, message);
    for (const [index, object] of baseline.entries()) matches(object, actual[index], message);
    return;
  }
  const expected = baselineOf(path).map((object) => substitute(object, text));
  assert.deepEqual(actual, expected, message);
}

/** Equal except for what contains the marker, where any scalar is allowed. */
function matches(baseline: Value, actual: Value | undefined, message: string): void {
  if (typeof baseline === 'string' && baseline.includes(marker)) {
    assert.ok(actual === null || typeof actual !== 'object', message);
  } else if (isList(baseline)) {
    assert.ok(isList(actual) && actual.length === baseline.length, message);
    for (const [index, item] of baseline.entries()) matches(item, actual[index], message);
  } else if (isMap(baseline)) {
    assert.ok(isMap(actual), message);
    const fixed = Object.keys(baseline).filter((key) => !key.includes(marker));
    for (const key of fixed) matches(baseline[key] ?? null, actual[key] ?? null, message);
    assert.ok(Object.keys(actual).length <= Object.keys(baseline).length, message);
  } else assert.deepEqual(actual, baseline, message);
}

test('every path is printed', () => {
  for (const path of printedPaths) assert.ok(JSON.stringify(baselineOf(path)).includes(marker), path.name);
});

// All strings at all paths take minutes; GLISTIO_THOROUGH=1 enables that.
const stride = process.env['GLISTIO_THOROUGH'] === undefined ? 31 : 1;

test('every nasty text arrives', () => {
  for (const [i, path] of printedPaths.entries()) {
    for (const [j, text] of nasty.entries()) if ((i + j) % stride === 0) arrives(path, text);
  }
});

test('any text arrives at any path', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...printedPaths),
      anyText().filter((text) => text !== ''),
      arrives,
    ),
    { numRuns: 1000 },
  );
});

test('a text with NUL is refused, wherever it is', () => {
  for (const path of printedPaths) {
    const { manifests, problems } = renderGatewayProxies({ values: [path.values('a\0b')], chartVersion: path.release });
    assert.deepEqual(manifests, [], path.name);
    assert.ok(
      problems.some(({ severity }) => severity === 'error'),
      path.name,
    );
  }
});

test('rendering twice gives the same bytes, and changes no input', () => {
  fc.assert(
    fc.property(fc.constantFrom(...printedPaths), anyText(), ({ values, release }, text) => {
      const input = deepFreeze(values(text));
      const once = renderGatewayProxies({ values: [input], chartVersion: release });
      const twice = renderGatewayProxies({ values: [input], chartVersion: release });
      assert.deepEqual(
        once.manifests.map((manifest) => manifest.text),
        twice.manifests.map((manifest) => manifest.text),
      );
      assert.deepEqual(once.problems, twice.problems);
    }),
    { numRuns: 300 },
  );
});

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}
