import type { Path } from '../problem.ts';
import { equal, isList, isMap, setEntry, type Value, type ValueMap, valueAt } from '../value.ts';
import { counted } from '../words.ts';
import { isBareKey, isDigestName, isHarmlessValue, isReadableFile, isSecretName } from './secret-names.ts';
import { decoded } from './secret-shapes.ts';
import { structuredSpans } from './secret-structure.ts';
import { secretSpans } from './secret-text.ts';
import { merged, replaceSpans, type Span } from './span.ts';

/** Both sides of an object, with what looks secret hidden. */
export interface Redacted {
  readonly left: ValueMap | undefined;
  readonly right: ValueMap | undefined;
}

/**
 * Hides secrets on both sides of an object: the data of Secrets, values whose name or form is a secret's, and such
 * parts of arguments, scripts, URLs and files. The structure stays: maps keep their keys and lists their length. If a
 * hidden value of the right differs from the left's, that is shown, but nothing else except its length.
 */
export function redact(left: ValueMap | undefined, right: ValueMap | undefined): Redacted {
  return {
    left: left && (hide(left, right, top, 'left') as ValueMap),
    right: right && (hide(right, left, top, 'right') as ValueMap),
  };
}

/** The same for one side, or for values without a counterpart. */
export function redactValue(value: Value, path: Path = []): Value {
  return path.length === 0
    ? hide(value, undefined, top, 'left')
    : hide(value, undefined, path.reduce(below, top), 'left');
}

/**
 * A value at a path inside others, with secrets hidden: `secrets` are those of all the values, because what marks a
 * value as secret may be a sibling.
 */
export function shownValueAt(value: Value, path: Path, secrets: ReadonlySet<string>): Value {
  return typeof value === 'string' && secrets.has(value) ? hiddenPart : redactValue(value, path);
}

/**
 * Returns every secret in a value, as it is written there; of a text that contains more than a secret, only that part.
 */
export function secretsIn(value: Value): string[] {
  const found: string[] = [];
  const collect = (secret: string): string => {
    found.push(secret);
    return secret;
  };
  hide(value, undefined, { ...top, put: collect }, 'left');
  return found;
}

type Put = (secret: string, whole: boolean) => string;

/** Where a value is, as far as it determines what the value means. */
interface Place {
  /** The nearest key above it, or the name that a sibling states. */
  readonly name: string;
  /** The names of its parents, outermost first. */
  readonly above: readonly string[];
  /** Whether the keys here are user-defined: entries of ConfigMaps, annotations, texts in a format. */
  readonly isFree: boolean;
  /** Inside the data of a Secret, where everything is hidden. */
  readonly isData: boolean;
  readonly put?: Put;
}

const top: Place = { name: '', above: [], isFree: false, isData: false };
const freeKeys: ReadonlySet<string> = new Set(['annotations', 'binaryData', 'matchLabels', 'stringData']);

function below(place: Place, key: string | number): Place {
  if (typeof key === 'number') return place;
  const isFree = place.isFree || freeKeys.has(key) || (key === 'data' && place.above.length === 0);
  return { ...place, name: key, above: [...place.above, key], isFree: isFree && key !== 'envoy.yaml' };
}

function hide(value: Value, other: Value | undefined, place: Place, side: Side): Value {
  if (isList(value)) return hideList(value, other, place, side);
  if (isMap(value)) return hideMap(value, other, place, side);
  if (place.isData) return value === null ? value : hideWhole(String(value), textOf(other), place, side);
  if (typeof value === 'string') return hideText(value, textOf(other), place, side);
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  return isNumber && isSecretNumber(place.name) ? hideWhole(String(value), textOf(other), place, side) : value;
}

type Side = 'left' | 'right';

function textOf(value: Value | undefined): string | undefined {
  return value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
}

/** Numbers are usually counts: only these names make one a secret. */
function isSecretNumber(name: string): boolean {
  return isSecretName(name) && /(?:passw(?:or)?d|pass|pwd?|passcode|passphrase|pin|otp|secret|token)$/i.test(name);
}

/** Keys of a value whose name is a sibling. */
const valueKeys: ReadonlySet<string> = new Set(
  'value values raw_value rawValue exact exact_match exactMatch prefix_match prefixMatch suffix_match suffixMatch contains contains_match containsMatch string_match stringMatch safe_regex safe_regex_match safeRegexMatch regex default'.split(
    ' ',
  ),
);

/** The private parts of a JSON Web Key. */
const keyParts: ReadonlySet<string> = new Set(['k', 'd', 'p', 'q', 'dp', 'dq', 'qi', 'oth']);

function hideMap(map: ValueMap, other: Value | undefined, place: Place, side: Side): ValueMap {
  const isSecret = map['kind'] === 'Secret';
  const isKey = typeof map['kty'] === 'string';
  const called = calledIn(map);
  const result: Record<string, Value> = {};
  for (const [key, value] of Object.entries(map)) {
    const inner = below(place, key);
    const isNamed = called !== undefined && valueKeys.has(key);
    const here: Place = {
      ...inner,
      ...(isNamed || (valueKeys.has(key) && isSecretName(place.name)) ? { name: called ?? place.name } : {}),
      ...(isKey && keyParts.has(key) ? { name: 'privateKey' } : {}),
      isFree: inner.isFree || isNamed,
      isData: place.isData || (isSecret && (key === 'data' || key === 'stringData')),
    };
    setEntry(result, key, hide(value, valueAt(other, key), here, side));
  }
  return result;
}

/** The names that the entries of a map get from their siblings: variables, headers, parameters. */
function calledIn(map: ValueMap): string | undefined {
  const name = map['name'] ?? map['key'] ?? map['header'];
  return typeof name === 'string' && Object.keys(map).some((key) => valueKeys.has(key)) ? name : undefined;
}

