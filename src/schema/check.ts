/**
 * Checks values against what a release of Gloo's chart knows: keys that it does not have, values of the wrong type. Helm itself checks
 * none of this. Only what ends in a manifest that a cluster refuses is an error.
 */
import type { Chart } from '../chart/chart.ts';
import { includes } from '../chart/range.ts';
import { truthy } from '../go/template.ts';
import { formatPath } from '../problem.ts';
import { equal, getEntry, isList, isMap, type Value, type ValueMap, valueAt } from '../value.ts';
import { checkKubernetes } from './check-kubernetes.ts';
import { checkScalar } from './check-scalar.ts';
import { type CheckScope, defaultOf, find, inKey, type ValueProblem } from './check-scope.ts';
import { findOfAnotherRelease, findUnknown, forProxy } from './check-unknown.ts';
import { wrongType } from './check-words.ts';
import { fieldIn, type ValueField, type ValueFields, type ValueType, valuesModel } from './values-model.ts';

export type { ValueProblem };

/**
 * Reports what is wrong with the user's values (the layers merged, without the chart's defaults) for one release, in their order.
 * Every problem has the path of a value; `at: 'key'` says that its key is meant. There may be one for every few characters of the
 * values, so they are handed on one by one.
 */
export function checkValues(values: ValueMap, chart: Chart, report: (problem: ValueProblem) => void): void {
  checkFields(values, valuesModel(), {
    chart,
    path: [],
    defaults: chart.defaults(),
    live: true,
    sidecars: asksForSidecars(values, chart),
    found: { report, count: 0 },
  });
}

function asksForSidecars(values: ValueMap, chart: Chart): boolean {
  return ['istioSDS', 'istioIntegration'].some((part) => {
    const [given, usual] = [values, chart.defaults()].map((map) => valueAt(map, 'global', part, 'enabled'));
    return truthy(given === undefined ? usual : given);
  });
}

function checkFields(map: ValueMap, fields: ValueFields, outer: CheckScope): void {
  const scope = { ...outer, live: outer.live && isOn(map, fields, outer) };
  for (const [key, value] of Object.entries(map)) {
    const alternatives = fields.get(key);
    const field = fieldIn(fields, key, scope.chart.index) ?? readAnyway(alternatives, scope.chart.index);
    const inner = inKey(scope, key);
    if (alternatives === undefined) findUnknown(key, fields, inner);
    else if (field === undefined) findOfAnotherRelease(key, alternatives, fields, inner);
    else checkField(field, value, key, defaultOf(scope, key), inner);
  }
}

/** Some templates read a value before the chart lists it. */
function readAnyway(alternatives: readonly ValueField[] | undefined, index: number): ValueField | undefined {
  return alternatives?.find(({ read }) => includes(read ?? [], index));
}

/**
 * Whether the part of the chart that a map configures is on: a map's `enabled` and a proxy's `disabled` say so. What stands in
 * global is shared by parts that are switched elsewhere.
 */
function isOn(map: ValueMap, fields: ValueFields, scope: CheckScope): boolean {
  if (scope.path[0] === 'global') return true;
  const effective = (key: string): Value | undefined => getEntry(map, key) ?? defaultOf(scope, key);
  if (fields.has('enabled') && !truthy(effective('enabled'))) return false;
  return !(scope.path[0] === 'gatewayProxies' && scope.path.length === 2 && truthy(effective('disabled')));
}

function checkField(field: ValueField, value: Value, key: string, usual: Value | undefined, scope: CheckScope): void {
  const { index, release } = scope.chart;
  const { deprecated, ignored, successor } = field;
  const suggestion = successor === undefined ? undefined : forProxy(successor, scope.path);
  const unusual = value !== null && !equal(value, usual ?? null) && !isWrittenAlike(value, usual);
  if (unusual && ignored !== undefined && includes(ignored, index)) {
    const hint = suggestion === undefined ? undefined : `Use ${suggestion}.`;
    const message = `The chart of ${release} lists ${formatPath(scope.path)}, but no template reads it: it does nothing.`;
    find(scope, { code: 'ignored-value', severity: 'warning', message, hint, suggestion, at: 'key' });
    return;
  }
  if (unusual && deprecated !== undefined && includes(deprecated, index)) {
    const hint = suggestion === undefined ? undefined : `Use ${suggestion}.`;
    const message = `${formatPath(scope.path)} still works in ${release}, but is deprecated.`;
    find(scope, { code: 'deprecated-value', severity: 'warning', message, hint, suggestion, at: 'key' });
  }
  const rendered = scope.live && (key !== 'customSidecars' || scope.path[1] !== 'istioSDS' || scope.sidecars);
  checkType(field.takes ?? field.type, value, key, field, { ...scope, live: rendered });
}

function checkType(
  wanted: ValueType,
  value: Value,
  key: string | number,
  field: Partial<ValueField>,
  scope: CheckScope,
): void {
  if (value === null) return;
  switch (wanted.kind) {
    case 'any':
      return;
    case 'scalar':
      checkScalar(wanted.name, value, key, field, scope);
      return;
    case 'object':
      if (isMap(value)) checkFields(value, wanted.fields, scope);
      else find(scope, { code: 'wrong-type', severity: 'error', message: wrongType(key, 'a map', value) });
      return;
    case 'kubernetes':
      checkApiType(wanted.name, wanted.fields, value, key, scope);
      return;
    case 'list':
      if (isList(value))
        for (const [position, item] of value.entries())
          checkType(wanted.of, item, position, {}, inKey(scope, position));
      else if (truthy(value))
        find(scope, { code: 'wrong-type', severity: 'error', message: wrongType(key, 'a list', value) });
      return;
    case 'map':
      if (!isMap(value)) {
        if (truthy(value))
          find(scope, { code: 'wrong-type', severity: 'error', message: wrongType(key, 'a map', value) });
        return;
      }
      for (const [name, item] of Object.entries(value)) checkType(wanted.of, item, name, {}, inKey(scope, name));
      return;
    default: {
      wanted satisfies never;
    }
  }
}

function checkApiType(name: string, fields: ValueFields, value: Value, key: string | number, scope: CheckScope): void {
  // Templates leave out what is empty.
  if (typeof key === 'string' && !truthy(value)) return;
  const own = [...fields.keys()];
  checkKubernetes(name, value, own, scope);
  if (isMap(value))
    checkFields(Object.fromEntries(Object.entries(value).filter(([inner]) => own.includes(inner))), fields, scope);
}

/** `8080` and `"8080"` are the same to a template. */
function isWrittenAlike(a: Value, b: Value | undefined): boolean {
  return typeof a !== 'object' && typeof b !== 'object' && String(a) === String(b);
}
