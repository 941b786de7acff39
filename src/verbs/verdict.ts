import type { Problem } from '../problem.ts';
import { fails, type Grading, graded } from './grading.ts';

/** `ok`: done, nothing found; `findings`: done, with errors in the values or differences; `failed`: it could not be done. */
export type Status = 'ok' | 'findings' | 'failed';

/** Problems with what was asked for rather than with the values: nothing can be said of the values then. */
const refusals = ['unknown-release', 'unknown-proxy', 'invalid-release-name'];

/** The problem because of which nothing can be said of the values: a release that never was, a proxy that is not there. */
export function refusalIn(problems: readonly Problem[]): Problem | undefined {
  return problems.find(({ code }) => refusals.includes(code));
}

/** How a request for one cluster ended, by its problems as the user grades them. */
export function verdictOf(
  problems: readonly Problem[],
  grading: Grading = {},
): { readonly status: Status; readonly problems: readonly Problem[] } {
  const judged = graded(problems, grading);
  if (refusalIn(problems) !== undefined) return { status: 'failed', problems: judged };
  return { status: fails(judged, grading) ? 'findings' : 'ok', problems: judged };
}
