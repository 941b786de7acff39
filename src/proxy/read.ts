import { printed, quoted, sortedKeys, truthy } from '../go/template.ts';
import { formatPath, type Path, type Problem } from '../problem.ts';
import { described, wrongType as wrongTypeOf } from '../schema/check-words.ts';
import { isList, isMap, setEntry, type Value, type ValueList, type ValueMap } from '../value.ts';
import { resolvePlain } from '../yaml/resolve.ts';

/**
 * Reading values as the chart's templates use them. A value that the chart cannot use in its place becomes a problem,
 * and reading goes on, so that one run finds all of them.
 */
export interface Scope {
  readonly map: ValueMap;
  readonly path: Path;
  readonly found: Found;
}

/** What one stage notices while it reads values; part of what the stage returns. */
export interface Found {
  readonly problems: Problem[];
}

export function nothingFound(): Found {
  return { problems: [] };
}

export function report(scope: Scope, code: string, step: string | undefined, message: string, hint?: string): void {
  const path = formatPath(step === undefined ? scope.path : [...scope.path, step]);
  scope.found.problems.push({ code, severity: 'error', message, path, ...(hint === undefined ? {} : { hint }) });
}

function wrongType(scope: Scope, key: string, wanted: string, value: Value): void {
  report(scope, 'wrong-type', key, wrongTypeOf(key, wanted, value));
}

/** The map under `key`; a missing or null one, or another empty value, reads as empty, as a template that asks for nothing in it sees it. */
export function inside(scope: Scope, key: string): Scope {
  const value = scope.map[key] ?? null;
  if (truthy(value) && !isMap(value)) wrongType(scope, key, 'a map', value);
  return { map: isMap(value) ? value : {}, path: [...scope.path, key], found: scope.found };
}

export function has(scope: Scope, key: string): boolean {
  return truthy(scope.map[key]);
}

/** A text that the chart prints bare, where it is not empty of any kind, and where Kubernetes or Envoy want a text. */
export function text(scope: Scope, key: string): string | null {
  return has(scope, key) ? bareText(scope, key) : null;
}

/** A text that the chart prints bare, whatever it is; empty and null print nothing. */
export function bareText(scope: Scope, key: string): string | null {
  const value = scope.map[key] ?? null;
  if (value === null || value === '') return null;
  if (typeof value !== 'string') wrongType(scope, key, 'a text', value);
  return printed(value);
}

/** A whole number that the chart prints bare: a text of digits serves too. */
export function whole(scope: Scope, key: string): number | null {
  const value = scope.map[key] ?? null;
  if (value === null || value === '') return null;
  const read = typeof value === 'string' ? resolvePlain(value) : value;
  const number = typeof read === 'bigint' ? Number(read) : read;
  if (typeof number === 'number' && Number.isInteger(number)) return number;
  if (number !== null) wrongType(scope, key, 'a whole number', value);
  return null;
}

/** A port that must be there; Envoy's sockets also take 0. */
export function port(scope: Scope, key: string, lowest = 1): number | null {
  const before = scope.found.problems.length;
  const value = whole(scope, key);
  if (scope.found.problems.length > before) return null;
  if (value === null) report(scope, 'missing-value', key, `${key} must be a port number, but is left out.`);
  else if (value < lowest || value > 65535) {
    report(scope, 'out-of-range', key, `${key} must be a port from ${lowest} to 65535, but is ${value}.`);
  }
  return value;
}

/** A text without which Envoy refuses its configuration. */
export function neededText(scope: Scope, key: string): string {
  const value = bareText(scope, key);
  if (value === null) report(scope, 'missing-value', key, `${key} is left out, but Envoy does not start without it.`);
  return value ?? '';
}

/** A scalar that the chart prints bare where any scalar may stand: a text is read again as YAML reads it. */
export function scalar(scope: Scope, key: string): Value {
  const value = scope.map[key] ?? null;
  if (value === '') return null;
  if (typeof value === 'string') return resolvePlain(value);
  if (typeof value !== 'object' || value === null) return value;
  wrongType(scope, key, 'a single value', value);
  return null;
}

/** A list that the chart prints as YAML; empty ones of any kind are left out. */
function list(scope: Scope, key: string, of = 'a list'): ValueList | undefined {
  const value = scope.map[key] ?? null;
  if (!truthy(value)) return undefined;
  if (isList(value)) return value;
  wrongType(scope, key, of, value);
  return undefined;
}

/** A list of maps (containers, volumes, environment variables …) that the chart prints as YAML. */
export function maps(scope: Scope, key: string, of: string): ValueList | undefined {
  const value = list(scope, key, `a list of ${of}`);
  value?.forEach((item, index) => {
    if (isMap(item)) return;
    const inner = { ...scope, path: [...scope.path, key] };
    inner.found.problems.push({
      code: 'wrong-type',
      severity: 'error',
      message: `Each item of ${key} must be a map that describes one of the ${of}, but this is ${described(item)}.`,
      path: formatPath([...inner.path, index]),
    });
  });
  return value;
}

/** A map that the chart prints as YAML; empty ones of any kind are left out. */
export function block(scope: Scope, key: string): ValueMap | undefined {
  const value = scope.map[key] ?? null;
  if (!truthy(value)) return undefined;
  if (isMap(value)) return value;
  wrongType(scope, key, 'a map', value);
  return undefined;
}

/** A map whose values the chart quotes: numbers and truth values become the text that Go prints for them. */
export function quotedMap(scope: Scope, key: string): ValueMap | undefined {
  const map = block(scope, key);
  if (map === undefined) return undefined;
  const result: Record<string, Value> = {};
  for (const name of sortedKeys(map)) setEntry(result, name, quoted(map[name]));
  return result;
}
