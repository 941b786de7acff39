import { isList, isMap, type Value } from '../value.ts';

/**
 * Writes values as block YAML that every reader reads alike: YAML 1.1 (Kubernetes' and Helm's go-yaml), YAML 1.2 and
 * Envoy's yaml-cpp. A string that any of them could read as something else, or that could end its own scalar, is
 * quoted.
 */

/** A map or list as lines at an indentation, each with a line break; a scalar or an empty collection as one line. */
export function writeYaml(value: Value, indent = ''): string {
  if (isList(value)) return listLines(value, indent) || `${indent}[]\n`;
  if (typeof value === 'object' && value !== null) return mapLines(value, indent) || `${indent}{}\n`;
  return `${indent}${writeScalar(value)}\n`;
}

/** A value as indented JSON: integers of any size, with invisible characters escaped. */
export function writeJson(value: Value, indent = ''): string {
  if (typeof value === 'string') return quoted(value);
  if (!isList(value) && !isMap(value)) return writeScalar(value);
  const inner = `${indent}  `;
  const parts = isList(value)
    ? value.map((item) => writeJson(item, inner))
    : Object.entries(value).map(([key, item]) => `${quoted(key)}: ${writeJson(item, inner)}`);
  const [open, close] = isList(value) ? '[]' : '{}';
  return parts.length === 0 ? `${open}${close}` : `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${indent}${close}`;
}

/** A scalar for the place after `key: `, on one line. */
export function writeScalar(value: Value | undefined): string {
  switch (typeof value) {
    case 'string':
      return writeText(value);
    case 'number':
      return writeNumber(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      if (value === null) return 'null';
      throw new TypeError(`not a scalar: ${value === undefined ? 'undefined' : JSON.stringify(value)}`);
  }
}

/** A value for the same place: a map or list in brackets. */
export function writeInline(value: Value | undefined): string {
  return typeof value === 'object' && value !== null ? escaped(JSON.stringify(value)) : writeScalar(value);
}

/** Keys, and most values, are the same few hundred words in every manifest. */
const written = new Map<string, string>();
const mostKept = 4096;

function writeText(text: string): string {
  const known = written.get(text);
  if (known !== undefined) return known;
  const result = isPlain(text) ? text : quoted(text);
  if (text.length > 100) return result;
  if (written.size === mostKept) written.clear();
  written.set(text, result);
  return result;
}

/** YAML 1.1 requires a decimal point before an exponent. Integers that a float64 rounds are written as floats. */
function writeNumber(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  const text = Number.isInteger(value) ? value.toExponential() : String(value);
  return text.replace(/^(-?\d+)e/, '$1.0e');
}

type Node = Exclude<Value, undefined>;

function mapLines(map: object, indent: string): string {
  let text = '';
  for (const key of Object.keys(map)) {
    const value = (map as Readonly<Record<string, Node>>)[key] as Node;
    const label = writeText(key);
    // Readers look no further than 1,024 characters for the colon of a simple key.
    text += label.length < 1000 ? `${indent}${label}:` : `${indent}? ${label}\n${indent}:`;
    text += after(value, indent);
  }
  return text;
}

/** What follows `key:`: on the same line if it fits there, else below. Lists are under their key, not indented. */
function after(value: Node, indent: string): string {
  if (isList(value)) return value.length === 0 ? ' []\n' : `\n${listLines(value, indent)}`;
  if (typeof value === 'object' && value !== null) {
    const lines = mapLines(value, `${indent}  `);
    return lines === '' ? ' {}\n' : `\n${lines}`;
  }
  if (typeof value === 'string' && isLiteral(value)) return ` ${literal(value, `${indent}  `)}`;
  return ` ${writeScalar(value)}\n`;
}

function listLines(list: readonly Node[], indent: string): string {
  let text = '';
  for (const item of list) {
    const inner = `${indent}  `;
    if (isList(item) && item.length > 0) text += `${indent}- ${listLines(item, inner).slice(inner.length)}`;
    else if (typeof item === 'object' && item !== null && !isList(item) && Object.keys(item).length > 0) {
      text += `${indent}- ${mapLines(item, inner).slice(inner.length)}`;
    } else text += `${indent}-${after(item, indent)}`;
  }
  return text;
}

const wordLike = /^[A-Za-z_/$(][\w\-./$()@,=+~%|]*(?::[\w\-./$()@,=+~%|]+)*$/;
const addressLike = /^\d{1,3}\.\d+\.\d[\w\-.]*(?::\d+)?(?:\/[\w\-./]+)?$/;
const optionLike = /^--?[A-Za-z][\w\-./$()@,=+~]*(?::[\w\-./$()@,=+~]+)*$/;
const durationLike = /^\d+(?:\.\d+)?(?:ms|s|m|h)(?:\d+(?:ms|s|m|h))*$/;
/** What some reader reads as null, a boolean, a number or a merge key. */
const reserved = /^(?:y|n|yes|no|on|off|true|false|null|-?nan|-?inf|~|=|<<)$/i;

function isPlain(text: string): boolean {
  if (text.length > 500) return false;
  if (reserved.test(text)) return false;
  return wordLike.test(text) || addressLike.test(text) || optionLike.test(text) || durationLike.test(text);
}

// Not printable in YAML, or a line break to some readers: C1 controls, DEL, LS and PS, the byte order mark,
// noncharacters. U+FFFD is escaped, too: in a file it looks like the remains of invalid UTF-8. Characters that reverse
// or hide text would make a manifest look like another one.
const unprintable =
  /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd-\uffff\ud800-\udfff]/g;
const loneSurrogate = /^[\ud800-\udfff]$/;

function quoted(text: string): string {
  return escaped(JSON.stringify(text));
}

function escaped(json: string): string {
  return json.replace(unprintable, (char) => {
    if (loneSurrogate.test(char)) return char;
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Multi-line strings stay readable as a literal block if no reader could lose a character of them. */
function isLiteral(text: string): boolean {
  const end = text.indexOf('\n');
  if (end < 1 || text.endsWith('\n\n') || /^[ \t]/.test(text)) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that a block cannot hold
  return !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd-\uffff]|\n\t|\n +(?:\n|$)/.test(
    text,
  );
}

function literal(text: string, indent: string): string {
  const keepsEnd = text.endsWith('\n');
  const lines = (keepsEnd ? text.slice(0, -1) : text).split('\n');
  return `${keepsEnd ? '|' : '|-'}\n${lines.map((line) => (line === '' ? '\n' : `${indent}${line}\n`)).join('')}`;
}
