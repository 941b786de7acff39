/**
 * Checks values against what a release of Gloo's chart knows: keys that it does not have, values of the wrong type.
 * Helm itself checks none of this. Only what ends up in a manifest that a cluster refuses is an error.
 */
import type { Chart } from '../chart/chart.ts';
import { mutualTlsIn } from '../chart/mutual-tls.ts';
import { includes } from '../chart/range.ts';
import { truthy } from '../go/template.ts';
import { formatPath } from '../problem.ts';
import { equal, getEntry, isMap, type Value, type ValueMap, valueAt } from '../value.ts';
import { type Failures, failing, failuresOf } from './check-failures.ts';
import { checkKubernetes } from './check-kubernetes.ts';
import { checkScalar } from './check-scalar.ts';
import { type CheckScope, defaultOf, find, inKey, type ValueProblem } from './check-scope.ts';
import { findOfAnotherRelease, findUnknown, forProxy } from './check-unknown.ts';
import { wrongType } from './check-words.ts';
import { fieldIn, type ValueField, type ValueFields, type ValueType, valuesModel } from './values-model.ts';

export type { ValueProblem };

/**
 * Reports what is wrong with the user's values (the merged layers, without the chart's defaults) for one release, in
 * order. Every problem has the path of a value; `at: 'key'` means that its key is the cause. There may be one for every
 * few characters of the values, so they are reported one by one.
 */
export function checkValues(
  values: ValueMap,
  chart: Chart,
  report: (problem: ValueProblem) => void,
  appliesOnServer = false,
): void {
  const failures = failuresOf(values, chart.index);
  if (failures === undefined) return;
  checkFields(values, failures, valuesModel(), {
    chart,
    path: [],
    defaults: chart.defaults(),
    live: true,
    appliesOnServer,
    sidecars: asksForSidecars(values, chart),
    found: { report, count: 0 },
  });
}

function asksForSidecars(values: ValueMap, chart: Chart): boolean {
  const usual = chart.defaults();
  return mutualTlsIn(chart, (part) => {
    const given = valueAt(values, 'global', part, 'enabled');
    return truthy(given === undefined ? valueAt(usual, 'global', part, 'enabled') : given);
  }).istio;
}

/** Translates ajv's errors about a map. */
function checkFields(map: ValueMap, failures: Failures, fields: ValueFields, outer: CheckScope): void {
  const scope = { ...outer, live: outer.live && isOn(map, fields, outer) };
  for (const [key, value, inside] of failing(map, failures)) {
    const alternatives = fields.get(key);
    const field = fieldIn(fields, key, scope.chart.index) ?? readAnyway(alternatives, scope.chart.index);
    const inner = inKey(scope, key);
    if (alternatives === undefined) findUnknown(key, value, fields, { ...inner, holder: map });
    else if (field === undefined) findOfAnotherRelease(key, alternatives, fields, inner);
    else checkField(field, value, inside, key, defaultOf(scope, key), { ...inner, holder: map });
  }
}

/** Some templates read a value before the chart lists it. */
function readAnyway(alternatives: readonly ValueField[] | undefined, index: number): ValueField | undefined {
  return alternatives?.find(({ read }) => includes(read ?? [], index));
}

/**
 * Whether the part of the chart that a map configures is on, by the `enabled` of a map or the `disabled` of a proxy.
 * Values in global are shared by parts that are switched elsewhere.
 */
function isOn(map: ValueMap, fields: ValueFields, scope: CheckScope): boolean {
  if (scope.path[0] === 'global') return true;
  const effective = (key: string): Value | undefined => getEntry(map, key) ?? defaultOf(scope, key);
  if (fields.has('enabled') && !truthy(effective('enabled'))) return false;
  return !(scope.path[0] === 'gatewayProxies' && scope.path.length === 2 && truthy(effective('disabled')));
}

