import type { Problem, Severity } from '../problem.ts';

/** The user's severities; by default those of glistio, and errors fail. */
export interface Grading {
  /** Severity by rule code. */
  readonly severities?: ReadonlyMap<string, Severity | 'ignore'>;
  /** Codes that fail a run besides errors, at any severity. */
  readonly failing?: ReadonlySet<string>;
  /** Severities that fail a run. */
  readonly failingSeverities?: readonly Severity[];
  /** Whether warnings are errors. */
  readonly strict?: boolean;
}

/**
 * Problems with the user's severities. An error stays one, whatever its code: the API server or Envoy refuses it, or
 * nothing can be rendered, and no setting changes that. Grading twice makes no difference.
 */
export function graded(problems: readonly Problem[], { severities, strict = false }: Grading): readonly Problem[] {
  if (severities === undefined && !strict) return problems;
  return problems.flatMap((problem) => {
    if (problem.severity === 'error') return [problem];
    const wanted = severities?.get(problem.code) ?? problem.severity;
    if (wanted === 'ignore') return [];
    const severity = strict && wanted === 'warning' ? 'error' : wanted;
    return [severity === problem.severity ? problem : { ...problem, severity }];
  });
}

/** Whether graded problems fail a run. */
export function fails(problems: readonly Problem[], { failing, failingSeverities = [] }: Grading): boolean {
  return problems.some(
    ({ code, severity }) => severity === 'error' || failingSeverities.includes(severity) || failing?.has(code) === true,
  );
}
