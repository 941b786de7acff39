import { diffManifests } from '../../diff/diff.ts';
import { shown } from '../../printable.ts';
import { headlineOf } from '../../report/diff-format.ts';
import { formatDiffText } from '../../report/diff-text.ts';
import type { ValueMap } from '../../value.ts';
import type { Context } from '../command.ts';

/** Objects as they are and as they would be, and the names of the two sides. */
export interface Shown {
  readonly left: readonly ValueMap[];
  readonly right: readonly ValueMap[];
  readonly names: { readonly left: string; readonly right: string };
}

/** Prints the changes. */
export function show({ left, right, names }: Shown, { io, color, note }: Context): void {
  const report = diffManifests(left, right, { include: ['*'], names });
  io.stdout(formatDiffText(report, { color, width: io.width, context: 3 }));
  if (report.identical) note(`${headlineOf(report)} by meaning; only the spelling changes`);
}

/** Asks the user, unless --yes is given; any answer but `y` or `yes` means no. */
export async function confirmed(
  question: string,
  { yes }: { readonly yes: boolean },
  { io, note }: Context,
): Promise<boolean> {
  if (yes) return true;
  const answer = (await io.ask?.(shown`${question} [y/N] `)) ?? '';
  if (/^\s*y(?:es)?\s*$/i.test(answer)) return true;
  note('nothing was changed');
  return false;
}
