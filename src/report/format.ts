import { hiderOf } from '../diff/secret-messages.ts';
import type { Printable } from '../printable.ts';
import type { Problem } from '../problem.ts';

export interface FormatOptions {
  /** Whether to colour; formats that a machine reads do not look at it. */
  readonly color: boolean;
  /** The inputs by name, for formats that show the line that is meant. */
  readonly texts: ReadonlyMap<string, string>;
  /** Whether a problem fails the run, for formats that tell failures from the rest; errors do where it is left out. */
  readonly fails?: (problem: Problem) => boolean;
  /** What to add to a problem, for formats that people read. */
  readonly noteOf?: (problem: Problem) => string | undefined;
  /** The release that was looked at, for formats that say so. */
  readonly chartVersion?: string;
  /** The version of glistio itself, for formats that say so. */
  readonly toolVersion?: string;
  /** The path of a file from the top of its repository, for formats that services for repositories read. */
  readonly pathInRepository?: ((file: string) => string) | undefined;
}

/** What to do about a problem: its hint, or the name that was meant. */
export function adviceOf({ hint, suggestion }: Problem, asks = 'Did you mean'): string | undefined {
  return hint ?? (suggestion === undefined ? undefined : `${asks} ${suggestion}?`);
}

/** The file that a problem is in; undefined for what came through standard input or an option. */
export function realFileOf({ file }: Problem): string | undefined {
  return file === undefined || /^[<-]/.test(file) ? undefined : file;
}

/**
 * Problems as services for repositories take them: nothing secret in them, and files by their path from the top of the repository, with
 * forward slashes and without `./` in front.
 */
export function forServices(
  problems: readonly Problem[],
  { texts, pathInRepository = (file) => file }: FormatOptions,
): Problem[] {
  return problems.map(hiderOf(texts).whole).map((problem) => {
    const file = realFileOf(problem);
    if (file === undefined) return problem;
    return {
      ...problem,
      file: pathInRepository(file)
        .replaceAll('\\', '/')
        .replace(/^(?:\.\/)+/, ''),
    };
  });
}

/** Turns problems into what a reader wants to see; pure, so that each is one function in one record. */
export type ProblemFormatter = (problems: readonly Problem[], options: FormatOptions) => Printable;
