/**
 * Compares src/envoy with the verdicts of the real Envoy 1.36 and 1.40 on about 200 bootstraps
 * (test/oracle/envoy-verdicts.jsonl, see scripts/envoy-test.ts).
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkBootstrap, type EnvoyFinding } from '../../src/envoy/check.ts';
import { messageNamed, type Rules, typeNamed, typeNames } from '../../src/envoy/messages.ts';
import { brokenByCount, brokenRules, type RuleSubject } from '../../src/envoy/rules.ts';
import { formatPath } from '../../src/problem.ts';
import type { Value } from '../../src/value.ts';
import { matchGolden } from '../support/golden.ts';

interface Verdict {
  readonly id: string;
  readonly refusedBy: readonly string[];
  readonly bootstrap: Value;
}
const verdicts = readFileSync('test/oracle/envoy-verdicts.jsonl', 'utf8')
  .trim()
  .split('\n')
  // Written by this project, in this form.
  .map((line) => JSON.parse(line) as Verdict);
/** Rejected by Envoy but only a warning here: a message or an extension may be Gloo's. */
const notTold = new Set(['any unknown', 'typedstruct bad url', 'any wkt', 'map val null']);

function errors(bootstrap: Value, envoy?: number): readonly EnvoyFinding[] {
  return checkBootstrap(bootstrap, envoy === undefined ? {} : { envoy }).filter(({ severity }) => severity === 'error');
}

for (const envoy of [36, 40]) {
  test(`says what Envoy 1.${envoy} says`, () => {
    const wrong = verdicts.flatMap(({ id, refusedBy, bootstrap }) => {
      const [finding] = errors(bootstrap, envoy);
      const isRefused = refusedBy.includes(`1.${envoy}`);
      if ((finding !== undefined) === isRefused || (isRefused && notTold.has(id))) return [];
      return [finding === undefined ? `${id}: Envoy refuses it` : `${id}: Envoy takes it, but ${finding.message}`];
    });
    assert.deepEqual(wrong, []);
    assert.ok(verdicts.filter(({ refusedBy }) => refusedBy.length > 0).length > 100);
  });
}

test('the messages about each bootstrap, for an old Envoy and a new one', () => {
  const lines = verdicts.flatMap(({ id, bootstrap }) => {
    const said = [16, 36].map((envoy) =>
      checkBootstrap(bootstrap, { envoy }).map(
        ({ severity, path, message, hint }) =>
          `  ${severity} ${formatPath(path)}: ${message}${hint === undefined ? '' : ` (${hint})`}\n`,
      ),
    );
    const [old = [], recent = []] = said;
    const own = old.filter((line) => !recent.includes(line)).map((line) => `  1.16${line}`);
    return recent.length + own.length === 0 ? [] : [`${id}\n`, ...recent, ...own];
  });
  matchGolden('test/golden/envoy-messages.txt', lines.join(''));
});

const cluster = { name: 'a', connect_timeout: '5s', type: 'STATIC' };
const withCluster = (more: Record<string, Value>): Value => ({
  static_resources: { clusters: [{ ...cluster, ...more }] },
});

test('a field is judged by the Envoy in question', () => {
  const bootstrap = { memory_allocator_manager: { bytes_to_release: 1 } };
  assert.deepEqual(errors(bootstrap, 36), []);
  const [finding] = errors(bootstrap, 21);
  assert.match(finding?.message ?? '', /no field memory_allocator_manager in Envoy 1\.21/);
  assert.deepEqual(finding?.path, ['memory_allocator_manager']);
});

test('API v2: named with its successor, and only warned of where an old Envoy may still read it', () => {
  const [finding] = errors(withCluster({ tls_context: {} }), 36);
  assert.deepEqual(finding?.path, ['static_resources', 'clusters', 0, 'tls_context']);
  assert.equal(finding?.hint, 'Write transport_socket instead.');
  const old = checkBootstrap({ static_resources: { clusters: [{ ...cluster, metadata: {} }] } }, { envoy: 16 });
  assert.deepEqual(old, []);
});

test('every finding has a place that is there, or lacks only its last step', () => {
  for (const { id, bootstrap } of verdicts) {
    for (const { path } of checkBootstrap(bootstrap)) {
      let value: Value | undefined = bootstrap;
      for (const step of path.slice(0, -1))
        value = (value as Record<string | number, Value> | null | undefined)?.[step];
      assert.notEqual(value, undefined, `${id}: ${path.join('.')}`);
    }
  }
});

