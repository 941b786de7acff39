import { json, type Printable } from '../printable.ts';
import type { Problem, Severity } from '../problem.ts';
import { fingerprintsOf } from './fingerprint.ts';
import { adviceOf, type FormatOptions, forServices, realFileOf } from './format.ts';

/** GitLab's severities; nothing is worse than what the API server or Envoy refuses. */
const grades = { error: 'blocker', warning: 'major', info: 'info' } as const satisfies Record<Severity, string>;

/**
 * Problems as GitLab's Code Quality report, which it shows in merge requests and beside the lines of a change. Each
 * needs a file and a line there: problems of a whole file are at its first line, and problems without a file are
 * omitted.
 */
export function formatGitlab(given: readonly Problem[], options: FormatOptions): Printable {
  const problems = forServices(given, options).filter((problem) => realFileOf(problem) !== undefined);
  const fingerprints = fingerprintsOf(problems);
  return json(
    problems.map((problem, index) => {
      const { code, severity, message, file = '', line } = problem;
      const advice = adviceOf(problem);
      return {
        description: advice === undefined ? message : `${message} ${advice}`,
        check_name: code,
        fingerprint: fingerprints[index],
        severity: grades[severity],
        location: { path: file, lines: { begin: line ?? 1 } },
      };
    }),
  );
}
