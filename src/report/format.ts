import { hiderOf } from '../diff/secret-messages.ts';
import type { Printable } from '../printable.ts';
import type { Problem } from '../problem.ts';

export interface FormatOptions {
  /** Whether to colour; machine-readable formats ignore it. */
  readonly color: boolean;
  /** The inputs by name, for formats that show the line concerned. */
  readonly texts: ReadonlyMap<string, string>;
  /** Whether a problem fails the run, for formats that mark failures; by default errors do. */
  readonly fails?: (problem: Problem) => boolean;
  /** What to add to a problem, for formats for people. */
  readonly noteOf?: (problem: Problem) => string | undefined;
  /** The release that was checked, for formats that show it. */
  readonly chartVersion?: string;
  /** The version of glistio itself, for formats that show it. */
  readonly toolVersion?: string;
  /** The path of a file relative to its repository, for formats of repository services. */
  readonly pathInRepository?: ((file: string) => string) | undefined;
}

/** What to do about a problem: its hint, or the suggested name. */
export function adviceOf({ hint, suggestion }: Problem, asks = 'Did you mean'): string | undefined {
  return hint ?? (suggestion === undefined ? undefined : `${asks} ${suggestion}?`);
}

/** The file that a problem is in; undefined for standard input and options. */
export function realFileOf({ file }: Problem): string | undefined {
  return file === undefined || /^[<-]/.test(file) ? undefined : file;
}

/**
 * Problems in the form that repository services accept: without secrets, and files by their path relative to the
 * repository, with forward slashes and without a leading `./`.
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

/** Formats problems; pure, so that each format is one function in one record. */
export type ProblemFormatter = (problems: readonly Problem[], options: FormatOptions) => Printable;
