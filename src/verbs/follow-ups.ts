import type { Problem, Severity } from '../problem.ts';
import { deviationIds } from '../proxy/deviation.ts';

/** Codes for a value that is not the map that it should be. */
const causes: ReadonlySet<string> = new Set(['wrong-type', 'null-map']);

/** A missing value: whatever else is wrong with it follows from that. */
const unfilled = 'unsubstituted-variable';

const deviations: ReadonlySet<string> = new Set(deviationIds());

/** Problems with the key, or with the text itself. */
const aboutText: ReadonlySet<string> = new Set([
  'unknown-value',
  'value-of-another-release',
  'duplicate-key',
  'deprecated-value',
]);

/** Other reports about the same value. */
const repeats: ReadonlySet<string> = new Set([
  'scalar-replaces-default-map',
  'invalid-image',
  'missing-value',
  'null-map',
]);

/**
 * Removes problems that follow from another one: if a value cannot be used, nothing in it needs a report, and it needs
 * only one itself. What would have stopped a rendering still does: the cause is as severe as its consequences.
 */
export function withoutFollowUps(problems: readonly Problem[]): Problem[] {
  const known = new Map<string, Problem>();
  const ordered = [...problems].sort((a, b) => Number(b.code === unfilled) - Number(a.code === unfilled));
  for (const problem of ordered) {
    const isCause = causes.has(problem.code) || problem.code === unfilled;
    if (isCause && problem.path !== undefined && !known.has(problem.path)) known.set(problem.path, problem);
  }
  const gravest = new Map<Problem, Severity>();
  const failing = new Set<Problem>();
  const kept = problems.filter((problem) => {
    const cause = causeOf(problem, known);
    if (cause === undefined) return true;
    if (problem.severity === 'error' && !isNullThere(cause, problem)) gravest.set(cause, 'error');
    else if (cause.code === unfilled && deviations.has(problem.code)) failing.add(cause);
    return false;
  });
  // A wrong image is reported once.
  const isNoImage = problems.some(({ code, path = '' }) => code === 'missing-value' && /\bimage(?:\.\w+)?$/.test(path));
  const unread = new Set(problems.filter(({ code }) => code === 'unread-merge-policy').map(({ path }) => path));
  const open = problems.filter(({ code }) => code === unfilled).map(({ path = '' }) => path.replace(/^.*\./, ''));
  return kept
    .filter(({ code, message, path }) => {
      if (code === 'unknown-field') return !unread.has(path);
      if (code === 'loose-type') return path === undefined || !known.has(path);
      if (code === 'invalid-image')
        return !(isNoImage && /%!s\(<nil>\)|: |:,/.test(message)) && !(open.length > 0 && /[$<{]/.test(message));
      return code !== 'invalid-proxy-config' || !open.includes('istioDiscoveryAddress');
    })
    .map((problem) =>
      gravest.has(problem) ? refusing(problem) : failing.has(problem) ? installFails(problem) : problem,
    );
}

/** The outermost value that is the cause. */
function causeOf({ code, path }: Problem, known: ReadonlyMap<string, Problem>): Problem | undefined {
  if (path === undefined || known.size === 0) return undefined;
  for (let end = 1; end < path.length; end++) {
    const isStep = (path[end] === '.' || path[end] === '[') && path[end - 1] !== '\\';
    const cause = isStep ? known.get(path.slice(0, end)) : undefined;
    if (cause !== undefined) return cause;
  }
  const same = known.get(path);
  if (same === undefined || same.code === code) return undefined;
  return same.code === unfilled ? (aboutText.has(code) ? undefined : same) : repeats.has(code) ? same : undefined;
}

/** Go’s word for nothing leaves null in a block, which no type of a field and no unknown field minds. */
function isNullThere(cause: Problem, { code, path = '' }: Problem): boolean {
  const isInList = /\[\d+\]\./.test(path) && code === 'wrong-type';
  return (isInList || code === 'unknown-field') && cause.message.includes(' is "<no value>": ');
}

/** The chart's output for it is refused, whatever glistio prints. */
function installFails(problem: Problem): Problem {
  return { ...problem, message: `${problem.message} As it is, the install fails.` };
}

/** With this problem, nothing is printed after all. */
function refusing(problem: Problem): Problem {
  return {
    ...problem,
    severity: 'error',
    message: problem.message.replace(/; glistio prints what the values ask for\.$/, '.'),
  };
}
