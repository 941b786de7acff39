import { truthy } from '../go/template.ts';
import { type FoundProblem, formatPath, type MeantValue, type Path, pathBelow, type Severity } from '../problem.ts';
import { wrongType } from '../schema/check-words.ts';
import { defined, isMap, type Value, type ValueMap } from '../value.ts';
import { type DeviationId, deviationOf } from './deviation.ts';

/**
 * Reads values as the chart's templates use them. A value that the chart cannot use becomes a problem, and reading goes
 * on, so that one run finds all of them.
 */
export interface Scope {
  readonly map: ValueMap;
  readonly path: Path;
  readonly found: Found;
  /** Whether what is read is printed into a file of a ConfigMap, a literal block that ends at a line which is not indented. */
  readonly isInFile?: boolean | undefined;
  /** Whether an override is merged with what is printed, before Helm takes `<no value>` out of it. */
  readonly isMerged?: boolean | undefined;
  /** Whether an override may replace what is printed, whatever its type. */
  readonly isOverridden?: boolean | undefined;
}

/** What one stage records while it reads values; part of the stage's result. */
export interface Found {
  readonly problems: FoundProblem[];
  /** What was read in order to be printed. */
  readonly printed: Places;
  readonly strays: StrayFields[];
  /** Errors that an override of the value resolves. */
  readonly pending: PendingError[];
  /** The position of the chart's release. */
  readonly release: number;
}

/** An error in a value that an override may replace, and the text that stands for the value until that is known. */
interface PendingError {
  readonly problem: FoundProblem;
  readonly path: Path;
  readonly standIn: string;
}

/** A map that the chart prints in place of a list, so that its keys become fields of what holds the list. */
export interface StrayFields {
  readonly scope: Scope;
  readonly key: string;
  /** What the list should hold, in words. */
  readonly of: string;
  readonly fields: ValueMap;
}

/** Places of values: whole blocks, and single values. */
export interface PrintedPlaces {
  readonly blocks: readonly Path[];
  readonly scalars: readonly Path[];
  /** Values that an override replaces where they are printed. */
  readonly replaced: readonly Path[];
}

/**
 * The places of the values that were read in order to be printed. They are only needed to find mistakes, so paths are
 * created on demand.
 */
class Places implements PrintedPlaces {
  readonly #blocks: Place[] = [];
  readonly #scalars: Place[] = [];
  readonly replaced: Path[] = [];

  addBlock(scope: Scope, key: string): void {
    this.#blocks.push({ scope, key });
  }

  addScalar(scope: Scope, key: string): void {
    this.#scalars.push({ scope, key });
  }

