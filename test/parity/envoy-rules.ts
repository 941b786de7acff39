/** The validation rules that Envoy's protos carry as options (protoc-gen-validate), as far as bootstraps meet them. */
import type protobuf from 'protobufjs';
import { isList, isMap, type Value } from '../../src/value.ts';

type Rules = Readonly<Record<string, unknown>>;

/** What a field's rules say against a value; undefined is a field that is not set. */
export function ruleErrors(field: protobuf.Field, value: Value | undefined): string[] {
  const rules = rulesOf(field);
  const errors: string[] = [];
  if (value === undefined) {
    // Wrappers and messages that are not set are not checked; plain fields have their zero.
    if (field.partOf === null && isRequired(rules)) errors.push('is left out');
    else if (isPlain(field)) errors.push(...scalarErrors(rules, zeroOf(field)));
    if (field.repeated && Number(rules['repeated.min_items'] ?? 0) > 0) errors.push('is empty');
    return errors;
  }
  if (field.repeated && isList(value) && value.length < Number(rules['repeated.min_items'] ?? 0))
    errors.push('is too short');
  if (!field.repeated && !isMap(value)) errors.push(...scalarErrors(rules, value));
  if (rules['enum.defined_only'] === true && typeof value === 'number' && !isNumberOf(field, value))
    errors.push(`has no ${value}`);
  return errors;
}

const prefix = '(validate.rules).';

function rulesOf(field: protobuf.Field): Rules {
  const rules: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(field.options ?? {})) {
    if (name.startsWith(prefix)) rules[name.slice(prefix.length)] = value;
  }
  return rules;
}

function isRequired(rules: Rules): boolean {
  return Object.entries(rules).some(
    ([name, value]) => /^(message|duration|any|timestamp)\.required$/.test(name) && value === true,
  );
}

/** JSON may give an enum by number, also by one that it does not have. */
function isNumberOf({ resolvedType }: protobuf.Field, value: number): boolean {
  return resolvedType !== null && 'valuesById' in resolvedType && Object.hasOwn(resolvedType.valuesById, value);
}

/** Inside a oneof a field that is not set is another case of it. */
function isPlain(field: protobuf.Field): boolean {
  return !field.repeated && field.partOf === null && field.resolvedType === null;
}

function zeroOf(field: protobuf.Field): Value {
  return field.type === 'string' || field.type === 'bytes' ? '' : field.type === 'bool' ? false : 0;
}

const bounds: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  gt: (value, bound) => value > bound,
  gte: (value, bound) => value >= bound,
  lt: (value, bound) => value < bound,
  lte: (value, bound) => value <= bound,
};

function scalarErrors(rules: Rules, value: Value): string[] {
  const errors: string[] = [];
  if (Object.values(rules).some((rule) => rule === true) && value === 0 && ignoresEmpty(rules)) return [];
  for (const [name, rule] of Object.entries(rules)) {
    const [kind = '', check = ''] = name.split('.');
    if (kind === 'string' && typeof value === 'string') {
      if ((check === 'min_len' || check === 'min_bytes') && value.length < Number(rule)) errors.push('is too short');
    } else if (
      bounds[check] !== undefined &&
      typeof rule === 'number' &&
      value !== null &&
      Number.isFinite(Number(value))
    ) {
      if (!bounds[check](Number(value), rule)) errors.push(`must be ${check} ${rule}, but is ${String(value)}`);
    }
  }
  return errors;
}

function ignoresEmpty(rules: Rules): boolean {
  return Object.entries(rules).some(([name, rule]) => name.endsWith('.ignore_empty') && rule === true);
}
