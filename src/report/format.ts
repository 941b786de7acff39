import type { Printable } from '../printable.ts';
import type { Problem } from '../problem.ts';

export interface FormatOptions {
  /** Whether to colour; formats that a machine reads do not look at it. */
  readonly color: boolean;
  /** The inputs by name, for formats that show the line that is meant. */
  readonly texts: ReadonlyMap<string, string>;
  /** What to add to a problem, for formats that people read. */
  readonly noteOf?: (problem: Problem) => string | undefined;
  /** The release that was looked at, for formats that say so. */
  readonly chartVersion?: string;
  /** The version of glistio itself, for formats that say so. */
  readonly toolVersion?: string;
}

/** Turns problems into what a reader wants to see; pure, so that each is one function in one record. */
export type ProblemFormatter = (problems: readonly Problem[], options: FormatOptions) => Printable;
