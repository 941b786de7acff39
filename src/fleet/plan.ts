import type { Io } from '../node/io.ts';
import type { Printable } from '../printable.ts';
import type { Problem } from '../problem.ts';
import type { Grading } from '../verbs/grading.ts';
import type { Status } from '../verbs/verdict.ts';
import type { Done } from './job.ts';
import type { LineManifest } from './line.ts';
import type { ClusterRequest, Requests } from './request.ts';
import type { Tallied } from './tally.ts';

/** The result for one cluster. */
export interface Worked extends Partial<Omit<Done, 'status' | 'problems' | 'text'>> {
  readonly status: Status;
  readonly problems: readonly Problem[];
  readonly chartVersion: string;
  /** For a stream of lines. */
  readonly manifests?: readonly LineManifest[];
  readonly report?: unknown;
  readonly patch?: unknown;
  /** What is reported once for all clusters that have it. */
  readonly text?: readonly Printable[];
}

/** What a command does with a fleet. */
export interface Plan {
  /** The past participle for the summary: 3 clusters rendered. */
  readonly verb: string;
  /** Whether a cluster with errors in its values counts as done. */
  readonly isDoneDespiteErrors?: boolean;
  /** The output on stdout: one line per cluster, or texts, each once with its clusters. */
  readonly prints: 'lines' | 'text' | 'nothing';
  /** Whether lines have manifests as objects. */
  readonly asObjects?: boolean;
  /** The contents of lines for clusters that failed. */
  readonly empty: Partial<Worked>;
  /** The heading of a text. */
  readonly heading?: (clusters: string) => Printable;
  /** The folder that gets files. */
  readonly directory?: string;
  /** How many clusters a worker does at the same time; more than one if they wait for answers. */
  readonly batch: number;
  readonly isWaiting?: boolean;
  /** Does one cluster; what it throws makes the cluster a failed one. */
  work(request: ClusterRequest, label: string, requests: Requests): Promise<Worked>;
  /** Handles clusters that the fleet no longer has; `names` are the ones it has, in lower case. */
  readonly finish?: (names: ReadonlySet<string>) => Promise<{ readonly removed: number; readonly status: Status }>;
  /** Prints what is only known at the end. */
  readonly conclude?: (seen: Seen) => Promise<void>;
  /** How problems are collected; they are printed to stderr unless {@link conclude} does it. */
  readonly mostProblems?: number;
  /** The totals of all clusters in words, for the summary. */
  describe(counts: Counts): string;
  /** The exit code for the worst status, if another tool's codes are wanted. */
  readonly codes?: Readonly<Record<'done' | 'findings' | 'impossible', number>>;
}

/** Sums over all clusters. */
interface Counts {
  readonly clusters: number;
  readonly count: number;
  readonly written: number;
  readonly unchanged: number;
  readonly removed: number;
  readonly findings: number;
  /** The number of clusters in which something was counted. */
  readonly counted: number;
}

/** All problems, each once, for commands that print them at the end. */
export interface Seen {
  readonly tallied: readonly Tallied[];
  readonly textOf: (file: string) => Promise<string | undefined>;
}

/** The caller's environment, and how to report to the user. */
export interface Session {
  readonly io: Io;
  readonly quiet: boolean;
  /** Whether to colour the output on stdout for people. */
  readonly color: boolean;
  /** The severities of `.glistio.yaml`. */
  readonly grading: Grading;
  /** Prints problems to stderr, and returns whether one is an error as the user grades them; `texts` are the inputs by name, for showing the line that is meant, `noteOf` adds to a problem. */
  report(
    problems: readonly Problem[],
    texts: ReadonlyMap<string, string>,
    noteOf?: (problem: Problem) => string | undefined,
  ): boolean;
  /** Prints a note, not a problem, to stderr; nothing under `--quiet`. */
  note(text: string): void;
}
