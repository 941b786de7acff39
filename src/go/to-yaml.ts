import { isList, isMap, type OpenMap, setEntry, type Value } from '../value.ts';

/**
 * What Helm's `toYaml` does to strings: it writes JSON, go-yaml v2 reads that as YAML and writes it again. Sources:
 * readerc.go, scannerc.go and emitterc.go of go-yaml v2.4, JSONToYAML of sigs.k8s.io/yaml 1.6.
 */

/** Characters that are not ordinary for go-yaml: C1 controls, line breaks of its own, noncharacters. */
const special = /[\u007f-\u009f\u2028\u2029\ufffe\uffff]/;
/** What JSON writes as it is and go-yaml refuses. */
const refused = /[\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

/** Whether a string or a key anywhere in a value fulfils a condition. */
export function someString(value: Value, test: (text: string, isKey: boolean) => boolean): boolean {
  if (typeof value === 'string') return test(value, false);
  if (isList(value)) return value.some((item) => someString(item, test));
  if (!isMap(value)) return false;
  for (const key in value) if (test(key, true) || someString(value[key] ?? null, test)) return true;
  return false;
}

/** The value with every string and key replaced; `indent` is the column at which go-yaml continues one on the next line. */
function replaceStrings(value: Value, replace: (text: string, indent: number) => string, indent = 0): Value {
  if (typeof value === 'string') return replace(value, indent);
  if (isList(value)) return value.map((item) => replaceStrings(item, replace, indent + 2));
  if (!isMap(value)) return value;
  const result: OpenMap = {};
  for (const [key, item] of Object.entries(value))
    setEntry(result, replace(key, indent + 2), replaceStrings(item, replace, isList(item) ? indent : indent + 2));
  return result;
}

/** Whether Helm may change or lose a string or a key. */
export function isSpecial(text: string, isKey: boolean): boolean {
  return special.test(text) || (isKey && isTooLong(text));
}

/** Whether go-yaml does not find the colon behind a key, in JSON with its quotes and with Go’s escapes. */
function isTooLong(key: string): boolean {
  const mostPerCharacter = 6;
  if (key.length * mostPerCharacter < longestKey) return false;
  return [...JSON.stringify(key).replace(/[<>&\u2028\u2029]/g, '\\u0000')].length > longestKey;
}

const longestKey = 1024;

/**
 * The value after `toYaml`; undefined if that prints nothing, because go-yaml refuses a character, a line break in
 * a key or its length. In quotes, go-yaml folds NEL as any line break.
 */
export function afterToYaml(value: Value): Value | undefined {
  if (!someString(value, isSpecial)) return value;
  const isRefused = (text: string, isKey: boolean): boolean =>
    refused.test(text) || (isKey && (text.includes('\u0085') || isTooLong(text)));
  if (someString(value, isRefused)) return undefined;
  return replaceStrings(value, foldNel);
}

function foldNel(text: string): string {
  return text.replace(/(?<! ) *\u0085[ \u0085]*/g, (run) => '\n'.repeat(run.replaceAll(' ', '').length - 1) || ' ');
}

/** Whether go-yaml writes a string in double quotes: for characters that are not printable, or a blank before a line break. */
export function isWrittenWithEscapes(text: string): boolean {
  return / [\n\u2028\u2029]|[^\n -~\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/.test(text);
}

/**
 * Whether go-yaml writes a string with its U+2028 or U+2029 as they are, not as escapes: both are line breaks to it, and the
 * next line starts with the indentation that the block has by itself.
 */
function isBroken(text: string): boolean {
  if (!/[\u2028\u2029]/.test(text) || isWrittenWithEscapes(text)) return false;
  return text.includes('\n') ? !text.endsWith(' ') : !/[\u2028\u2029] /.test(text);
}

/**
 * Whether a block survives that a template indents only lines that end in a line feed: if not, the rest of a string ends up
 * outside its block, which is not YAML. In a file of a ConfigMap, both characters are ordinary ones for Envoy, which reads
 * the blanks behind them, too.
 */
export function afterBreaks(value: Value, isInFile: boolean): 'as it is' | 'with blanks' | 'not at all' {
  const fileIndent = 4;
  let result: ReturnType<typeof afterBreaks> = 'as it is';
  replaceStrings(value, (text, indent) => {
    if (!isBroken(text)) return text;
    const isLost = isInFile
      ? indent < fileIndent || /[\u2028\u2029]$/.test(text)
      : text.includes('\n') && /[\u2028\u2029][^\n\u2028\u2029]/.test(text);
    if (isLost) result = 'not at all';
    else if (isInFile && indent > fileIndent && result === 'as it is') result = 'with blanks';
    return text;
  });
  return result;
}
