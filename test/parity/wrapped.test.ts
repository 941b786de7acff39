/**
 * What Helm 3.19 gives a chart within one or two others: `test/oracle/wrapped-cases.jsonl.gz` has its own answers, recorded with
 * `ProcessDependenciesWithMerge` and `ToRenderValues` on charts made of the values in each case.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { mergeLayers } from '../../src/helm/merge.ts';
import { valuesOfDependency } from '../../src/helm/wrapper.ts';
import { isMap, type Value, type ValueMap } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';

interface WrappedCase {
  readonly id: string;
  /** From the outermost; `key` is the name or alias of the chart within. */
  readonly wrappers: readonly { readonly key: string; readonly values: string }[];
  readonly defaults: string;
  readonly files: readonly string[];
  /** What the templates of the innermost chart see. */
  readonly seen?: ValueMap;
  readonly error?: string;
}

function mapIn(text: string): ValueMap {
  const { value } = readYaml({ name: 'values.yaml', text });
  return isMap(value) ? value : {};
}

function sorted(value: Value | undefined): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

test('a chart within others gets the values that Helm gives it', (t) => {
  const packed = readFileSync(new URL('../oracle/wrapped-cases.jsonl.gz', import.meta.url));
  const cases = gunzipSync(packed).toString('utf8').trimEnd().split('\n');
  for (const line of cases) {
    const { id, wrappers, defaults, files, seen } = JSON.parse(line) as WrappedCase;
    const user = files.map(mapIn).reduce((below, over) => mergeLayers(below, over), {});
    const charts = wrappers.map(({ key, values }) => ({ key, values: mapIn(values) }));
    const answer = valuesOfDependency(user, charts, mapIn(defaults));
    const found = 'values' in answer ? sorted(answer.values) : undefined;
    assert.equal(found, seen === undefined ? undefined : sorted(seen), `${id}: ${line}`);
  }
  t.diagnostic(`${cases.length} cases agree with Helm's answers`);
});
