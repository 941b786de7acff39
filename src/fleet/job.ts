import type { PrintableBytes } from '../printable.ts';
import type { Problem } from '../problem.ts';
import type { Status } from '../verbs/verdict.ts';

/** Where a cluster is written: in the list of a fleet file, on a line of JSON lines, or in files of a folder. */
export type Entry =
  | { readonly kind: 'line'; readonly text: string; readonly line: number }
  | { readonly kind: 'listed' }
  | { readonly kind: 'files'; readonly files: readonly string[] };

/** One cluster to be done. */
export interface Job {
  /** Its index in the fleet, from 0. */
  readonly position: number;
  /** Its name, or its place if it has no usable name. */
  readonly label: string;
  /** Whether the label is its name. */
  readonly isNamed: boolean;
  readonly entry: Entry;
  /** The place of a previous cluster with the same name. */
  readonly twin?: string;
}

/** The result for one cluster, as far as the whole run needs it. */
export interface Done {
  readonly status: Status;
  readonly problems: readonly Problem[];
  /** Objects that were rendered, or changes that were found. */
  readonly count: number;
  /** Files, if the run writes them. */
  readonly written: number;
  readonly unchanged: number;
  readonly removed: number;
  /** What is printed for it, once for all clusters that have it. */
  readonly text?: PrintableBytes | undefined;
}

/**
 * The result of a batch of jobs: as many results as were completed before it was stopped, and the output for standard
 * output.
 */
export interface BatchResult {
  readonly done: readonly Done[];
  readonly output: PrintableBytes | undefined;
}

/** The exit code that goes with a status. */
export const codeOfStatus: Readonly<Record<Status, 0 | 1 | 2>> = { ok: 0, findings: 1, failed: 2 };
