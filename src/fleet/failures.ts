import { counted, firstWords, grouped } from '../words.ts';

interface Group {
  readonly clusters: string[];
  count: number;
}

/** The failed clusters by reason: a problem in a shared place is reported once. */
export class FleetFailures {
  readonly #groups = new Map<string, Group>();
  /** The most different reasons, and names for each, beyond which only numbers are kept. */
  readonly #most: number;
  readonly #names: number;
  #others = 0;
  #count = 0;

  constructor(most = 1000, names = 100) {
    this.#most = most;
    this.#names = names;
  }

  get count(): number {
    return this.#count;
  }

  add(cluster: string, reason: string): void {
    this.#count++;
    const group = this.#groups.get(reason);
    if (group !== undefined) {
      group.count++;
      if (group.clusters.length < this.#names) group.clusters.push(cluster);
    } else if (this.#groups.size < this.#most) this.#groups.set(reason, { clusters: [cluster], count: 1 });
    else this.#others++;
  }

  /** One line for each reason; `total` is how many clusters there were. */
  describe(total: number): string {
    const lines = [...this.#groups].map(([reason, { clusters, count }]) => {
      const isAll = count === total && count > 1;
      return `  ${isAll ? 'every cluster' : firstWords(clusters, clusters.length, count)}: ${reason}\n`;
    });
    const others = this.#others === 0 ? '' : `  and ${counted(this.#others, 'more cluster')}\n`;
    return `${grouped(this.#count)} of ${counted(total, 'cluster')} ${this.#count === 1 ? 'has' : 'have'} errors:\n${lines.join('')}${others}`;
  }
}
