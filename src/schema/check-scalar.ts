import { truthy } from '../go/template.ts';
import type { Value } from '../value.ts';
import { listed } from '../words.ts';
import { readBare } from '../yaml/bare.ts';
import { closestHint } from './check-closest.ts';
import { type CheckScope, find } from './check-scope.ts';
import { described, wrongType } from './check-words.ts';
import { type ScalarName, scalarRanges } from './scalars.ts';
import type { ValueField } from './values-model.ts';

/**
 * A value that should be a string, number or boolean. Helm accepts any; what counts is what the chart's templates
 * print: most values are printed bare, so a string of digits is as good as a number, but any non-empty string is true.
 */
export function checkScalar(
  name: ScalarName,
  value: Value,
  key: string | number,
  field: Partial<ValueField>,
  scope: CheckScope,
): void {
  if (value === null || value === '') return;
  if (name === 'string') checkText(value, key, field, scope);
  else if (name === 'bool') checkTruth(value, key, scope);
  else checkNumber(name, value, key, scope);
}

/** Strings that templates print whatever they are; for all others they first check whether there is one. */
const printedAsIs: ReadonlySet<string | number> = new Set(['failurePolicy', 'pullPolicy', 'type']);

function checkText(
  value: Value,
  key: string | number,
  { enum: only, known }: Partial<ValueField>,
  scope: CheckScope,
): void {
  if (typeof value === 'object') {
    if (value === null || isEmpty(value)) return;
    find(scope, { code: 'wrong-type', severity: 'error', message: wrongType(key, 'a string', value) });
  } else if (typeof value !== 'string' && only === undefined && known === undefined) {
    checkPrinted(value, key, scope);
  } else if (only !== undefined && asPrinted(value) !== '' && !only.includes(asPrinted(value))) {
    find(scope, {
      code: 'unknown-choice',
      severity: truthy(value) || printedAsIs.has(key) ? 'error' : 'warning',
      message: `${key} must be ${listed(only)}, but is ${described(value)}.`,
      hint: closestHint(value, only),
      suggestion: undefined,
    });
  } else if (known !== undefined && !known.includes(asPrinted(value))) {
    find(scope, {
      code: 'unknown-choice',
      severity: 'warning',
      message: `${key} is ${described(value)}, which has no effect: it can be ${listed(known)}.`,
      hint: closestHint(value, known),
    });
  }
}

/** The string that YAML reads if the chart prints this value without quotes. */
function asPrinted(value: string | number | boolean | bigint): string {
  if (typeof value !== 'string') return String(value);
  const read = readBare(value);
  return typeof read === 'string' ? read : read === null ? '' : value;
}

/**
 * A number or boolean instead of a string is printed as Go prints it, which from a million on differs from what was
 * written.
 */
function checkPrinted(value: Value, key: string | number, scope: CheckScope): void {
  const exponent = typeof value === 'number' && value !== 0 && (Math.abs(value) >= 1e6 || Math.abs(value) < 1e-4);
  const written = String(value);
  find(scope, {
    code: 'loose-type',
    severity: exponent ? 'warning' : 'info',
    message: exponent
      ? `${key} should be a string, but is ${described(value)}, which Helm prints with an exponent.`
      : `${key} should be a string, but is ${typeof value === 'boolean' ? `the boolean ${written}` : described(value)}.`,
    hint: 'Quote it: {0}.',
    meant: [{ asString: value }],
  });
}

function checkTruth(value: Value, key: string | number, scope: CheckScope): void {
  if (typeof value === 'boolean') return;
  if (value === 'true') {
    find(scope, {
      code: 'loose-type',
      severity: 'info',
      message: `${key} should be true or false, but is the string "true".`,
      hint: 'Give it as a boolean: {0}.',
      meant: [{ value: true }],
    });
    return;
  }
  const truth = typeof value === 'object' && value !== null ? !isEmpty(value) : value !== 0 && value !== 0n;
  const negative = typeof value === 'string' && /^(false|f|no|n|off|0|null|none)$/i.test(value);
  find(scope, {
    code: 'not-a-truth-value',
    severity: 'warning',
    message: negative
      ? `${key} is ${described(value)}, and the chart treats every non-empty string as true: this turns ${key} on.`
      : `${key} should be true or false, but is ${described(value)}, which the chart treats as ${truth}.`,
    hint: negative ? 'Give it as a boolean: {0}.' : 'Write {0}.',
    meant: [{ value: negative ? false : truth }],
  });
}

function checkNumber(name: ScalarName, value: Value, key: string | number, scope: CheckScope): void {
  const wanted = name === 'float64' ? 'a number' : 'an integer';
  const number = typeof value === 'string' && /^\s*[-+]?(\d+|0[xob][\da-f]+)\s*$/i.test(value) ? Number(value) : value;
  if (typeof number === 'bigint' || (typeof number === 'number' && (name === 'float64' || Number.isInteger(number)))) {
    const [lowest, highest] = scalarRanges[name] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    if (number < lowest || number > highest) {
      const message = `${key} must be from ${lowest} to ${highest}, but is ${number}.`;
      find(scope, { code: 'out-of-range', severity: 'warning', message });
    } else if (typeof value === 'string') {
      const message = `${key} should be ${wanted}, but is ${described(value)}.`;
      const read = readBare(value);
      const meant = [{ value: typeof read === 'number' ? read : number }];
      find(scope, { code: 'loose-type', severity: 'info', message, hint: 'Give it as a number: {0}.', meant });
    }
    return;
  }
  if (value === false || isEmpty(value)) return;
  find(scope, { code: 'wrong-type', severity: 'error', message: wrongType(key, wanted, value) });
}

/** Whether templates treat a list or map as empty. */
function isEmpty(value: Value): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
