import { counted, firstWords, grouped } from '../words.ts';

interface Group {
  readonly clusters: string[];
  count: number;
}

/** The most different reasons, and names for each, beyond which only numbers are kept. */
const mostReasons = 1000;
const mostNames = 100;

/** The failed clusters by reason: a problem in a shared place is reported once. */
export class FleetFailures {
  readonly #groups = new Map<string, Group>();
  #others = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(cluster: string, reason: string): void {
    this.#count++;
    const group = this.#groups.get(reason);
    if (group !== undefined) {
      group.count++;
      if (group.clusters.length < mostNames) group.clusters.push(cluster);
    } else if (this.#groups.size < mostReasons) this.#groups.set(reason, { clusters: [cluster], count: 1 });
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
