import type { Problem } from '../problem.ts';
import { counted, firstWords } from '../words.ts';

/** A problem, and the clusters that have it. */
export interface Tallied {
  readonly problem: Problem;
  /** How many clusters have it. */
  readonly count: number;
  /** The first of them. */
  readonly clusters: readonly string[];
}

interface Entry {
  readonly problem: Problem;
  readonly clusters: string[];
  count: number;
  last: number;
}

/** The most names of clusters that are kept for a problem. */
const mostNames = 5;

/**
 * The problems of many clusters, each once: a mistake in a shared layer affects every cluster. It holds as many entries
 * as there are different problems, up to `most`.
 */
export class Tally {
  readonly #entries = new Map<string, Entry>();
  readonly #most: number;
  #left = 0;

  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = most;
  }

  /** `position` identifies the cluster; one that has a problem twice counts once. */
  add(cluster: string, position: number, problems: readonly Problem[]): void {
    for (const problem of problems) {
      const { code, severity, file, line, column, path, message } = problem;
      const key = JSON.stringify([code, severity, file, line, column, path, message]);
      const known = this.#entries.get(key);
      if (known === undefined) {
        if (this.#entries.size < this.#most)
          this.#entries.set(key, { problem, clusters: [cluster], count: 1, last: position });
        else this.#left++;
      } else if (known.last !== position) {
        known.count++;
        known.last = position;
        if (known.clusters.length < mostNames) known.clusters.push(cluster);
      }
    }
  }

  /** How many problems arrived after it was full. */
  get left(): number {
    return this.#left;
  }

  entries(): Tallied[] {
    return [...this.#entries.values()];
  }
}

/** `3 clusters: a, b, c` or `10,000 clusters: a, b, c and 9,997 more`. */
export function describeClusters({ count, clusters }: Pick<Tallied, 'count' | 'clusters'>): string {
  return `${counted(count, 'cluster')}: ${firstWords(clusters, clusters.length, count)}`;
}