  /** The values that fulfil a condition, each with its scope and key. */
  where(fulfils: (value: Value) => boolean): readonly Place[] {
    return [...this.#blocks, ...this.#scalars].filter(({ scope, key }) => fulfils(scope.map[key] ?? null));
  }

  get blocks(): readonly Path[] {
    return this.#blocks.map(pathTo);
  }

  get scalars(): readonly Path[] {
    return this.#scalars.map(pathTo);
  }
}

interface Place {
  readonly scope: Scope;
  readonly key: string;
}

function pathTo({ scope, key }: Place): Path {
  return [...scope.path, key];
}

export function nothingFound(release: number): Found {
  return { problems: [], printed: new Places(), strays: [], pending: [], release };
}

export function report(scope: Scope, code: string, step: string | undefined, message: string, hint?: string): void {
  addProblem(scope, 'error', { code, message, hint }, step);
}

/** A finding that deserves a warning. */
export function remark(scope: Scope, code: string, step: string | undefined, message: string, hint?: string): void {
  addProblem(scope, 'warning', { code, message, hint }, step);
}

/**
 * The chart of this release cannot do what these values ask for, although they are correct: reported once per place.
 */
export function deviate(
  scope: Scope,
  id: DeviationId,
  step: string | undefined,
  words: Readonly<Record<string, string>> = {},
  meant?: readonly MeantValue[],
): void {
  const deviation = deviationOf(id, scope.found.release, words);
  if (deviation === undefined) return;
  // Without a value to write instead, that part of the hint is useless.
  const hint = meant === undefined ? deviation.hint.replace(/^[^{}]*\{0\}\. ?/, '') : deviation.hint;
  const advice = hint === '' ? {} : { hint, meant };
  addProblem(scope, 'warning', { code: id, message: deviation.message, ...advice }, step);
}

export interface ProblemWords {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly meant?: readonly MeantValue[] | undefined;
}

/** Records a problem with the value under a step of the scope. */
export function addProblem(
  scope: Scope,
  severity: Severity,
  { code, message, hint, meant }: ProblemWords,
  step: string | undefined,
): void {
  const path = formatPath(step === undefined ? scope.path : [...scope.path, step]);
  scope.found.problems.push({
    code,
    severity,
    message,
    ...(path === '' ? {} : { path }),
    ...defined({ hint, meant }),
  });
}

/** Records that a value has the wrong type. A string that the chart prints bare needs quotes of its own. */
export function reportWrongType(scope: Scope, key: string, wanted: string, value: Value): void {
  const words = { code: 'wrong-type', message: wrongType(key, wanted, value) };
  const quoted = { hint: 'Put quotes into the value: {0}.', meant: [{ asString: value, isBare: true }] };
  addProblem(scope, 'error', wanted === 'a string' && typeof value !== 'object' ? { ...words, ...quoted } : words, key);
}

/**
 * What stands for a value of the wrong type, whose error was just reported, until it is known whether an override
 * replaces it; null if there is no override. The value must be YAML where the chart prints it, or Helm fails anyway.
 */
export function untilReplaced<T>({ found, path, isOverridden = false }: Scope, ...steps: Path): T | null {
  const problem = found.problems.at(-1);
  if (!isOverridden || problem === undefined) return null;
  const standIn = `${pendingMark}${found.pending.length}.`;
  found.pending.push({ problem, path: [...path, ...steps], standIn });
  // Of whatever type, it is only printed beside an error or where an override replaces it.
  return standIn as T;
}

const pendingMark = 'glistio.pending.';

/** Records that a value is printed: only then does it matter to a cluster whether it is correct. */
export function notePrinted(scope: Scope, key: string): void {
  scope.found.printed.addScalar(scope, key);
}

/** The same for a whole block that is printed as YAML. */
export function noteBlock(scope: Scope, key: string): void {
  scope.found.printed.addBlock(scope, key);
}

/**
 * The map under `key`, if the template reads it without checking that it exists: null is a nil pointer in the template,
 * any other scalar or list makes Helm fail.
 */
export function inside(scope: Scope, key: string): Scope {
  const value = scope.map[key] ?? null;
  if (!isMap(value)) {
    if (value !== null) reportWrongType(scope, key, 'a map', value);
    else deviate(scope, 'null-map', key, { key }, [{ value: {} }]);
  }
  return mapIn(scope, key);
}

/** The map under `key`, if the template checks that it exists: empty values of any kind do no harm. */
export function insideIfGiven(scope: Scope, key: string): Scope {
  const value = scope.map[key] ?? null;
  if (truthy(value) && !isMap(value)) reportWrongType(scope, key, 'a map', value);
  return mapIn(scope, key);
}

/** The map under `key`, without a report if it is not one: when other code checks it, or Helm never gets to it. */
export function mapIn(scope: Scope, key: string): Scope {
  const value = scope.map[key];
  const { path, found, isInFile, isMerged, isOverridden } = scope;
  return { map: isMap(value) ? value : noMap, path: pathBelow(path, key), found, isInFile, isMerged, isOverridden };
}

const noMap: ValueMap = Object.freeze({});

export function has(scope: Scope, key: string): boolean {
  return truthy(scope.map[key]);
}

/** Where a proxy's value comes from if it has none of its own. */
export function inheritedFrom(path: Path): Path | undefined {
  return path[0] === 'gatewayProxies' && path.length > 2
    ? ['gatewayProxies', 'gatewayProxy', ...path.slice(2)]
    : undefined;
}
