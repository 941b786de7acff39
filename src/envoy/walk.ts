import type { Path } from '../problem.ts';
import { isMap, type Value } from '../value.ts';
import { type AnyPlace, checkAny } from './any.ts';
import { complain, type EnvoyContext, shortName, shownValue, withArticle } from './context.ts';
import { checkExtension } from './extensions.ts';
import { entriesOf, type GivenField, givenFields, itemsOf } from './fields.ts';
import type { Enumeration, Message, MessageField, Rules } from './messages.ts';
import { brokenByCount, innerRules } from './rules.ts';
import { checkEmptySlot } from './slots.ts';
import { checkEnvoyScalar, checkRules, checkWellKnown, complainAt, type FieldPlace, subjectOf } from './well-known.ts';

/** The field that holds a message, and the name that the message has. */
type Around = Pick<AnyPlace, 'holder' | 'named'>;

/** The depth limit of Envoy's reader. */
const deepest = 100;

/**
 * Checks a message: its fields as in protobuf's JSON mapping and Envoy's reader, and its rules. `holder` is the message
 * that contains the field.
 */
export function checkMessage(
  context: EnvoyContext,
  type: Message,
  value: Value,
  path: Path,
  isChecked: boolean,
  holder = '',
): void {
  if (!isMap(value)) {
    const what = shortName(type.name);
    complain(
      context,
      'reader',
      path,
      `Envoy expects a map here, the fields of ${withArticle(what)}, but this is ${shownValue(value)}.`,
    );
    return;
  }
  if (path.length > deepest) {
    complain(context, 'reader', path, `Envoy does not read more than ${deepest} levels.`);
    return;
  }
  const given = givenFields(context, type, value, path);
  const checksRules = isChecked && type.isChecked;
  const around = { holder, named: value['name'] };
  for (const item of given.values()) checkField(context, type, item, checksRules, around);
  if (!checksRules) return;
  checkLeftOut(context, type, given, path);
  const isSet = [...given.values()].some(({ field }) => field.oneof === 'config_type' || field.name === 'typed_config');
  if (!isSet) checkEmptySlot(context, { ...around, message: type.name }, path);
  checkExtension(context, type.name, value, path);
}

function checkField(
  context: EnvoyContext,
  owner: Message,
  { field, value, path }: GivenField,
  isChecked: boolean,
  around: Around,
): void {
  const { rules } = field;
  const name = shortName(owner.name);
  const place: FieldPlace = { name: field.name, owner: name, path, rules, isChecked };
  const one = (item: Value, at: Path, itemRules: Rules | undefined): void =>
    checkValue(context, owner, field, item, { ...place, path: at, rules: itemRules }, around);
  if (field.shape === 'map') {
    const entries = entriesOf(context, field, value, path);
    if (entries === undefined) return;
    for (const [key, item] of entries) {
      checkKey(context, field, key, place);
      one(item, [...path, key], innerRules(rules, 'values'));
    }
    if (isChecked && rules !== undefined)
      countComplaints(
        context,
        rules,
        entries.map(([key]) => key),
        'pairs',
        place,
      );
  } else if (field.shape === 'list') {
    const items = itemsOf(value, path);
    for (const [item, at] of items) one(item, at, innerRules(rules, 'items'));
    if (isChecked && rules !== undefined)
      countComplaints(
        context,
        rules,
        items.map(([item]) => item),
        'items',
        place,
      );
  } else one(value, path, rules);
}

function countComplaints(
  context: EnvoyContext,
  rules: Rules,
  items: readonly Value[],
  what: 'items' | 'pairs',
  place: FieldPlace,
): void {
  for (const broken of brokenByCount(rules, items, what)) complainAt(context, 'rules', place, `${broken}.`);
}

function checkKey(context: EnvoyContext, field: MessageField, key: string, place: FieldPlace): void {
  checkEnvoyScalar(context, field.keyType, key, {
    ...place,
    path: [...place.path, key],
    rules: innerRules(place.rules, 'keys'),
    name: `a key of ${field.name}`,
  });
}

/** Checks a single value of a field. Null in a list is the empty value of its type. */
function checkValue(
  context: EnvoyContext,
  owner: Message,
  field: MessageField,
  value: Value,
  place: FieldPlace,
  around: Around,
): void {
  const { type } = field;
  if (type.kind === 'message') {
    const isChecked = place.isChecked && place.rules?.['skip'] !== true;
    checkMessage(context, type, value ?? {}, place.path, isChecked, `${owner.name}.${field.name}`);
  } else if (type.kind === 'enum') checkEnum(context, type, value ?? 0, place);
  else if (type.kind === 'scalar') {
    if (value !== null) checkEnvoyScalar(context, type.name, value, place);
  } else if (type.name === 'google.protobuf.Any') {
    const slot = `${owner.name}.${field.name}`;
    checkAny(context, value ?? {}, { ...place, ...around, message: owner.name, slot }, checkMessage);
  } else if (value !== null) checkWellKnown(context, type.name, value, place);
}