function hideList(list: readonly Value[], other: Value | undefined, place: Place, side: Side): Value {
  const others = isList(other) ? other : [];
  return list.map((item, index) => {
    const argument = argumentOf(list, index);
    const inner: Place = argument === undefined ? place : { ...place, name: argument, isFree: true };
    return hide(item, counterpart(item, index, others), inner, side);
  });
}

/** The option to which an item of an argument list belongs. */
function argumentOf(list: readonly Value[], index: number): string | undefined {
  const [item, before] = [list[index], list[index - 1]];
  if (typeof before !== 'string' || typeof item === 'object' || /^--?[A-Za-z]/.test(String(item))) return undefined;
  return /^--?([A-Za-z][\w.-]{0,100})$/.exec(before)?.[1];
}

function hideText(text: string, other: string | undefined, place: Place, side: Side): string {
  if (isWhollySecret(text, place)) return hideWhole(text, other, place, side);
  const spans = spansIn(text, place);
  if (spans.length === 0) return text;
  const put =
    place.put ??
    partPlaceholder(side === 'right' && other !== undefined && other !== text ? secretsOf(other, place) : undefined);
  return replaceSpans(text, spans, (secret) => put(secret, false));
}

function secretsOf(text: string, place: Place): ReadonlySet<string> {
  const found = new Set<string>();
  if (isWhollySecret(text, place)) return found.add(text);
  for (const { start, end } of spansIn(text, place)) found.add(text.slice(start, end));
  return found;
}

function spansIn(text: string, { above, name }: Place): Span[] {
  // Entries of binaryData are base64: if one contains a secret, all of it is hidden.
  if (above.at(-2) === 'binaryData') {
    const inside = decoded(text) ?? '';
    if (secretSpans(inside).length + structuredSpans(inside, secretsIn).length > 0)
      return [{ start: 0, end: text.length }];
  }
  const login = /^(?:u|user|proxy-user)$/.test(name) ? /^[^\s:]{1,64}:(?=\S)/.exec(text)?.[0].length : undefined;
  const ofLogin = login === undefined ? [] : [{ start: login, end: text.length }];
  return merged([...ofLogin, ...secretSpans(text), ...structuredSpans(text, secretsIn)]);
}

/** Names of objects, paths and images are always shown. */
const references: ReadonlySet<string> = new Set([
  'name',
  'secretName',
  'image',
  'mountPath',
  'path',
  'kind',
  'tokenPath',
  'apiVersion',
]);

function isWhollySecret(text: string, place: Place): boolean {
  const { name, isFree } = place;
  if (text === '' || (!isFree && references.has(name))) return false;
  const source = sourceOf(place);
  if (source !== undefined) return source;
  if ((isSecretName(name) || (isFree && isBareKey(name))) && !isHarmlessValue(text)) {
    // In a whole file only the secret parts are hidden, which are found by the names in it.
    return !(isReadableFile(name) && text.includes('\n'));
  }
  return isRandom(text.trim()) && !isDigestName(name);
}

const sources: ReadonlySet<string> = new Set(['inline_string', 'inline_bytes', 'inlineString', 'inlineBytes']);
const publicSources: ReadonlySet<string> = new Set(
  'certificate_chain certificateChain trusted_ca trustedCa crl ocsp_staple ocspStaple'.split(' '),
);

/**
 * Whether a data source in Envoy's configuration is secret, judged by its purpose. Certificates are public; log formats
 * and Lua scripts are shown except for the secrets in them. Undefined for any other value.
 */
function sourceOf({ above }: Place): boolean | undefined {
  if (!sources.has(above.at(-1) ?? '')) return undefined;
  const owner = above.at(-2) ?? '';
  if (publicSources.has(owner)) return false;
  return (
    isSecretName(owner) ||
    above.some((name) =>
      /^(?:secrets?|generic_secret|genericSecret|session_ticket_keys|sessionTicketKeys)$/.test(name),
    ) ||
    undefined
  );
}

/** Machine-generated text: long, of one alphabet, with letters and digits mixed. */
function isRandom(text: string): boolean {
  if (!/^[A-Za-z0-9+/_-]{32,}={0,2}$/.test(text) || (text.includes('/') && /\/[a-z]+\//.test(text))) return false;
  return /\d/.test(text) && /[A-Za-z]/.test(text) && new Set(text).size >= 12 && (text.match(/\d/g) ?? []).length >= 4;
}

function hideWhole(value: string, other: string | undefined, { put }: Place, side: Side): string {
  if (put !== undefined) return put(value, true);
  const size = counted(value.length, 'character');
  const differs = side === 'right' && other !== undefined && other !== value;
  return `<hidden: ${size}${differs ? ', another value' : ''}>`;
}

/** Marks secrets in a text that the other side does not have. */
function partPlaceholder(others: ReadonlySet<string> | undefined): Put {
  return (secret) => (others === undefined || others.has(secret) ? hiddenPart : '<hidden: another value>');
}

/** The placeholder of a secret inside a text. */
export const hiddenPart = '<hidden>';

/** The corresponding item of the other side: the one with the same name, an equal one, or the one at the same index. */
function counterpart(item: Value, index: number, others: readonly Value[]): Value | undefined {
  if (!isMap(item)) return others.includes(item) ? item : others[index];
  return others.find((candidate) => isMap(candidate) && equal(candidate['name'], item['name']));
}

/** Whether part of a value was hidden. */
export function isHidden(value: Value | undefined): boolean {
  if (typeof value === 'string') return /<hidden(?:>|: (?:\d|another value))/.test(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(isHidden);
}