function checkField(
  field: ValueField,
  value: Value,
  failures: Failures,
  key: string,
  usual: Value | undefined,
  scope: CheckScope,
): void {
  const { release } = scope.chart;
  const { successor } = field;
  const fails = (keyword: string): boolean => failures.own.some((failure) => failure.keyword === keyword);
  const suggestion = successor === undefined ? undefined : forProxy(successor, scope.path);
  const unusual = !equal(value, usual ?? null) && !isWrittenAlike(value, usual);
  if (unusual && fails('ignoredIn')) {
    const hint = suggestion === undefined ? undefined : `Use ${suggestion}.`;
    const message = `The chart of ${release} lists ${formatPath(scope.path)}, but no template reads it: it has no effect.`;
    find(scope, { code: 'ignored-value', severity: 'warning', message, hint, suggestion, at: 'key' });
    return;
  }
  if (unusual && fails('deprecatedIn')) {
    const more =
      suggestion === 'global.istioIntegration.enabled'
        ? ', which also turns on the integration in Gloo’s Settings'
        : '';
    const use = suggestion === undefined ? undefined : `Use ${suggestion}${more}.`;
    const hint = key === 'fips' ? hintForFips(value, scope.holder) : use;
    const message = `${formatPath(scope.path)} still works in ${release}, but is deprecated.`;
    find(scope, { code: 'deprecated-value', severity: 'warning', message, hint, suggestion, at: 'key' });
  }
  const rendered = scope.live && (key !== 'customSidecars' || scope.path[1] !== 'istioSDS' || scope.sidecars);
  checkType(field.takes ?? field.type, value, failures, key, field, { ...scope, live: rendered });
}

/** The build is now a string, beside the switch that it replaces. */
function hintForFips(value: Value, { variant, fipsDigest }: ValueMap = {}): string {
  if (!truthy(value) || variant === 'fips' || variant === 'fips-distroless') return 'Remove it.';
  return variant === 'distroless'
    ? `Remove it, and write variant: fips-distroless for variant: distroless${fipsDigest === undefined ? '' : ', and fipsDistrolessDigest for fipsDigest'}.`
    : 'Set variant: fips instead.';
}

function checkType(
  wanted: ValueType,
  value: Value,
  failures: Failures,
  key: string | number,
  field: Partial<ValueField>,
  scope: CheckScope,
): void {
  const findWrong = (what: string): void =>
    find(scope, { code: 'wrong-type', severity: 'error', message: wrongType(key, what, value) });
  const isWrong = failures.own.some(({ keyword }) => keyword === 'type');
  switch (wanted.kind) {
    case 'any':
      return;
    case 'scalar':
      // ajv only reports a different type; how bad that is depends on what templates print.
      checkScalar(wanted.name, value, key, field, scope);
      return;
    case 'object':
      if (isWrong) findWrong('a map');
      else if (isMap(value)) checkFields(value, failures, wanted.fields, scope);
      return;
    case 'kubernetes':
      checkApiType(wanted.name, wanted.fields, value, failures, scope);
      return;
    case 'list':
      if (isWrong) findWrong('a list');
      else
        for (const [position, item, inner] of failing(value, failures))
          checkType(wanted.of, item, inner, Number(position), {}, inKey(scope, Number(position)));
      return;
    case 'map':
      if (isWrong) findWrong('a map');
      else
        for (const [name, item, inner] of failing(value, failures))
          checkType(wanted.of, item, inner, name, {}, inKey(scope, name));
      return;
    default: {
      wanted satisfies never;
    }
  }
}

function checkApiType(name: string, own: ValueFields, value: Value, failures: Failures, scope: CheckScope): void {
  if (value === null) return;
  checkKubernetes(name, value, failures, [...own.keys()], scope);
  if (own.size === 0 || !isMap(value)) return;
  const added = [...(failures.inner ?? [])].filter(([key]) => own.has(key));
  checkFields(value, { own: [], inner: new Map(added) }, own, scope);
}

/** `8080` and `"8080"` are the same to a template. */
function isWrittenAlike(a: Value, b: Value | undefined): boolean {
  return typeof a !== 'object' && typeof b !== 'object' && String(a) === String(b);
}
