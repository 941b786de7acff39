import { afterBreaks, afterToYaml, hasSpecialCharacters } from '../go/to-yaml.ts';
import { equal, type Value } from '../value.ts';
import { remark, report, type Scope } from './scope.ts';

/**
 * A block of values as YAML reads it where the chart prints it with `toYaml`; undefined if nothing is left of it, which
 * is reported.
 */
export function asPrinted<T extends Value>(scope: Scope, key: string, block: T): T | undefined {
  if (!hasSpecialCharacters(block)) return block;
  const passed = afterToYaml(block);
  if (passed === undefined) {
    const message = `${key} has a control character, or a line break in a key, with which Helm’s toYaml prints nothing of it.`;
    remark(scope, 'control-character', key, message, 'Remove the character.');
    return undefined;
  }
  const read = afterBreaks(passed, scope.isInFile === true);
  if (read === undefined) {
    const message = `${key} has a line separator, U+2028 or U+2029, which ends the line where the chart prints it: Helm fails.`;
    report(scope, 'control-character', key, message, 'Remove the character.');
    return undefined;
  }
  if (!equal(read, block)) {
    const message = `${key} has a line break of another kind, U+0085, U+2028 or U+2029, that Helm changes or adds blanks to.`;
    remark(scope, 'bare-text-changed', key, message, 'Write it as a space, or \\n.');
  }
  // Strings are replaced by strings, and nothing else changes.
  return read as T;
}

/**
 * Reports an override with which Helm prints nothing: it writes the merged object with `toYaml`.
 */
export function findUnprintable(scope: Scope, key: string, parts: readonly (object | undefined)[]): void {
  // Decided facts consist of values and undefined.
  if (afterToYaml(parts as Value) !== undefined) return;
  const message = `With ${key}, Helm’s toYaml prints the whole object, and nothing of it if it has a control character or a line break in a key, as here.`;
  report(scope, 'control-character', key, message, 'Remove the character.');
}
