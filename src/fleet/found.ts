import type { Problem } from '../problem.ts';
import type { Source } from '../yaml/read.ts';

/** A cluster as it was found, before it is parsed. */
export type FoundCluster =
  | { readonly kind: 'line'; readonly text: string; readonly line: number }
  | { readonly kind: 'listed'; readonly name: unknown; readonly groups: readonly string[] }
  | { readonly kind: 'files'; readonly name: string; readonly where: string; readonly files: readonly string[] };

/** A fleet to iterate over. */
export interface OpenFleet {
  /** The name of the file in problems; the folder's path for a folder. */
  readonly name: string;
  /** The folder that file names are relative to; empty for the current one. */
  readonly base: string;
  /** The fleet file itself, if there is one. */
  readonly text?: Source;
  readonly problems: readonly Problem[];
  /** The texts that the problems are about. */
  readonly texts: ReadonlyMap<string, string>;
  /** The number of clusters, if it is known beforehand. */
  readonly total?: number;
  clusters(): Iterable<FoundCluster> | AsyncIterable<FoundCluster>;
  /** Stops reading. */
  readonly close?: () => void;
}