/** Reads an enum: by name in any case, or by number, which may be a string. */
function checkEnum(context: EnvoyContext, type: Enumeration, value: Value, place: FieldPlace): void {
  const { envoy } = context;
  const values = type.values.filter(({ from, to }) => from <= envoy && envoy <= to);
  const name = typeof value === 'string' ? value.toUpperCase() : undefined;
  const named = values.find((item) => item.name.toUpperCase() === name);
  const isNumber =
    typeof value === 'bigint' || Number.isInteger(value) || (typeof value === 'string' && /^-?\d+$/.test(value));
  if (named === undefined && !isNumber) {
    const known = values.slice(0, 12).map((item) => item.name);
    const list = known.join(', ') + (values.length > known.length ? ' …' : '');
    complainAt(context, 'reader', place, `must be one of ${list}, but is ${shownValue(value)}.`);
    return;
  }
  const number = named?.number ?? Number(value);
  const found = named ?? values.find((item) => item.number === number);
  if (found?.isDisallowed === true && value !== 0 && !context.takesDeprecated)
    complainAt(context, 'reader', place, `must not be ${found.name}, which Envoy no longer supports.`);
  if (place.isChecked && place.rules !== undefined) checkEnumRules(context, type, number, place);
}

function checkEnumRules(context: EnvoyContext, type: Enumeration, number: number, place: FieldPlace): void {
  const rules = place.rules ?? {};
  const nameOf = (wanted: unknown): string =>
    type.values.find((item) => item.number === wanted)?.name ?? String(wanted);
  if (rules['defined_only'] === true && !type.values.some((item) => item.number === number)) {
    complainAt(
      context,
      'rules',
      place,
      `must be one of ${type.values.map(({ name }) => name).join(', ')}, but is ${number}.`,
    );
    return;
  }
  const { const: only, in: allowed, not_in: forbidden } = rules;
  if (only !== undefined && only !== number) complainAt(context, 'rules', place, `must be ${nameOf(only)}.`);
  if (Array.isArray(allowed) && !allowed.includes(number))
    complainAt(context, 'rules', place, `must be one of ${allowed.map(nameOf).join(', ')}.`);
  if (Array.isArray(forbidden) && forbidden.includes(number))
    complainAt(context, 'rules', place, `must not be ${nameOf(number)}.`);
}

/** Checks the rules of unset fields: messages may be required, scalars have their zero value. */
function checkLeftOut(context: EnvoyContext, type: Message, given: ReadonlyMap<string, GivenField>, path: Path): void {
  const { envoy } = context;
  const owner = shortName(type.name);
  for (const oneof of type.required) {
    const choices = type.fields.filter(
      (field) => field.oneof === oneof && !field.isV2 && field.from <= envoy && envoy <= field.to,
    );
    if (choices.some(({ name }) => given.has(name))) continue;
    const names = choices.map(({ name }) => name).join(', ');
    complain(
      context,
      'rules',
      path,
      `Envoy’s ${owner} must have ${choices.length === 1 ? names : `one of ${names}`}.`,
      { at: 'key' },
    );
  }
  for (const field of neededFields(type, envoy))
    if (!given.has(field.name)) checkEmpty(context, field, emptyPlace(field, owner, path));
}

const needed = new WeakMap<Message, Map<number, readonly MessageField[]>>();

/** A cache of the fields that break their rules when unset, which depends only on the message and the Envoy version. */
function neededFields(type: Message, envoy: number): readonly MessageField[] {
  const known = needed.get(type) ?? new Map<number, readonly MessageField[]>();
  needed.set(type, known);
  const found =
    known.get(envoy) ??
    type.fields.filter((field) => {
      if (field.rules === undefined || field.isV2 || field.from > envoy || envoy > field.to) return false;
      const trial: EnvoyContext = { envoy, findings: [], takesDeprecated: true };
      checkEmpty(trial, field, emptyPlace(field, '', []));
      return trial.findings.length > 0;
    });
  known.set(envoy, found);
  return found;
}

function emptyPlace({ name, rules }: MessageField, owner: string, path: Path): FieldPlace {
  return { name, owner, path: [...path, name], rules, isChecked: true };
}

function checkEmpty(context: EnvoyContext, field: MessageField, place: FieldPlace): void {
  const rules = field.rules ?? {};
  if (field.shape !== 'single') {
    countComplaints(context, rules, [], field.shape === 'list' ? 'items' : 'pairs', place);
    return;
  }
  // In a oneof, an unset field only means that another one is set.
  if (field.oneof !== undefined) return;
  if (rules['required'] === true) {
    complainAt(context, 'rules', place, 'is required, but missing.');
    return;
  }
  if (field.isOptional) return;
  if (field.type.kind === 'enum') checkEnumRules(context, field.type, 0, place);
  else if (field.type.kind === 'scalar') {
    const { name } = field.type;
    const empty = name === 'string' || name === 'bytes' ? '' : name === 'bool' ? false : 0;
    checkRules(context, rules, subjectOf(name, empty), place);
  }
}