test('input other than a bootstrap is rejected and never throws', () => {
  for (const value of [null, 1, 'a', [], [1], true, 10n] as Value[])
    assert.equal(checkBootstrap(value).length, 1, JSON.stringify(String(value)));
  assert.deepEqual(checkBootstrap({}), []);
  let deep: Value = {};
  for (let depth = 0; depth < 5000; depth++) deep = { a: deep };
  assert.deepEqual(errors({ node: { metadata: deep } }), []);
  assert.equal(errors({ __proto__: null, constructor: 1, toString: {} } as Value).length, 2);
  assert.ok(errors(withCluster({ filters: Array.from({ length: 5000 }, () => ({ nothing: 1 })) })).length <= 200);
});

test('every message of the tables can be read, and its rules are ones that are known', () => {
  const rules = new Set<string>();
  let fields = 0;
  for (const name of typeNames()) {
    const type = typeNamed(name);
    if (type?.kind !== 'message') continue;
    for (const field of type.fields) {
      fields++;
      assert.ok(field.name !== '' && field.type.name !== '', `${name}.${field.name}`);
      for (const rule of Object.keys(field.rules ?? {})) rules.add(rule);
    }
  }
  assert.ok(fields > 4000);
  const known = [
    ...[
      'const',
      'defined_only',
      'gt',
      'gte',
      'ignore_empty',
      'in',
      'items',
      'keys',
      'lt',
      'lte',
      'max_bytes',
      'max_items',
      'max_len',
    ],
    ...[
      'min_bytes',
      'min_items',
      'min_len',
      'min_pairs',
      'not_in',
      'pattern',
      'prefix',
      'required',
      'skip',
      'strict',
      'suffix',
    ],
    ...['unique', 'values', 'well_known_regex'],
  ];
  assert.deepEqual(
    [...rules].filter((rule) => !known.includes(rule)),
    [],
  );
  assert.equal(
    messageNamed('envoy.config.overload.v3.OverloadManager').byName.get('resourceMonitors')?.[0]?.rules?.['min_items'],
    1,
  );
});

test('what breaks a rule, by the kind of the rule', () => {
  const number = (value: number) => ({ kind: 'number', value }) as const;
  const text = (value: string) => ({ kind: 'string', value }) as const;
  const table: readonly (readonly [Rules, RuleSubject, string?])[] = [
    [{ gt: 1 }, number(1), 'must be more than 1'],
    [{ gte: 1 }, number(0), 'must be at least 1'],
    [{ lt: 1 }, number(1), 'must be less than 1'],
    [{ lt: 1 }, number(0)],
    [{ lte: 1 }, { ...number(2), unit: 's' }, 'must be at most 1s'],
    [{ lt: 0 }, number(Number.NaN), 'must be less than 0'],
    [{ in: [1, 2] }, number(3), 'must be one of 1, 2'],
    [{ in: ['a'] }, text('a')],
    [{ not_in: [0] }, number(0), 'must not be 0'],
    [{ const: true }, { kind: 'boolean', value: false }, 'must be true'],
    [{ gt: 1, ignore_empty: true }, number(0)],
    [{ min_len: 1 }, text(''), 'must not be empty'],
    [{ min_len: 2 }, text('😀'), 'must have at least 2 characters'],
    [{ max_len: 1 }, text('😀')],
    [{ max_bytes: 3 }, text('😀'), 'must have at most 3 characters'],
    [{ max_bytes: 5 }, text('é€')],
    [{ min_bytes: 2 }, { kind: 'bytes', value: 'a' }, 'must have at least 2 characters'],
    [{ pattern: '^a+$' }, text('ab'), 'must match ^a+$'],
    [{ pattern: '^a+$' }, text('aa')],
    [{ prefix: '/' }, text('a'), 'must begin with /'],
    [{ suffix: '/' }, text('a'), 'must end with /'],
    [{ well_known_regex: 1 }, text('a b'), 'must be a header name'],
    [{ well_known_regex: 1, strict: false }, text('a b')],
    [{ well_known_regex: 2 }, text('a\nb'), 'must be a header value'],
  ];
  for (const [rules, subject, broken] of table)
    assert.deepEqual(
      brokenRules(rules, subject),
      broken === undefined ? [] : [broken],
      JSON.stringify([rules, subject]),
    );
  const lists: readonly (readonly [Rules, Value[], string?])[] = [
    [{ min_items: 1 }, [], 'must not be empty'],
    [{ min_items: 1, ignore_empty: true }, []],
    [{ min_items: 2 }, [1], 'must have at least 2 items'],
    [{ max_items: 1 }, [1, 2], 'must have at most 1 item'],
    [{ unique: true }, ['a', 'a'], 'must not contain duplicates'],
    [{ unique: true }, [{}, {}]],
  ];
  for (const [rules, items, broken] of lists)
    assert.deepEqual(brokenByCount(rules, items, 'items'), broken === undefined ? [] : [broken], JSON.stringify(rules));
});
