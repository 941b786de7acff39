/** Tries the hint of a misplaced value before it is given: what else does the value need where it belongs? */
import { type FoundProblem, formatPath, type Path, type Problem, parsePath } from '../problem.ts';
import { distance } from '../schema/edit-distance.ts';
import { isMap, type Value, type ValueMap, valueAt, withValueAt } from '../value.ts';

/** With so many, the values are not meant for this chart. */
const mostTried = 4;

/** Codes for a value in the wrong place. */
const misplaced: ReadonlySet<string> = new Set(['ignored-value', 'unknown-value', 'value-of-another-release']);

/** A value at another path than the problem's. */
interface Moved {
  readonly from: Path;
  readonly path: Path;
  readonly value: Value;
}

/** Everything that is wrong with Gloo's own values, with paths in them, after a value is moved. */
type Judge = (values: ValueMap, moved: Moved) => readonly Problem[];

/** Completes hints that lead to another place with what is still wrong there. */
export class Trials {
  readonly #values: ValueMap;
  readonly #judge: Judge;
  #count = 0;

  constructor(values: ValueMap, judge: Judge) {
    this.#values = values;
    this.#judge = judge;
  }

  /** Whether a problem's hint is to be completed once everything that is wrong without a move is known. */
  accepts(problem: FoundProblem): boolean {
    if (!misplaced.has(problem.code) || problem.hint === undefined) return false;
    return targetOf(problem, this.#values) !== undefined && this.#count++ < mostTried;
  }

  /** The problem with its hint completed; `before` is everything that is wrong without the move. */
  completed(problem: FoundProblem, before: readonly Problem[]): FoundProblem {
    const target = targetOf(problem, this.#values);
    if (target === undefined) return problem;
    const from = parsePath(problem.path ?? '');
    const known = valueAt(this.#values, ...target.path);
    if (known !== undefined && !(isMap(known) && isMap(target.value))) {
      const { suggestion: _, meant: __, ...only } = problem;
      return { ...only, hint: `Remove it: ${formatPath(target.path)} is set, too.` };
    }
    if (isMisspelled(from, target.path)) return problem;
    const rest = withValueAt(this.#values, from, undefined);
    if (!isMap(rest)) return problem;
    const told = new Set(before.map(keyOf));
    const added = this.#judge(rest, { from, ...target }).filter(
      (one) => one.severity !== 'info' && !told.has(keyOf(one)),
    );
    if (added.some(({ code, path }) => code === 'value-of-another-release' && path === formatPath(target.path)))
      return problem;
    // A move that takes the effect from what surrounds the value is not meant: a DaemonSet has no replicas.
    if (added.some(({ path }) => `${problem.path}`.startsWith(`${path}.`))) {
      const { suggestion: _, meant: __, ...only } = problem;
      return { ...only, hint: 'Remove it.' };
    }
    const steps = new Set(added.map(stillToDo));
    return steps.size === 0 ? problem : { ...problem, hint: `${problem.hint} Then: ${[...steps].join(' ')}` };
  }
}

function keyOf({ code, path, message }: Problem): string {
  return JSON.stringify([code, path, message]);
}

/** A misspelled key means the one beside it, whatever else is wrong with its value. */
function isMisspelled(from: Path, to: Path): boolean {
  const [key, meant] = [from.at(-1), to.at(-1)].map((step) => String(step).toLowerCase());
  return formatPath(to.slice(0, -1)) === formatPath(from.slice(0, -1)) && distance(key ?? '', meant ?? '') < 3;
}

function stillToDo({ code, hint, message }: Problem): string {
  const text = code === 'value-without-effect' ? message : (hint ?? message);
  const whole = /^[a-z]+ /.test(text) ? text.slice(0, 1).toUpperCase() + text.slice(1) : text;
  return /[.?]$/.test(whole) ? whole : `${whole}.`;
}

/** Where a value belongs, and what is to be written there. */
function targetOf(
  { path = '', suggestion, meant }: FoundProblem,
  values: ValueMap,
): { readonly path: Path; readonly value: Value } | undefined {
  const [other] = meant ?? [];
  if (other !== undefined && 'at' in other) return { path: other.at, value: other.value };
  const value = valueAt(values, ...parsePath(path));
  return suggestion === undefined || value === undefined ? undefined : { path: parsePath(suggestion), value };
}
