/** Values that Kubernetes itself gives the shape of, checked as its API server does: fields that it does not know are refused too. */
import type { ErrorObject } from 'ajv';
import type { Chart } from '../chart/chart.ts';
import { formatPath, type Path } from '../problem.ts';
import { isList, lookupTable, type Value, type ValueMap } from '../value.ts';
import { closest } from './check-closest.ts';
import { type Failures, failing, failuresOfObject } from './check-failures.ts';
import { type CheckScope, type Finding, find, inKey, type ValueProblem } from './check-scope.ts';
import { described, listed, wrongType } from './check-words.ts';
import { kubernetesSchemaAt } from './kubernetes.ts';

/** Where in a value of which type of the Kubernetes API. */
interface Place {
  readonly type: string;
  readonly steps: Path;
  /** The keys that the chart adds to the type and takes out again. */
  readonly own: readonly string[];
}

/** Says what ajv found wrong with a value of a type of the Kubernetes API. */
export function checkKubernetes(
  type: string,
  value: Value,
  failures: Failures,
  own: readonly string[],
  scope: CheckScope,
): void {
  checkPlace({ type, steps: [], own }, value, failures, { ...scope, defaults: undefined });
}

/** Reports what is wrong with the types of the fields of a whole object; the paths are those in the object. */
export function checkKubernetesObject(
  kind: string,
  object: ValueMap,
  chart: Chart,
  report: (problem: ValueProblem) => void,
): void {
  const found = { report, count: 0 };
  const scope = { chart, path: [], defaults: undefined, live: true, isPrinted: () => true, sidecars: true, found };
  checkPlace({ type: kind, steps: [], own: [] }, object, failuresOfObject(kind, object), scope);
}

function checkPlace(place: Place, value: Value, { own, inner }: Failures, scope: CheckScope): void {
  for (const failure of own) findFailure(place, failure, value, scope);
  const { type, steps } = place;
  for (const [name, entry, failures] of failing(value, { own, inner })) {
    const key = isList(value) ? Number(name) : name;
    if (steps.length === 0 && place.own.includes(name)) continue;
    if (entry !== null || isList(value))
      checkPlace({ ...place, steps: [...steps, key] }, entry, failures, inKey(scope, key));
    // The API server takes null for left out.
    else if (kubernetesSchemaAt(type, steps)?.required?.includes(name)) findMissing(name, scope);
  }
}

function findMissing(name: string, scope: CheckScope): void {
  find(scope, {
    code: 'missing-value',
    severity: 'error',
    message: `${name} is missing, without which Kubernetes refuses the manifest.`,
  });
}

function findFailure(place: Place, { keyword, params }: ErrorObject, value: Value, scope: CheckScope): void {
  if (keyword === 'additionalProperties') findUnknownField(place, String(params['additionalProperty']), scope);
  else if (keyword === 'required') findMissing(String(params['missingProperty']), scope);
  else if (keyword !== 'enum' || value !== '' || isNeeded(place))
    find(scope, { severity: 'error', ...refusal(keyword, params, value, scope.path.at(-1) ?? '') });
}

/** Whether a field must be there: of others the API server takes an empty string for left out, too. */
function isNeeded({ type, steps }: Place): boolean {
  return kubernetesSchemaAt(type, steps.slice(0, -1))?.required?.includes(String(steps.at(-1))) === true;
}

function findUnknownField({ type, steps, own }: Place, name: string, scope: CheckScope): void {
  const parent = steps.slice(0, -1);
  const known = Object.keys(kubernetesSchemaAt(type, parent)?.properties ?? {});
  const fields = [...(parent.length === 0 ? own : []), ...known];
  const home = homeOf(type, parent, name);
  const meant = home === undefined ? closest(name, fields)?.word : undefined;
  const all = fields.length < 12 ? `It knows ${listed(fields)}.` : undefined;
  find(scope, {
    code: 'unknown-field',
    severity: 'error',
    message: `Kubernetes knows no ${name} here and refuses the manifest.`,
    hint:
      home !== undefined ? `It belongs in ${formatPath(home)}.` : meant === undefined ? all : `Did you mean ${meant}?`,
    suggestion: meant === undefined ? undefined : formatPath([...scope.path.slice(0, -1), meant]),
    at: 'key',
  });
}

/** Why the API server refuses a value for what it is. */
function refusal(
  keyword: string,
  params: ErrorObject['params'],
  value: Value,
  key: string | number,
): Pick<Parameters<typeof find>[1], 'code' | 'message' | 'hint'> {
  switch (keyword) {
    case 'enum': {
      const choices = params['allowedValues'] as readonly string[];
      const meant = typeof value === 'string' ? closest(value, choices)?.word : undefined;
      return {
        code: 'unknown-choice',
        message: `${key} must be ${listed(choices)}, but is ${described(value)}.`,
        hint: meant === undefined ? undefined : `Did you mean ${meant}?`,
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

/** Where the fields of a workload are that people look for elsewhere. */
const homes: readonly Path[] = [
  ['spec', 'template', 'spec'],
  ['spec'],
  ['spec', 'template', 'spec', 'containers', 0],
  ['spec', 'template', 'metadata'],
  ['spec', 'template', 'spec', 'securityContext'],
];

/** Where a field of an object belongs that stands in the wrong place; undefined where no place is known. */
function homeOf(type: string, parent: Path, name: string): Path | undefined {
  if (type === 'ConfigMap') return parent.length === 0 && name.includes('.') ? ['data'] : undefined;
  if (type !== 'Deployment' && type !== 'DaemonSet') return undefined;
  return homes.find((home) => Object.hasOwn(kubernetesSchemaAt(type, home)?.properties ?? {}, name));
}

const types: Readonly<Record<string, string>> = lookupTable({
  string: 'a text',
  integer: 'an integer',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  'integer,string': 'a whole number or a text',
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
