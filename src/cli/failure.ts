import { reportBug } from '../bug.ts';
import { hideInMessage, shownArguments } from '../diff/secret-messages.ts';
import { reasonOf } from '../node/sources.ts';
import { CannotDo } from '../outcome.ts';
import { lines, type Printable, shown } from '../printable.ts';

/**
 * Turns whatever ended a command early into text for stderr: one clear line and a hint, or a report of a bug in
 * glistio.
 */
export function describeFailure(error: unknown, argv: readonly string[]): Printable {
  if (error instanceof CannotDo) return failureText(error);
  // Files and clusters have their own messages, so this error is from standard output.
  if (error instanceof Error && 'syscall' in error && error.syscall === 'write')
    return shown`glistio: cannot write to standard output: ${reasonOf(error)}\n`;
  const { what, where } = reportBug(error);
  const detail = [what, ...where.map((frame) => `    at ${frame}`)].join('\n');
  return shown`glistio: this is a bug in glistio, please report it with the values and: glistio ${shownArguments(argv)}\n${lines(hideInMessage(detail))}\n`;
}

/** Why a command could not do its work, for stderr, with secrets hidden. */
export function failureText({ message, hint }: CannotDo): Printable {
  const advice = hint ? shown`  hint: ${hideInMessage(hint)}\n` : '';
  return shown`glistio: ${hideInMessage(message)}\n${advice}`;
}
