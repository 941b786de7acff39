/** Values with the shape of Kubernetes types, checked as the API server does: unknown fields are refused, too. */

import type { ErrorObject } from 'ajv';
import type { Chart } from '../chart/chart.ts';
import { formatPath, type Path } from '../problem.ts';
import { isList, lookupTable, type Value, type ValueMap } from '../value.ts';
import { listed } from '../words.ts';
import { closest, closestHint } from './check-closest.ts';
import { type Failures, failing, failuresOfObject } from './check-failures.ts';
import { type CheckScope, type Finding, find, inKey, type ValueProblem } from './check-scope.ts';
import { described, wrongType } from './check-words.ts';
import { kubernetesSchemaAt } from './kubernetes.ts';

/** A place in a value, and its type of the Kubernetes API. */
interface Place {
  readonly type: string;
  readonly steps: Path;
  /** The keys that the chart adds to the type and removes again. */
  readonly own: readonly string[];
}

/** Reports ajv's errors about a value of a type of the Kubernetes API. */
export function checkKubernetes(
  type: string,
  value: Value,
  failures: Failures,
  own: readonly string[],
  scope: CheckScope,
): void {
  checkPlace({ type, steps: [], own }, value, failures, { ...scope, defaults: undefined });
}

/** Reports what is wrong with the types of a whole object's fields; the paths are relative to the object. */
export function checkKubernetesObject(
  kind: string,
  object: ValueMap,
  chart: Chart,
  report: (problem: ValueProblem) => void,
  appliesOnServer: boolean,
): void {
  const found = { report, count: 0 };
  const scope = {
    chart,
    path: [],
    defaults: undefined,
    live: true,
    sidecars: true,
    appliesOnServer,
    found,
  };
  checkPlace({ type: kind, steps: [], own: [] }, object, failuresOfObject(kind, object), scope);
}

function checkPlace(place: Place, value: Value, { own, inner }: Failures, scope: CheckScope): void {
  for (const failure of own) findFailure(place, failure, value, scope);
  const { type, steps } = place;
  for (const [name, entry, failures] of failing(value, { own, inner })) {
    const key = isList(value) ? Number(name) : name;
    if (steps.length === 0 && place.own.includes(name)) continue;
    const isOmitted = isNothing(entry) && !isList(value);
    if (isOmitted && kubernetesSchemaAt(type, steps)?.required?.includes(name)) findMissing(name, scope);
    // The API server treats null as omitted, where it knows the field; what Helm takes out is reported by itself.
    const own = entry === null ? failures.own.filter(isUnknownKey) : [];
    const found = isOmitted ? { own, inner: undefined } : failures;
    checkPlace({ ...place, steps: [...steps, key] }, entry, found, inKey(scope, key));
  }
}

function isUnknownKey({ keyword }: ErrorObject): boolean {
  return keyword === 'additionalProperties';
}

/** Null, also where Helm takes out the string that is all of a value. */
function isNothing(value: Value): boolean {
  return value === null || value === '<no value>';
}

function findMissing(name: string, scope: CheckScope): void {
  find(scope, {
    code: 'missing-value',
    severity: 'error',
    message: `${name} is missing; Kubernetes refuses the manifest without it.`,
  });
}

function findFailure(place: Place, failure: ErrorObject, value: Value, scope: CheckScope): void {
  const { keyword, params } = failure;
  if (isUnknownKey(failure)) findUnknownField(place, value, scope);
  else if (keyword === 'required') findMissing(String(params['missingProperty']), scope);
  else if (keyword !== 'enum' || value !== '' || isNeeded(place))
    find(scope, { severity: 'error', ...refusal(keyword, params, value, scope.path.at(-1) ?? '') });
}

/** Whether a field is required: in other fields the API server treats an empty string as omitted, too. */
function isNeeded({ type, steps }: Place): boolean {
  return kubernetesSchemaAt(type, steps.slice(0, -1))?.required?.includes(String(steps.at(-1))) === true;
}

