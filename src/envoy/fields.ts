import type { Path } from '../problem.ts';
import { closestHint } from '../schema/check-closest.ts';
import { defined, isMap, lookupTable, type Value, type ValueMap } from '../value.ts';
import { complain, type EnvoyContext, shortName, shownValue, withArticle } from './context.ts';
import type { Message, MessageField } from './messages.ts';

/** A field that a bootstrap sets. */
export interface GivenField {
  readonly field: MessageField;
  readonly value: Value;
  readonly path: Path;
}

/** The last Envoy that accepted API v2 and converted its fields to v3. */
export const lastWithV2 = 17;

/** The fields that a map sets, by name; unknown fields are reported. Null counts as unset. */
export function givenFields(context: EnvoyContext, type: Message, map: ValueMap, path: Path): Map<string, GivenField> {
  const given = new Map<string, GivenField>();
  for (const [key, value] of Object.entries(map)) {
    const at = [...path, key];
    const field = fieldOf(context, type, key, at);
    if (field === undefined || (value === null && !takesNull(field))) continue;
    const rival = rivalOf(given, field);
    if (rival !== undefined)
      complain(
        context,
        'reader',
        at,
        `Envoy’s ${shortName(type.name)}: ${key} excludes ${rival}, so only one of them may be set.`,
        { at: 'key' },
      );
    given.set(field.name, { field, value, path: at });
  }
  return given;
}

function takesNull({ type, shape }: MessageField): boolean {
  return shape === 'single' && type.kind === 'well-known' && /\.(?:Value|NullValue)$/.test(type.name);
}

function rivalOf(given: ReadonlyMap<string, GivenField>, { oneof, name }: MessageField): string | undefined {
  if (oneof === undefined) return undefined;
  for (const { field } of given.values()) if (field.oneof === oneof && field.name !== name) return field.name;
  return undefined;
}

/** The field that an Envoy of this version reads under a key. */
function fieldOf(context: EnvoyContext, type: Message, key: string, path: Path): MessageField | undefined {
  const candidates = type.byName.get(key) ?? [];
  const { envoy } = context;
  const current = candidates.find(({ isV2, from, to }) => !isV2 && from <= envoy && envoy <= to);
  if (current !== undefined) {
    if (current.isDisallowed && !context.takesDeprecated)
      complain(
        context,
        'server',
        path,
        `Envoy refuses ${key} of ${withArticle(shortName(type.name))}, which it no longer supports.`,
        {
          at: 'key',
        },
      );
    return current;
  }
  const old = candidates.find(({ isV2 }) => isV2);
  if (old !== undefined && envoy <= lastWithV2) {
    complain(
      context,
      'reader',
      path,
      `${key} of ${withArticle(shortName(type.name))} is API v2, which Envoy 1.${envoy} only reads if it is allowed to.`,
      {
        severity: old.isDisallowed && !context.takesDeprecated ? 'error' : 'warning',
        at: 'key',
      },
    );
    return undefined;
  }
  complainOfUnknown(context, type, key, path, candidates);
  return undefined;
}

function complainOfUnknown(
  context: EnvoyContext,
  type: Message,
  key: string,
  path: Path,
  candidates: readonly MessageField[],
): void {
  const { envoy } = context;
  const message = `Envoy’s ${shortName(type.name)} has no field ${key}`;
  const other = candidates.find(({ isV2 }) => !isV2);
  const say = (end: string, hint?: string): void =>
    complain(context, 'reader', path, `${message}${end}`, { at: 'key', ...defined({ hint }) });
  if (other !== undefined && other.from > envoy) {
    say(` in Envoy 1.${envoy}, which this release uses: later versions have it.`);
    return;
  }
  if (other !== undefined) {
    say(` any more in Envoy 1.${envoy}, which this release uses: it was removed after 1.${other.to}.`);
    return;
  }
  const instead = successors[key];
  if (instead !== undefined && type.byName.has(instead)) {
    say(': it is API v2.', `Write ${instead} instead.`);
    return;
  }
  if (candidates.length > 0) {
    say(': it is API v2, which Envoy no longer reads.');
    return;
  }
  const names = type.fields
    .filter(({ isV2, from, to }) => !isV2 && from <= envoy && envoy <= to)
    .map(({ name }) => name);
  say(', so Envoy does not start.', closestHint(key, names));
}

/** The v3 names of fields known from v2. */
const successors: Readonly<Record<string, string>> = lookupTable({
  hosts: 'load_assignment',
  tls_context: 'transport_socket',
  config: 'typed_config',
  runtime: 'layered_runtime',
});

/** The items of a list: Envoy's reader accepts a single value as a list, and flattens nested lists. */
export function itemsOf(value: Value, path: Path): readonly (readonly [Value, Path])[] {
  if (!Array.isArray(value)) return [[value, path]];
  return value.flatMap((item: Value, index) => itemsOf(item, [...path, index]));
}

/** The entries of a map; reports anything else and returns undefined. */
export function entriesOf(
  context: EnvoyContext,
  field: MessageField,
  value: Value,
  path: Path,
): readonly (readonly [string, Value])[] | undefined {
  if (isMap(value)) return Object.entries(value);
  complain(context, 'reader', path, `${field.name} must be a map, but is ${shownValue(value)}.`);
  return undefined;
}
