import type { Path } from '../problem.ts';
import { describeKind, getEntry, isMap, mapOf, type Value, type ValueMap } from '../value.ts';
import { readJsonPrefix } from './json.ts';
import type { Draft, Drafts } from './set-drafts.ts';
import {
  fail,
  isFailure,
  jsonOf,
  type Parsing,
  quote,
  readIndex,
  readUntil,
  type SetFailure,
  type SetReader,
  shellWord,
  skipBlank,
} from './set-text.ts';

/**
 * The grammar of Helm's `--set*` arguments, followed step by step (Helm 3.19 `pkg/strvals/parser.go` and
 * `literal_parser.go`), its oddities included:
 *
 *     a.b=v,c=v2     dots go into maps, commas separate (neither commas nor escapes in `literal`)
 *     a[2].b=v       brackets go into lists, which are filled up with null
 *     a={x,y}        a list; `{}` is a list of one empty string
 *     a\.b=x\,y      a backslash takes the next character for what it is
 */

/** The paths that an argument set. */
export interface ParsedSet {
  readonly paths: readonly Path[];
  /** The text after `=` for each of them. */
  readonly texts: readonly string[];
}

const maxIndex = 65536;
/** Helm's limit is per list, and there may be thousands of lists. */
const maxPadding = 1_000_000;
const maxLevel = 30;
/** Helm counts only dots; brackets need a limit, too. */
const maxDepth = 500;

/**
 * Applies an argument to the values below `root`, one of the drafts; if it fails, they stay as they were. Never throws.
 */
