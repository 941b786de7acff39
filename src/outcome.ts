/** How a command that could do its work ends; a number if the user asked for another tool's exit codes. */
export type Outcome = 'done' | 'findings' | number;

/** The table of exit codes; `impossible` is that of a thrown `CannotDo`. */
export const exitCodes: Readonly<Record<'done' | 'findings' | 'impossible', number>> = {
  done: 0,
  findings: 1,
  impossible: 2,
};

/** Thrown if a command cannot do its work: wrong usage, an unreadable file. Findings are never thrown. */
export class CannotDo extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** The code of an error of the system, as Node names it (`ENOENT`); undefined where it has none. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
