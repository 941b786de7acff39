import type { Problem } from '../problem.ts';
import type { ValueMap } from '../value.ts';

const subjects = new WeakMap<Problem, ValueMap>();

/** The problem, from now on known to be about this object. */
export function rememberSubject(problem: Problem, object: ValueMap): Problem {
  subjects.set(problem, object);
  return problem;
}

/** The object that a problem is about. */
export function subjectOf(problem: Problem): ValueMap | undefined {
  return subjects.get(problem);
}
