import { isList, isMap, type Value } from '../value.ts';
import { readYaml } from './read.ts';
import { resolvePlain } from './resolve.ts';

/**
 * Where in a line of the chart's template a value is printed: after a key, as an item of a list, or within braces too.
 */
export type BarePlace = 'value' | 'item' | 'flow';

/**
 * What is certainly one plain scalar: no indicator at the start, no `: ` or ` #` inside, no space or colon at the end.
 * Flags are, too.
 */
const plainWords = /^(?:[\w/.$(+~]|--(?=[A-Za-z]))(?:[\w./@+%$()=;~-]|:(?=[\w./])| (?=[\w./$(+~-]))*$/;

/** A number in YAML, but not one that the reader of values accepts. */
const negativeInfinity = ['-.inf', '-.Inf', '-.INF'];

/**
 * The chart prints most values without quotes, so the effective value is what YAML reads there: returns what it reads
 * in a line that contains `text`. Undefined if the line does not stay one value: invalid YAML, or YAML that changes the
 * lines around it.
 */
export function readBare(text: string, place: BarePlace = 'value'): Value | undefined {
  if (plainWords.test(text) || negativeInfinity.includes(text)) return resolvePlain(text);
  if (text === '') return null;
  if (place === 'flow') {
    // The closing bracket would start a line.
    if (text.includes('\n')) return undefined;
    const block = readBare(text);
    const flow = readLines(`  key: {inner: ${text}}\n`, (found) => (isMap(found) ? found['inner'] : undefined));
    return block === flow ? block : undefined;
  }
  return place === 'item'
    ? readLines(`  key:\n  - ${text}\n`, (found) => (isList(found) && found.length === 1 ? found[0] : undefined))
    : readLines(`  key: ${text}\n`, (found) => found);
}

/** The key that YAML reads in a line `KEY: "…"`, printed without quotes; undefined if it reads no such line. */
export function readBareKey(key: string): string | undefined {
  if (/^[a-z][\w./-]*$/i.test(key) && typeof resolvePlain(key) === 'string') return key;
  // A key on one line cannot have more characters.
  if (key.length > longestKey) return undefined;
  const map = readOuter(`  ${key}: "value"\n`);
  const names = Object.keys(map ?? {}).filter((name) => name !== 'next');
  const [name] = names;
  return names.length === 1 && name !== undefined && map?.[name] === 'value' && key !== 'next' ? name : undefined;
}

const longestKey = 1024;

function readLines(lines: string, pick: (found: Value | undefined) => Value | undefined): Value | undefined {
  const map = readOuter(lines);
  return map !== undefined && Object.keys(map).length === 2 ? pick(map['key']) : undefined;
}

/** The map that the lines are parsed into; undefined if they change how the line after them is read. */
function readOuter(lines: string): Readonly<Record<string, Value>> | undefined {
  const { value, problems } = readYaml(
    { name: 'line', text: `outer:\n${lines}  next: 1\nlast: 1\n` },
    Number.POSITIVE_INFINITY,
  );
  if (problems.some(({ severity }) => severity === 'error') || !isMap(value)) return undefined;
  const { outer, last } = value;
  return last === 1 && Object.keys(value).length === 2 && isMap(outer) && outer['next'] === 1 ? outer : undefined;
}
