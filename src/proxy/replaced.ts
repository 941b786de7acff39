import type { Found } from './scope.ts';

/**
 * Turns the pending errors in values that an override replaces into warnings, by the printed objects: what stands for the
 * value is in one of them before the merge, and in none after it. The other errors remain.
 */
export function gradeReplaced(
  { pending, problems, printed }: Found,
  { before, after }: { readonly before: readonly string[]; readonly after: readonly string[] },
): void {
  for (const { problem, path, standIn } of pending) {
    const index = problems.indexOf(problem);
    const isIn = (texts: readonly string[]): boolean => texts.some((text) => text.includes(standIn));
    if (index < 0 || !isIn(before) || isIn(after)) continue;
    problems[index] = { ...problem, severity: 'warning', message: `${problem.message} An override replaces it.` };
    printed.replaced.push(path);
  }
  pending.length = 0;
}
