import type { Path } from '../problem.ts';
import { equal, isList, isMap, setEntry, type Value, type ValueMap } from '../value.ts';

/** Names of things that hold a secret, and of things that only sound so. */
const secretName =
  /(?:passw(?:or)?d|passphrase|secret|token|api_?key|access_?key|private_?key|licen[cs]e_?key|credential|auth_?key|signing_?key|encryption_?key|[_-]key$|^licen[cs]e$)/i;
const harmlessName = /(?:path|file|dir|policy|name|mount|enabled|ttl|duration|audience|_url|_uri|type)$/i;

/** Names of things that are random and no secret. */
const digestName = /checksum|sha\d*$|digest|revision|commit|hash|(?:^|[_-])u?id$/i;

/** Values that are secrets whatever they are called: JWTs, keys in PEM, the tokens of well-known services, long random texts. */
const secretValue =
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.|-----BEGIN [A-Z ]*PRIVATE KEY-----|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\b(?:gh[pousr]|glpat|xox[abprs]|sk|pk|hvs|npm|dop_v1|github_pat)[-_][\w-]{16,}|:\/\/[^\s/:@]+:[^\s/@]+@/;

/** Text that nobody wrote by hand: long, of one alphabet, letters and digits mixed. */
function isRandom(text: string): boolean {
  if (!/^[A-Za-z0-9+/_-]{32,}={0,2}$/.test(text) || (text.includes('/') && /\/[a-z]+\//.test(text))) return false;
  return /\d/.test(text) && /[A-Za-z]/.test(text) && new Set(text).size >= 12 && (text.match(/\d/g) ?? []).length >= 4;
}

function isSecretText(name: string, text: string): boolean {
  if (text === '') return false;
  if (secretName.test(name) && !harmlessName.test(name)) return true;
  return secretValue.test(text) || (isRandom(text) && !digestName.test(name));
}

/** Both sides of an object with what looks secret hidden. */
export interface Redacted {
  readonly left: ValueMap | undefined;
  readonly right: ValueMap | undefined;
}

/** Hides the data of Secrets, and values of variables, annotations and configuration that are called or look like secrets. */
export function redact(kind: string, left: ValueMap | undefined, right: ValueMap | undefined): Redacted {
  const hide = kind === 'Secret' ? hideSecret : hideInside;
  return {
    left: left && (hide(left, right, [], 'left') as ValueMap),
    right: right && (hide(right, left, [], 'right') as ValueMap),
  };
}

type Hide = (value: Value, other: Value | undefined, path: Path, side: 'left' | 'right') => Value;

const hideSecret: Hide = (value, other, path, side) => {
  const isData = path[0] === 'data' || path[0] === 'stringData';
  if (isData && typeof value === 'string') return placeholder(value, other, side);
  if (!isMap(value)) return value;
  return mapEntries(value, (key, entry) => hideSecret(entry, childOf(other, key), [...path, key], side));
};

const hideInside: Hide = (value, other, path, side) => {
  if (isList(value)) {
    return value.map((item, index) => hideInside(item, counterpart(item, index, other), [...path, index], side));
  }
  if (isMap(value)) {
    const called = typeof value['name'] === 'string' && typeof value['value'] === 'string' ? value['name'] : undefined;
    return mapEntries(value, (key, entry) => {
      const inner = [...path, key === 'value' && called !== undefined ? called : key];
      return hideInside(entry, childOf(other, key), inner, side);
    });
  }
  if (typeof value !== 'string' || !isSecretText(String(path.at(-1) ?? ''), value)) return value;
  // A whole file is no secret value: the parts of it that are stay readable in their places, the rest is not ours to hide.
  return value.includes('\n') && !secretValue.test(value)
    ? value
    : isReference(path)
      ? value
      : placeholder(value, other, side);
};

/** Names of Secrets, images and commands are no secrets. */
const references: ReadonlySet<string> = new Set([
  'name',
  'secretName',
  'image',
  'key',
  'mountPath',
  'path',
  'kind',
  'tokenPath',
]);

function isReference(path: Path): boolean {
  const last = path.at(-1);
  return typeof last === 'string' && references.has(last);
}

function placeholder(value: string, other: Value | undefined, side: 'left' | 'right'): string {
  const size = `${value.length} character${value.length === 1 ? '' : 's'}`;
  const differs = side === 'right' && typeof other === 'string' && other !== value;
  return `<hidden: ${size}${differs ? ', another value' : ''}>`;
}

function mapEntries(map: ValueMap, change: (key: string, value: Value) => Value): ValueMap {
  const result: Record<string, Value> = {};
  for (const [key, value] of Object.entries(map)) setEntry(result, key, change(key, value));
  return result;
}

function childOf(value: Value | undefined, key: string): Value | undefined {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The item of the other side with the same name, or in the same place. */
function counterpart(item: Value, index: number, other: Value | undefined): Value | undefined {
  if (!isList(other)) return undefined;
  if (!isMap(item)) return other[index];
  return other.find((candidate) => isMap(candidate) && equal(candidate['name'], item['name']));
}

/** Whether a part of a value was hidden. */
export function isHidden(value: Value | undefined): boolean {
  if (typeof value === 'string') return value.startsWith('<hidden: ');
  return typeof value === 'object' && value !== null && Object.values(value).some(isHidden);
}
