import { structuredPatch } from 'diff';

/** The lines in which two texts differ, each after `-`, `+` or a space, with so many lines around them. */
export function changedLines(before: string, after: string, context: number): string[] {
  const { hunks } = structuredPatch('', '', before, after, '', '', { context });
  return hunks
    .flatMap(({ lines }, index) => (index === 0 ? lines : [' …', ...lines]))
    .filter((line) => !line.startsWith('\\'));
}