export function parseSet(root: Draft, text: string, reader: SetReader, drafts: Drafts): ParsedSet | SetFailure {
  const parsing: Parsing = { text, reader, drafts, paths: [], texts: [], at: 0 };
  try {
    if (reader.kind === 'json' && reader.takesObjects && /^\s*\{/.test(text)) readObject(parsing, root);
    else while (readKey(parsing, root, 0, []) === 'more');
    drafts.keep();
    return { paths: parsing.paths, texts: parsing.texts };
  } catch (error) {
    drafts.takeBack();
    if (isFailure(error)) return error;
    throw error;
  }
}

/** A whole object, merged over the values like a file of values (Helm 4 `MergeMaps`). */
function readObject(parsing: Parsing, root: Draft): void {
  const found = readJsonPrefix(parsing.text, 0);
  if ('error' in found)
    fail(found.at, `This object is not valid JSON: ${found.error}.`, 'put keys and strings in double quotes');
  const rest = parsing.text.slice(found.end).trimStart();
  if (rest !== '')
    fail(parsing.text.length - rest.length, 'Nothing may follow the object.', 'give each its own --set-json');
  layOver(parsing, root, mapOf(found.value), []);
}

function layOver(parsing: Parsing, below: Draft, over: ValueMap, path: Path): void {
  for (const [key, value] of Object.entries(over)) {
    const inner = [...path, key];
    const known = getEntry(below, key);
    if (isMap(value) && isMap(known)) {
      const child = parsing.drafts.map(known);
      parsing.drafts.put(below, key, child);
      layOver(parsing, child, value, inner);
    } else {
      parsing.drafts.put(below, key, value);
      parsing.paths.push(inner);
    }
  }
}

/** Whether an argument continues; Helm accepts its end wherever nothing more is required. */
type Rest = 'more' | 'end';

function readKey(parsing: Parsing, map: Draft, level: number, path: Path): Rest {
  const start = parsing.at;
  const [key, stop] = readUntil(parsing, parsing.reader.kind === 'literal' ? '=[.' : '=[,.');
  const inner = [...path, key];
  if (inner.length > maxDepth) fail(start, `This goes more than ${maxDepth} levels deep.`);
  switch (stop) {
    case undefined:
      if (key === '') return 'end';
      return fail(start, `${quote(key)} has no value.`, hintFor(parsing, key));
    case ',':
      return fail(parsing.at - 1, `${quote(key)} has no value before this comma.`, hintFor(parsing, key));
    case '=':
      return readValue(parsing, inner, (value) => {
        if (key === '') return;
        parsing.drafts.put(map, key, value);
        parsing.paths.push(inner);
      });
    case '[': {
      const at = parsing.at;
      const index = readIndex(parsing);
      const known = getEntry(map, key);
      const list = known === undefined ? parsing.drafts.list([]) : asList(parsing, known, start, key);
      if (known !== undefined || key !== '') parsing.drafts.put(map, key, list);
      return readItem(parsing, list, { index, at }, level, inner);
    }
    default: {
      if (level >= maxLevel) return fail(start, `This goes more than ${maxLevel} levels deep.`);
      const known = getEntry(map, key);
      const child = known === undefined ? parsing.drafts.map({}) : asMap(parsing, known, start, key);
      if (known !== undefined) parsing.drafts.put(map, key, child);
      const rest = readKey(parsing, child, level + 1, inner);
      const isEmpty = parsing.drafts.isEmpty(child);
      if (rest === 'more' && isEmpty)
        return fail(start, `No key below ${quote(key)} has a value.`, 'a key must not be empty');
      if (!isEmpty && key !== '') parsing.drafts.put(map, key, child);
      return rest;
    }
  }
}

/** An index, and its offset. */
interface Index {
  readonly index: number;
  readonly at: number;
}

/** Reads what follows `name[index]`; the list is this argument's own. */
function readItem(parsing: Parsing, list: Value[], position: Index, level: number, parent: Path): Rest {
  const { index } = position;
  const start = parsing.at;
  const path = [...parent, index];
  if (index < 0) fail(position.at, 'A list index must not be negative.');
  if (path.length > maxDepth) fail(start, `This goes more than ${maxDepth} levels deep.`);
  const [key, stop] = readUntil(parsing, '[.=');
  if (key !== '')
    fail(start, `${quote(key)} must not directly follow an index.`, 'after ] comes =, a dot or another [');
  switch (stop) {
    case undefined:
      return 'end';
    case '=':
      readValue(parsing, path, (value) => {
        setItem(parsing, list, position, value);
        parsing.paths.push(path);
      });
      return 'more';
    case '[': {
      const at = parsing.at;
      const next = { index: readIndex(parsing), at };
      const known = list[index];
      const child =
        known === undefined || known === null ? parsing.drafts.list([]) : asList(parsing, known, start, `[${index}]`);
      if (known !== undefined && known !== null) parsing.drafts.putItem(list, index, child);
      if (readItem(parsing, child, next, level, path) === 'end') return 'end';
      setItem(parsing, list, position, child);
      return 'more';
    }
    default: {
      const known = list[index];
      const child = parsing.drafts.map(isMap(known) ? known : {});
      if (known !== undefined) parsing.drafts.putItem(list, index, child);
      if (readKey(parsing, child, level, path) === 'end') return 'end';
      setItem(parsing, list, position, child);
      return 'more';
    }
  }
}

/** Reads what follows `=` and stores it. */
function readValue(parsing: Parsing, path: Path, put: (value: Value) => void): Rest {
  const start = parsing.at;
  const rest = readTyped(parsing, path, put);
  const written = parsing.text.slice(start, parsing.at);
  if (parsing.paths.length > parsing.texts.length)
    parsing.texts.push(parsing.reader.kind === 'literal' ? written : written.replace(/,$/, ''));
  return rest;
}

function readTyped(parsing: Parsing, path: Path, put: (value: Value) => void): Rest {
  const { text, reader } = parsing;
  const start = parsing.at;
  switch (reader.kind) {
    case 'literal':
      parsing.at = text.length;
      put(text.slice(start));
      return 'more';
    case 'json': {
      if (skipBlank(parsing)) {
        put(null);
        return 'more';
      }
      const found = readJsonPrefix(text, parsing.at);
      if ('error' in found)
        return fail(
          found.at,
          `The value of ${quote(String(path.at(-1)))} is not valid JSON: ${found.error}.`,
          'put strings in double quotes',
        );
      parsing.at = found.end;
      put(found.value);
      skipBlank(parsing);
      return 'more';
    }
    case 'text':
      if (start >= text.length) {
        put('');
        return 'end';
      }
      if (text[start] === '{') put(readList(parsing, reader.read));
      else {
        const [word] = readUntil(parsing, ',');
        put(valueOf(reader.read(word), start));
      }
      return 'more';
  }
}

type ReadText = Extract<SetReader, { kind: 'text' }>['read'];

function readList(parsing: Parsing, read: ReadText): Value[] {
  const start = parsing.at++;
  const list = parsing.drafts.list([]);
  for (;;) {
    const at = parsing.at;
    const [word, stop] = readUntil(parsing, ',}');
    if (stop === undefined) return fail(start, 'This list is not closed: its } is missing.', asItStands(parsing));
    list.push(valueOf(read(word), at));
    if (stop === ',') continue;
    if (parsing.text[parsing.at] === ',') parsing.at++;
    return list;
  }
}

function valueOf(result: ReturnType<ReadText>, at: number): Value {
  return 'error' in result ? fail(at, `This cannot be set: ${result.error}.`) : result.value;
}

function setItem({ drafts }: Parsing, list: Value[], { index, at }: Index, value: Value): void {
  if (index > maxIndex) fail(at, `A list index must not be greater than ${maxIndex}.`);
  if (index > list.length && drafts.padding > maxPadding)
    fail(at, 'These lists have too many items that were not set.', 'set the items of a list from [0] on');
  drafts.putItem(list, index, value);
}

/** The value of a layer below, as a map that may be changed; fails if it is not a map. */
function asMap(parsing: Parsing, value: Value, at: number, name: string): Draft {
  if (!isMap(value))
    return fail(
      at,
      `${quote(name)} is ${describeKind(value)} in a layer below, so nothing can be set inside it.`,
      `set ${name} to a map in a values file first`,
    );
  return parsing.drafts.map(value);
}

/** The value of a layer below, as a list that may be changed; fails if it is not a list. */
function asList(parsing: Parsing, value: Value, at: number, name: string): Value[] {
  if (!Array.isArray(value))
    return fail(
      at,
      `${quote(name)} is ${describeKind(value)} in a layer below, not a list.`,
      `set ${name} as a whole instead`,
    );
  return parsing.drafts.list(value as readonly Value[]);
}

function hintFor(parsing: Parsing, key: string): string {
  if (parsing.reader.kind === 'json' && /^\s*\{/.test(key))
    return 'Helm 3 requires PATH=JSON here; Helm 4 also accepts a whole object: --helm-version 4';
  if (parsing.reader.kind === 'json' && /^\s*\[/.test(key)) return 'write PATH=JSON';
  return parsing.paths.length > 0 ? asItStands(parsing) : 'write PATH=VALUE';
}

/** How to write a value that the parser split: as JSON if it is a map or a list, else literally. */
function asItStands({ text, paths, reader }: Parsing): string {
  const assignment = /^(.*?[^\\])=(.*)$/s.exec(text.slice(startOfLast(text, paths.length)));
  const [, path = '', value = ''] = assignment ?? [];
  if (reader.kind === 'json' || path === '') return 'give each value its own option';
  const before = text.slice(0, startOfLast(text, paths.length)).replace(/,$/, '');
  const json = jsonOf(value);
  const own =
    json === undefined
      ? `--set-literal ${shellWord(`${path}=${value}`)}`
      : `--set-json ${shellWord(`${path}=${json}`)}`;
  return `use ${before === '' ? '' : `--set ${shellWord(before)} `}${own}`;
}

/** The offset of the last assignment, given how many the parser has read. */
function startOfLast(text: string, count: number): number {
  const starts = [0, ...[...text.matchAll(/,(?=[\w.[\]\\/-]+=)/g)].map(({ index }) => index + 1)];
  return starts[Math.max(0, Math.min(count, starts.length) - 1)] ?? 0;
}
