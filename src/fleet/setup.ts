import type { NamedText } from '../node/sources.ts';
import type { Source } from '../yaml/read.ts';
import type { Override } from './layers.ts';

/** What the command line says for all clusters of a fleet. */
export interface Settings {
  /** The layers of the command line, beneath all others. */
  readonly sources: readonly NamedText[];
  /** The values of the charts that wrap Gloo's, from the outermost. */
  readonly wrappers?: readonly NamedText[];
  /** HELM_NAMESPACE, for clusters of which nothing says a namespace. */
  readonly usualNamespace?: string;
  /** The release of Helm whose rules hold for all clusters. */
  readonly helmVersion?: string;
  /** What the command line sets, above all others. */
  readonly override: Override;
  /** The texts that its `--set-file` options name. */
  readonly setFiles: readonly NamedText[];
  /** How long one cluster may take, in milliseconds. */
  readonly timeoutEach: number;
}

/** What whoever does the work is told once; it crosses to other threads as it is. */
export interface Setup extends Settings {
  /** What problems call the fleet. */
  readonly name: string;
  /** The folder from which its files are named. */
  readonly base: string;
  /** The fleet file, where there is one: its top speaks for every cluster. */
  readonly text?: Source;
  /** What only the main thread knows of the terminal. */
  readonly color: boolean;
  readonly width: number;
}
