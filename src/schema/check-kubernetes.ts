/** Values that Kubernetes itself gives the shape of, checked as its API server does: fields that it does not know are refused too. */
import type { ErrorObject, ValidateFunction } from 'ajv';
import { formatPath, type Path } from '../problem.ts';
import { isList, isMap, type OpenMap, setEntry, type Value, type ValueMap, valueAt } from '../value.ts';
import { closest } from './check-closest.ts';
import * as compiled from './check-kubernetes.gen.ts';
import { type CheckScope, find } from './check-scope.ts';
import { described, listed, wrongType } from './check-words.ts';
import { kubernetesFields } from './kubernetes.ts';

/** By type; ajv's code is not type-checked, so what it exports is said here. */
export const validators = compiled as unknown as Readonly<Record<string, ValidateFunction>>;

/** Checks a value against a type of the Kubernetes API. `own` are the keys that the chart adds to it and takes out again. */
export function checkKubernetes(type: string, value: Value, own: readonly string[], scope: CheckScope): void {
  const validate = validators[type];
  if (validate === undefined || validate(plain(value, own))) return;
  for (const failure of validate.errors ?? []) findFailure(type, failure, value, own, scope);
}

/** What the API server reads: null is the same as left out, and a number is a number. */
function plain(value: Value, own: readonly string[] = []): Value {
  if (typeof value === 'bigint') return Number(value);
  if (isList(value)) return value.map((item) => plain(item));
  if (!isMap(value)) return value;
  const map: OpenMap = {};
  for (const [key, inner] of Object.entries(value))
    if (inner !== null && !own.includes(key)) setEntry(map, key, plain(inner));
  return map;
}

function findFailure(
  type: string,
  { instancePath, keyword, params }: ErrorObject,
  root: Value,
  own: readonly string[],
  outer: CheckScope,
): void {
  const steps = stepsTo(instancePath, root);
  const value = valueAt(root, ...steps) ?? null;
  const scope: CheckScope = { ...outer, path: [...outer.path, ...steps], defaults: undefined };
  const key = scope.path.at(-1) ?? '';
  switch (keyword) {
    case 'additionalProperties': {
      const name = String(params['additionalProperty']);
      const fields = [...(steps.length === 0 ? own : []), ...kubernetesFields(type, steps)];
      const meant = closest(name, fields)?.word;
      find(
        { ...scope, path: [...scope.path, name] },
        {
          code: 'unknown-field',
          severity: 'error',
          message: `Kubernetes knows no ${name} here and refuses the manifest.`,
          hint:
            meant === undefined
              ? fields.length < 12
                ? `It knows ${listed(fields)}.`
                : undefined
              : `Did you mean ${meant}?`,
          suggestion: meant === undefined ? undefined : formatPath([...scope.path, meant]),
          at: 'key',
        },
      );
      return;
    }
    case 'required':
      find(scope, {
        code: 'missing-value',
        severity: 'error',
        message: `${String(params['missingProperty'])} is missing, without which Kubernetes refuses the manifest.`,
      });
      return;
    case 'enum': {
      const choices = params['allowedValues'] as readonly string[];
      const meant = typeof value === 'string' ? closest(value, choices)?.word : undefined;
      find(scope, {
        code: 'unknown-choice',
        severity: 'error',
        message: `${key} must be ${listed(choices)}, but is ${described(value)}.`,
        hint: meant === undefined ? undefined : `Did you mean ${meant}?`,
      });
      return;
    }
    case 'minimum':
    case 'maximum':
      find(scope, {
        code: 'out-of-range',
        severity: 'error',
        message: `${key} must be at ${keyword === 'minimum' ? 'least' : 'most'} ${String(params['limit'])}, but is ${described(value)}.`,
      });
      return;
    case 'pattern':
      find(scope, {
        code: 'wrong-type',
        severity: 'error',
        message: wrongType(key, 'a quantity such as 100m, 1.5 or 64Mi', value),
      });
      return;
    default:
      find(scope, {
        code: 'wrong-type',
        severity: 'error',
        message: wrongType(key, wanted(String(params['type'])), value),
        hint: quoting(String(params['type']), value),
      });
  }
}

const types: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  'integer,string': 'a whole number or a text',
  'string,number': 'a quantity such as 100m, 1.5 or 64Mi',
};

function wanted(type: string): string {
  return types[type] ?? `of type ${type}`;
}

function quoting(type: string, value: Value): string | undefined {
  if (type === 'string' && typeof value !== 'object') return `Quote it: "${value}".`;
  if (type === 'integer' && typeof value === 'string' && /^\d+$/.test(value))
    return 'Leave out the quotes: the chart passes it on as it is.';
  if (type === 'boolean' && (value === 'true' || value === 'false'))
    return 'Leave out the quotes: the chart passes it on as it is.';
  return undefined;
}

/** The steps of a JSON pointer into a value. */
function stepsTo(pointer: string, root: Value): Path {
  const steps: (string | number)[] = [];
  let value: Value | undefined = root;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const step: string | number = isList(value) ? Number(name) : name;
    steps.push(step);
    value = isList(value) ? value[Number(name)] : (value as ValueMap | undefined)?.[name];
  }
  return steps;
}
