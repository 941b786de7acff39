import type { Path } from '../problem.ts';
import { closest, closestHint } from '../schema/check-closest.ts';
import { defined, isMap, type Value, type ValueMap, wordOf } from '../value.ts';
import { complain, type EnvoyContext, shortName, shownValue } from './context.ts';
import { lastWithV2 } from './fields.ts';
import { isV2Type, type Message, typeNamed, typeNames } from './messages.ts';
import { checkSlot, likelyType } from './slots.ts';
import { checkWellKnown, complainAt, type FieldPlace } from './well-known.ts';

export type CheckMessage = (
  context: EnvoyContext,
  type: Message,
  value: Value,
  path: Path,
  isChecked: boolean,
  holder?: string,
) => void;

/** The place of an Any message. */
export interface AnyPlace extends FieldPlace {
  /** The full name of the message that contains the field. */
  readonly message: string;
  /** The field with its message, such as `envoy.config.core.v3.Metadata.typed_filter_metadata`. */
  readonly slot: string;
  /** The field that holds that message. */
  readonly holder: string;
  /** The name of the extension. */
  readonly named: Value | undefined;
}

/** Envoy passes these on without parsing them. */
const unread = new Set(['envoy.config.core.v3.Metadata.typed_filter_metadata']);
const structs = new Set(['xds.type.v3.TypedStruct', 'udpa.type.v1.TypedStruct']);

/** Checks an Any message, whose type is in `@type`. */
export function checkAny(context: EnvoyContext, value: Value, place: AnyPlace, checkMessage: CheckMessage): void {
  const { path, isChecked, rules } = place;
  if (!isMap(value)) {
    complainAt(context, 'reader', place, `must be a map with an @type, but is ${shownValue(value)}.`);
    return;
  }
  const { '@type': url, ...rest } = value;
  if (url === undefined) {
    if (Object.keys(rest).length > 0 || rules?.['required'] === true || !unread.has(place.slot)) {
      const likely = likelyType(context, place, Object.keys(rest));
      complain(
        context,
        'reader',
        path,
        `Envoy’s ${place.owner}: ${place.name} needs an "@type" that names its message; Envoy’s documentation of the extension has it.`,
        likely === undefined ? {} : { hint: `Add "@type": type.googleapis.com/${likely}.` },
      );
    }
    return;
  }
  const name = typeOf(context, url, [...path, '@type'], true);
  if (name === undefined) return;
  checkPacked(context, name, rest, { ...place, isChecked: isChecked && !unread.has(place.slot) }, checkMessage);
}

function checkPacked(
  context: EnvoyContext,
  name: string,
  rest: ValueMap,
  place: AnyPlace,
  checkMessage: CheckMessage,
): void {
  const type = typeNamed(name);
  const { path, isChecked } = place;
  const allowed = place.rules?.['in'];
  if (isChecked && Array.isArray(allowed) && !allowed.some((item) => wordOf(item).endsWith(`/${name}`)))
    complainAt(context, 'rules', place, `must be one of ${allowed.join(', ')}.`);
  if (isChecked && !structs.has(name)) checkSlot(context, place, name, [...path, '@type']);
  if (type?.kind === 'well-known') {
    const others = type.name.endsWith('.Empty')
      ? Object.keys(rest)
      : Object.keys(rest).filter((key) => key !== 'value');
    for (const key of others)
      complain(context, 'reader', [...path, key], `${shortName(name)} has no field ${key}.`, { at: 'key' });
    if ('value' in rest)
      checkWellKnown(context, type.name, rest['value'] ?? null, {
        ...place,
        rules: undefined,
        path: [...path, 'value'],
      });
  } else if (type?.kind === 'message') {
    checkMessage(context, type, rest, path, isChecked, place.slot);
    if (structs.has(name)) checkTypedStruct(context, rest, place, checkMessage);
  }
}

/** A message written as a struct of its fields. */
function checkTypedStruct(context: EnvoyContext, map: ValueMap, place: AnyPlace, checkMessage: CheckMessage): void {
  const url = map['type_url'] ?? map['typeUrl'] ?? null;
  const fields = map['value'] ?? null;
  const name = typeOf(context, url, [...place.path, 'type_url'], false);
  const type = name === undefined ? undefined : typeNamed(name);
  if (name === undefined || type?.kind !== 'message') return;
  if (place.isChecked) checkSlot(context, place, name, [...place.path, 'type_url']);
  checkMessage(context, type, fields ?? {}, [...place.path, 'value'], place.isChecked, place.slot);
}

/** The type name in a URL, if Envoy has the type; otherwise reports it. */
function typeOf(context: EnvoyContext, url: Value, path: Path, needsHost: boolean): string | undefined {
  if (typeof url !== 'string' || url === '') {
    complain(
      context,
      'reader',
      path,
      `@type must be a string such as type.googleapis.com/envoy.…, but is ${shownValue(url)}.`,
    );
    return undefined;
  }
  const slash = url.lastIndexOf('/');
  const name = url.slice(slash + 1);
  if (needsHost && slash < 1) {
    complain(context, 'reader', path, `@type must begin with a host, but is ${shownValue(url)}.`, {
      hint: `Write type.googleapis.com/${name}.`,
    });
    return undefined;
  }
  const type = typeNamed(name);
  if (type === undefined || type.kind === 'enum' || type.kind === 'scalar') {
    complainOfType(context, name, path);
    return undefined;
  }
  if (type.kind === 'message' && (type.from > context.envoy || context.envoy > type.to)) {
    const when = type.from > context.envoy ? 'does not have it yet' : `no longer has it: the last one was 1.${type.to}`;
    complain(
      context,
      'reader',
      path,
      `${name} is a message of Envoy, but Envoy 1.${context.envoy}, which this release uses, ${when}.`,
    );
    return undefined;
  }
  return name;
}

/** Gloo's Envoy has additional messages, and Gloo Enterprise's has more: they are not known here. */
function complainOfType(context: EnvoyContext, name: string, path: Path): void {
  if (isV2Type(name)) {
    const reads = context.envoy <= lastWithV2;
    const near = closest(shortName(name), namesOfV3(shortName(name)));
    complain(
      context,
      'reader',
      path,
      `${name} is a message of Envoy’s API v2, which Envoy 1.${context.envoy} ${reads ? 'only reads if it is allowed to' : 'no longer has'}.`,
      {
        severity: reads ? 'warning' : 'error',
        ...(near === undefined ? {} : { hint: `Its successor is ${fullNameOf(near.word)}.` }),
      },
    );
  } else if (/^(?:envoy\.(?:extensions|config\.[\w.]*\.?v3|type)|xds|udpa|google)\b/.test(name)) {
    const hint = closestHint(name, typeNames());
    complain(context, 'reader', path, `Envoy has no message ${name}.`, defined({ hint }));
  } else {
    complain(
      context,
      'reader',
      path,
      `${name} is not one of Envoy’s own messages: only a build of Envoy that has it starts with this.`,
      { severity: 'warning' },
    );
  }
}

function namesOfV3(short: string): string[] {
  return [...typeNames()].map(shortName).filter((name) => name === short);
}

function fullNameOf(short: string): string {
  return [...typeNames()].find((name) => shortName(name) === short) ?? short;
}
