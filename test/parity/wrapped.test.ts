/**
 * The values that Helm 3.19 passes to a chart inside one or two others: `test/oracle/wrapped-cases.jsonl.gz` has its
 * answers, recorded with `ProcessDependenciesWithMerge` and `ToRenderValues` on charts with the values in each case.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { rulesOfHelm } from '../../src/helm/helm-version.ts';
import { mergeLayers } from '../../src/helm/merge.ts';
import { valuesOfDependency } from '../../src/helm/wrapper.ts';
import { isMap, type Value, type ValueMap } from '../../src/value.ts';
import { renderGatewayProxies } from '../../src/verbs/render.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { readKeptCases } from './suite.ts';

interface WrappedCase {
  readonly id: string;
  /** Outermost first; `key` is the name or alias of the inner chart. */
  readonly wrappers: readonly { readonly key: string; readonly values: string }[];
  readonly defaults: string;
  readonly files: readonly string[];
  /** What the templates of the innermost chart see. */
  readonly seen?: ValueMap;
  readonly error?: string;
  /** The answers of other versions of Helm, if different; null if they fail. */
  readonly others?: Readonly<Record<string, ValueMap | null>>;
}

function mapIn(text: string): ValueMap {
  const { value } = readYaml({ name: 'values.yaml', text });
  return isMap(value) ? value : {};
}

function sorted(value: Value | undefined): string {
  return JSON.stringify(value, (key, given: unknown) => {
    const item = key.endsWith('.yaml') && typeof given === 'string' ? mapIn(given) : given;
    return typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item;
  });
}

test('a chart within others gets the values that Helm gives it', (t) => {
  const packed = readFileSync(new URL('../oracle/wrapped-cases.jsonl.gz', import.meta.url));
  const cases = gunzipSync(packed).toString('utf8').trimEnd().split('\n');
  for (const line of cases) {
    const { id, wrappers, defaults, files, seen, others = {} } = JSON.parse(line) as WrappedCase;
    const user = files.map(mapIn).reduce((below, over) => mergeLayers(below, over), {});
    const charts = wrappers.map(({ key, values }) => ({ key, values: mapIn(values) }));
    const answer = valuesOfDependency(user, charts, mapIn(defaults));
    const found = 'values' in answer ? sorted(answer.values) : undefined;
    assert.equal(found, seen === undefined ? undefined : sorted(seen), `${id}: ${line}`);
    for (const release of ['3.19.5', '3.20.2', '4.3.1']) {
      const rules = rulesOfHelm(release);
      assert.ok(!('problem' in rules));
      const other = valuesOfDependency(user, charts, mapIn(defaults), rules);
      const expected = Object.hasOwn(others, release) ? others[release] : seen;
      assert.equal('values' in other ? sorted(other.values) : '', expected ? sorted(expected) : '', `${release} ${id}`);
    }
  }
  t.diagnostic(`${cases.length} cases agree with Helm's answers`);
});

/**
 * Alone, the chart fails on `global.securitySettings: null`; inside another one Helm keeps the chart's map there. Of
 * Helm's 13 090 renderings of charts inside one and two others, only these differ from those of the chart alone.
 */
const differsWithin = new Set(['edge-null-global.securitySettings']);

test('the recorded cases render the same within one and two charts', (t) => {
  let compared = 0;
  for (const { id, files, release, namespace } of readKeptCases()) {
    if (differsWithin.has(id)) continue;
    const user = files.map(mapIn).reduce((below, over) => mergeLayers(below, over), {});
    const { global, ...own } = user;
    const shared = global === undefined ? {} : { global };
    const options = { chartVersion: '1.20.21', releaseName: release, namespace };
    const alone = textsOf({ ...options, values: [user] });
    assert.deepEqual(textsOf({ ...options, values: [{ gloo: own, ...shared }], partialOf: ['gloo'] }), alone, id);
    const two = { edge: { gw: own }, ...shared };
    assert.deepEqual(textsOf({ ...options, values: [two], partialOf: ['edge.gw'] }), alone, id);
    compared += 2;
  }
  t.diagnostic(`${compared} renderings within other charts are those of the chart on its own`);
});

/** By meaning: ignores the order of keys, and the checksum of a text in another order. */
function textsOf(options: object): string[] {
  return renderGatewayProxies(options).manifests.map(({ object }) =>
    sorted(object).replace(/"checksum\/[^"]*":"[0-9a-f]{64}"/g, ''),
  );
}
