import type { Problem } from '../problem.ts';
import { fails, type Grading, graded } from './grading.ts';

/** `ok`: done, nothing found; `findings`: done, with errors in the values or differences; `failed`: it could not be done. */
export type Status = 'ok' | 'findings' | 'failed';

/** Problems with the request rather than with the values, which cannot be checked then. */
const refusals = ['unknown-release', 'unknown-proxy', 'invalid-release-name'];

/** The problem that prevents any check of the values: an unknown release, a proxy that does not exist. */
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
