/**
 * Values files and `--set*` arguments compared with the answers of Helm 3.19: the recorded ones if they are beside the
 * project, otherwise their stored digests in `test/oracle/values-cases.jsonl`. What the chart's defaults add is in
 * `test/oracle/values-coalesce.jsonl`, recorded from the same library with a chart that prints its values.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { coalesce } from '../../src/helm/coalesce.ts';
import { type HelmRules, rulesOfHelm } from '../../src/helm/helm-version.ts';
import { type LayersInput, readLayers } from '../../src/helm/layers.ts';
import { hasErrors } from '../../src/problem.ts';
import type { Value, ValueMap } from '../../src/value.ts';

interface Case {
  readonly id: string;
  readonly files?: readonly string[];
  readonly set?: readonly string[];
  readonly setString?: readonly string[];
  readonly setJson?: readonly string[];
  readonly setLiteral?: readonly string[];
}

interface Kept extends Case {
  /** Of the canonical values; absent if Helm fails. */
  readonly digest?: string;
}

interface Answer {
  readonly id: string;
  readonly values?: ValueMap;
  readonly error?: string;
}

const recorded = new URL('../../../shared/oracle/values/', import.meta.url);
const kept = new URL('../oracle/', import.meta.url);
const hasAnswers = process.env['GLISTIO_PARITY'] !== 'digests' && existsSync(recorded);

function readLines<T>(url: URL): T[] {
  const lines = readFileSync(url, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}

/** Sorted keys; float64 and int64 print the same here, since JSON does not distinguish them. */
function canonical(value: Value | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join()}}`;
  }
  return typeof value === 'bigint' || typeof value === 'number' ? String(Number(value)) : JSON.stringify(value);
}

function digest(value: Value | undefined): string {
  return createHash('sha256').update(canonical(value)).digest('base64url').slice(0, 12);
}

function answerOf({ files = [], ...set }: Omit<Case, 'id'>, others: LayersInput = {}): { readonly values?: ValueMap } {
  const { values, problems } = readLayers({
    ...set,
    ...others,
    values: files.map((text, index) => ({ name: `values-${index}.yaml`, text })),
  });
  return hasErrors(problems) ? {} : { values };
}

test('values files and --set arguments give what Helm gives', (t) => {
  const cases = readLines<Kept>(new URL('values-cases.jsonl', kept));
  let agreed = 0;
  for (const { digest: expected, ...given } of cases) {
    const { values } = answerOf(given);
    assert.equal(
      values && digest(values),
      expected,
      `${given.id}: ${JSON.stringify(given)} gave ${canonical(values ?? null)}`,
    );
    agreed++;
  }
  t.diagnostic(`${agreed} of ${cases.length} cases agree with the digests of Helm's answers`);
});

test("values files and --set arguments give Helm's recorded answers", {
  skip: !hasAnswers && 'no recorded answers here',
}, (t) => {
  const answers = new Map(readLines<Answer>(new URL('helm-3.19.jsonl', recorded)).map((answer) => [answer.id, answer]));
  const cases = readLines<Case>(new URL('cases.jsonl', recorded));
  for (const given of cases) {
    const { values } = answerOf(given);
    assert.equal(
      values && canonical(values),
      answers.get(given.id)?.values && canonical(answers.get(given.id)?.values),
      given.id,
    );
  }
  const keptCases = readLines<Kept>(new URL('values-cases.jsonl', kept));
  assert.deepEqual(
    keptCases,
    cases.map((given) => {
      const values = answers.get(given.id)?.values;
      return { ...given, ...(values === undefined ? {} : { digest: digest(values) }) };
    }),
    'the kept cases are the recorded ones',
  );
  t.diagnostic(`${cases.length} of ${cases.length} cases agree with Helm's recorded answers`);
});

function helmOf(release: string): HelmRules {
  const rules = rulesOfHelm(release);
  assert.ok(!('problem' in rules));
  return rules;
}

test('documents of a values file and objects in --set-json are read as Helm 4 does', () => {
  for (const { id, values, ...given } of readLines<Case & Answer>(new URL('values-helm-4.jsonl', kept))) {
    const found = answerOf(given, { helmVersion: '4' });
    assert.equal(
      found.values && canonical(found.values),
      values && canonical(values),
      `${id}: ${JSON.stringify(given)}`,
    );
  }
});

interface CoalesceCase {
  readonly defaults?: ValueMap;
  readonly user: ValueMap;
  readonly values: ValueMap;
  readonly warned: readonly string[];
  /** The answers of other versions of Helm, if different. */
  readonly others?: Readonly<Record<string, ValueMap>>;
}

/** One version for each set of rules; 3.22.0 answers like 3.20.2, and 4.2.1 like 4.3.1. */
const otherHelms = ['3.19.5', '3.20.2', '4.3.1'];

test("chart defaults come in as Helm lets them in, with Helm's warnings", (t) => {
  let defaults: ValueMap = {};
  let agreed = 0;
  for (const line of readLines<CoalesceCase>(new URL('values-coalesce.jsonl', kept))) {
    if (line.defaults !== undefined) {
      defaults = line.defaults;
      continue;
    }
    const before = canonical([line.user, defaults]);
    const { values, notes } = coalesce(line.user, defaults);
    assert.deepEqual(values, line.values);
    assert.deepEqual(notes.map(({ path }) => path.join('.')).sort(), line.warned);
    assert.equal(canonical([line.user, defaults]), before, 'the inputs stay as they are');
    for (const release of otherHelms) {
      const other = coalesce(line.user, defaults, helmOf(release));
      assert.deepEqual(other.values, line.others?.[release] ?? line.values, `Helm ${release}`);
    }
    agreed++;
  }
  assert.ok(agreed > 40);
  t.diagnostic(`${agreed} cases agree with what Helm's templates see`);
});