function findUnknownField({ type, steps, own }: Place, value: Value, scope: CheckScope): void {
  const name = String(steps.at(-1));
  const parent = steps.slice(0, -1);
  const known = Object.keys(kubernetesSchemaAt(type, parent)?.properties ?? {});
  const fields = [...(parent.length === 0 ? own : []), ...known];
  const home = homeOf(type, parent, name);
  const meant = home === undefined ? closest(name, fields)?.word : undefined;
  const isLeftOut = isNothing(value) && !(value === null && scope.appliesOnServer);
  const all = fields.length < 12 ? `It knows ${listed(fields)}.` : undefined;
  find(scope, {
    code: 'unknown-field',
    // Helm 3 and kubectl apply install the object without the field, Helm 4 and kubectl apply --server-side refuse it (tried with 3.19 and 4.3).
    severity: isLeftOut ? 'warning' : 'error',
    message: isLeftOut
      ? `Kubernetes does not know ${name} here: Helm 3 and kubectl leave a null out, but Helm 4 and server-side apply refuse it.`
      : value === null
        ? `Kubernetes does not know ${name} here: Helm 4 applies the manifest on the server, which refuses even a null.`
        : `Kubernetes does not know ${name} here and refuses the manifest.`,
    hint:
      home !== undefined ? `It belongs in ${formatPath(home)}.` : meant === undefined ? all : `Did you mean ${meant}?`,
    suggestion: meant === undefined ? undefined : formatPath([...scope.path.slice(0, -1), meant]),
    at: 'key',
  });
}

/** Why the API server refuses a value because of its type or content. */
function refusal(
  keyword: string,
  params: ErrorObject['params'],
  value: Value,
  key: string | number,
): Pick<Parameters<typeof find>[1], 'code' | 'message' | 'hint'> {
  switch (keyword) {
    case 'enum': {
      const choices = params['allowedValues'] as readonly string[];
      return {
        code: 'unknown-choice',
        message: `${key} must be ${listed(choices)}, but is ${described(value)}.`,
        hint: closestHint(value, choices),
      };
    }
    case 'minimum':
    case 'maximum': {
      const bound = `${keyword === 'minimum' ? 'least' : 'most'} ${String(params['limit'])}`;
      return { code: 'out-of-range', message: `${key} must be at ${bound}, but is ${described(value)}.` };
    }
    case 'pattern':
      return { code: 'wrong-type', message: wrongType(key, 'a quantity such as 100m, 1.5 or 64Mi', value) };
    default: {
      const type = String(params['type']);
      return { code: 'wrong-type', message: wrongType(key, wanted(type), value), ...quoting(type, value) };
    }
  }
}

/** Where fields of a workload belong that are often put elsewhere. */
const homes: readonly Path[] = [
  ['spec', 'template', 'spec'],
  ['spec'],
  ['spec', 'template', 'spec', 'containers', 0],
  ['spec', 'template', 'metadata'],
  ['spec', 'template', 'spec', 'securityContext'],
];

/** Where a misplaced field of an object belongs; undefined if no place is known. */
function homeOf(type: string, parent: Path, name: string): Path | undefined {
  if (type === 'ConfigMap') return parent.length === 0 && name.includes('.') ? ['data'] : undefined;
  if (type !== 'Deployment' && type !== 'DaemonSet') return undefined;
  return homes.find((home) => Object.hasOwn(kubernetesSchemaAt(type, home)?.properties ?? {}, name));
}

const types: Readonly<Record<string, string>> = lookupTable({
  string: 'a string',
  integer: 'an integer',
  boolean: 'true or false',
  byte: 'a string in base64',
  number: 'a number',
  array: 'a list',
  object: 'a map',
  'integer,string': 'an integer or a string',
  'string,number': 'a quantity such as 100m, 1.5 or 64Mi',
});

function wanted(type: string): string {
  return types[type] ?? `of type ${type}`;
}

function quoting(type: string, value: Value): Pick<Finding, 'hint' | 'meant'> {
  if (type === 'string' && typeof value !== 'object') return { hint: 'Quote it: {0}.', meant: [{ asString: value }] };
  if (type === 'integer' && typeof value === 'string' && /^\d+$/.test(value))
    return { hint: 'The chart passes it on as it is, so give it as a number: {0}.', meant: [{ value: Number(value) }] };
  if (type === 'boolean' && (value === 'true' || value === 'false'))
    return {
      hint: 'The chart passes it on as it is, so give it as a boolean: {0}.',
      meant: [{ value: value === 'true' }],
    };
  return {};
}
