/** The validation rules in Envoy's protos (protoc-gen-validate), as far as bootstraps need them. */
import type protobuf from 'protobufjs';
import { isList, isMap, type Value } from '../../src/value.ts';

type Rules = Readonly<Record<string, unknown>>;

/** How a value breaks a field's rules; undefined is an unset field. */
export function ruleErrors(field: protobuf.Field, value: Value | undefined): string[] {
  const rules = rulesOf(field);
  const errors: string[] = [];
  if (value === undefined) {
    // Unset wrappers and messages are not checked; scalar fields have their zero value.
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

/** JSON may contain an enum as a number, even an undefined one. */
function isNumberOf({ resolvedType }: protobuf.Field, value: number): boolean {
  return resolvedType !== null && 'valuesById' in resolvedType && Object.hasOwn(resolvedType.valuesById, value);
}

/** In a oneof, an unset field means that another one is set. */
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
