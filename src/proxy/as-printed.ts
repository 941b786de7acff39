import { afterBreaks, afterToYaml, isSpecial, someString } from '../go/to-yaml.ts';
import { equal, type Value } from '../value.ts';
import { withoutNoValues } from './no-value.ts';
import { type Found, notePrinted, remark, report, type Scope } from './scope.ts';

/**
 * A block of values as YAML reads it where the chart prints it with `toYaml`; undefined if nothing is left of it, which
 * is reported.
 */
export function asPrinted<T extends Value>(scope: Scope, key: string, block: T): T | undefined {
  const hasNoValue = (text: string): boolean => text.includes('<no value>');
  // Nearly every block is an ordinary one, which is seen in one walk.
  if (!someString(block, (text, isKey) => isSpecial(text, isKey) || hasNoValue(text))) return block;
  if (someString(block, (text, isKey) => isKey && hasNoValue(text))) {
    const isYaml = withoutNoValues(block) !== undefined;
    const message = `${key} has a key with "<no value>", what a template prints for a value that it does not have. Helm takes it out, and the rest is not ${isYaml ? 'what was meant' : 'YAML'}.`;
    (isYaml ? remark : report)(scope, 'unsubstituted-variable', key, message, 'Write the key itself.');
    if (!isYaml) return undefined;
  }
  // What is merged with an override is written again, and only then Helm takes it out.
  const left = scope.isMerged === true ? block : (withoutNoValues(block) ?? null);
  const passed = afterToYaml(left);
  if (passed === undefined) {
    const message = `${key} has a control character, or a key with a line break or of more than 1,022 characters, with which Helm’s toYaml prints nothing of it.`;
    remark(scope, 'control-character', key, message, 'Remove it.');
    return undefined;
  }
  const arrives = afterBreaks(passed, scope.isInFile === true);
  if (arrives === 'not at all') {
    const message = `${key} has a line separator, U+2028 or U+2029, which ends the line where the chart prints it: Helm fails.`;
    report(scope, 'control-character', key, message, 'Remove the character.');
    return undefined;
  }
  if (arrives === 'with blanks' || !equal(passed, left)) {
    const message = `${key} has a line break of another kind, U+0085, U+2028 or U+2029, that Helm changes, or for Envoy adds blanks to.`;
    remark(scope, 'bare-text-changed', key, message, 'Write it as a space, or \\n.');
  }
  // Strings are replaced by strings, and nothing else changes.
  return passed as T;
}

/** A value of any type that the chart prints with `toYaml`. */
export function anyPrinted(scope: Scope, key: string): Value {
  notePrinted(scope, key);
  return asPrinted(scope, key, scope.map[key] ?? null) ?? null;
}

/**
 * Reports an override with which Helm prints nothing: it writes the merged object with `toYaml`.
 */
export function findUnprintable(scope: Scope, key: string, parts: readonly (object | undefined)[]): void {
  // Decided facts consist of values and undefined.
  const value = parts as Value;
  const passed = afterToYaml(value);
  if (passed !== undefined) {
    // Without a special character it is the same value.
    if (passed !== value && someString(value, (text) => text.includes('\u0085'))) {
      const message = `With ${key}, Helm’s toYaml prints the whole object, and what it reads back has a blank for each line break U+0085.`;
      remark(scope, 'bare-text-changed', key, message, 'Write it as a space, or \\n.');
    }
    return;
  }
  const message = `With ${key}, Helm’s toYaml prints the whole object, and nothing of it if it has a control character, or a key with a line break or of more than 1,022 characters, as here.`;
  report(scope, 'control-character', key, message, 'Remove the character.');
}

/**
 * Reports `<no value>` in a ConfigMap with an override, which is merged before Helm takes that out: by then go-yaml has
 * broken the chart's text into lines, some of them within the word.
 */
export function findNoValues(found: Found, config: Scope): void {
  const hasNoValue = (value: Value): boolean => someString(value, (text) => text.includes('<no value>'));
  const [first] = found.printed.where(hasNoValue).filter(({ scope }) => scope.isInFile === true);
  if (first === undefined) return;
  const message = `${first.key} has "<no value>", which Helm may leave in some places of the file, because it merges kubeResourceOverride first. glistio prints none of it.`;
  remark(config, 'bare-text-changed', 'kubeResourceOverride', message, `Write the value of ${first.key}.`);
}
