import type { Problem } from '../problem.ts';

/** The problems as `--strict` sees them: warnings are errors. */
export function judge(problems: readonly Problem[], strict: boolean): readonly Problem[] {
  return strict ? problems.map(asError) : problems;
}

function asError(problem: Problem): Problem {
  return problem.severity === 'warning' ? { ...problem, severity: 'error' } : problem;
}
