import { isWrittenWithEscapes } from '../go/to-yaml.ts';
import { keyOrder } from '../go/yaml-keys.ts';
import { isList, isMap, type Value } from '../value.ts';
import { readBare } from '../yaml/bare.ts';
import { readYaml } from '../yaml/read.ts';
import { remark, type Scope } from './scope.ts';

/**
 * What the template writes after a block of values, up to its next line or to the end of the document, whose blanks
 * Helm trims.
 */
export interface Behind {
  readonly text: string;
  readonly isEnd?: boolean;
}

/**
 * A block as YAML reads it where the chart prints it, with a warning if that is not what was given: a last multi-line
 * string, which go-yaml writes as a literal block, absorbs what follows it.
 */
export function readRunOn<T extends Value | undefined>(scope: Scope, key: string, block: T, behind: Behind): T {
  const read = runOn(block, behind);
  if (read === block) return block;
  const message = `${key} ends in a string of several lines, or one with blanks behind it, whose end is changed by what follows it in the chart’s template.`;
  remark(scope, 'bare-text-changed', key, message, 'Write it so that a string of one line comes last, without blanks.');
  return read;
}

/** The same without a report. */
export function runOn<T extends Value | undefined>(block: T, behind: Behind): T {
  return block !== undefined && isEndAtRisk(block) ? (replaceEnd(block, behind, 0) as T) : block;
}

/** Whether any string in it has several lines, or may have blanks that are not ASCII. */
function isEndAtRisk(value: Value): boolean {
  if (typeof value === 'string') return /[^ -~]/.test(value);
  if (isList(value)) return value.some(isEndAtRisk);
  if (!isMap(value)) return false;
  for (const key in value) if (isEndAtRisk(value[key] ?? null)) return true;
  return false;
}

/** Lists do not indent their items, but items that are maps or lists indent their contents. */
function replaceEnd(value: Value, behind: Behind, indent: number): Value {
  if (typeof value === 'string') return readEnd(value, behind, indent);
  if (isList(value)) {
    const last = value.at(-1) ?? null;
    const read = replaceEnd(last, behind, indent + 2);
    return read === last ? value : [...value.slice(0, -1), read];
  }
  const key = isMap(value) ? lastKey(value) : undefined;
  if (key === undefined || !isMap(value)) return value;
  const last = value[key] ?? null;
  const read = replaceEnd(last, behind, isList(last) ? indent : indent + 2);
  return read === last ? value : { ...value, [key]: read };
}

/** The key that go-yaml writes last. */
export function lastKey(map: object): string | undefined {
  return Object.keys(map).sort(keyOrder).at(-1);
}

/** What YAML reads of the last string of a block. */
export function readEnd(value: string, behind: Behind, indent: number): Value {
  if (isLiteral(value)) return readLiteral(value, behind, indent);
  // go-yaml writes no quotes for blanks that only Go knows as such.
  const isTrimmed =
    behind.isEnd === true && !value.endsWith(' ') && value.trimEnd() !== value && !isWrittenWithEscapes(value);
  return isTrimmed && readBare(value) === value ? (readBare(value.trimEnd()) ?? null) : value;
}

/**
 * The lines of the string are indented by this much more than its empty lines, which the chart’s `indent` fills with
 * blanks.
 */
function readLiteral(value: string, { text: behind, isEnd = false }: Behind, indent: number): string {
  // An indentation indicator is one digit, and what follows a deeper block is never indented enough to join it.
  const step = Math.min(indent, 9);
  const chomping = value.endsWith('\n') ? (/(?:^|\n)\n$/.test(value) ? '+' : '') : '-';
  const hint = /^[ \n]/.test(value) ? String(step) : '';
  const lines = value.replace(/\n$/, '').split('\n');
  const block = lines.map((line) => (line === '' ? '\n  ' : `\n  ${' '.repeat(step)}${line}`)).join('');
  const text = `data:\n  file: |${hint}${chomping}${block}${behind}`;
  const read = readYaml({ name: 'data', text: isEnd ? text.trimEnd() : text }).value;
  const data: Value = isMap(read) ? (read['data'] ?? null) : null;
  const file = isMap(data) ? data['file'] : undefined;
  return typeof file === 'string' ? file : value;
}

/** Whether go-yaml writes a string as a literal block: several lines, without what only quotes can hold. */
function isLiteral(text: string): boolean {
  return text.includes('\n') && !/ $|[\u2028\u2029]/.test(text) && !isWrittenWithEscapes(text);
}
