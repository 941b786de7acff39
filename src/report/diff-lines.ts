import { structuredPatch } from 'diff';

/** The lines in which two texts differ, each after `-`, `+` or a space, with this many lines of context. */
export function changedLines(before: string, after: string, context: number): string[] {
  const { hunks } = structuredPatch('', '', before, after, '', '', { context });
  return hunks
    .flatMap(({ lines }, index) => (index === 0 ? lines : [' …', ...lines]))
    .filter((line) => !line.startsWith('\\'));
}
