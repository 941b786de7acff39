import type { PrintableBytes } from '../printable.ts';

/** A text about clusters, and the clusters. */
export interface Told {
  readonly bytes: PrintableBytes;
  readonly clusters: string[];
  count: number;
}

/** The amount of text kept for comparison; duplicates of later texts are printed again. */
const most = 64 * 1024 * 1024;
/** The most names that are listed. */
const mostNames = 20;

/** The distinct texts of clusters, each with all of its clusters, in the order of the first one. */
export class ToldOnce {
  readonly #told = new Map<string, Told>();
  #size = 0;

  add(cluster: string, bytes: PrintableBytes): void {
    const key = new TextDecoder().decode(bytes);
    const known = this.#told.get(key);
    if (known === undefined) {
      this.#told.set(key, { bytes, clusters: [cluster], count: 1 });
      this.#size += bytes.length;
      return;
    }
    known.count++;
    if (known.clusters.length < mostNames) known.clusters.push(cluster);
  }

  get isFull(): boolean {
    return this.#size > most;
  }

  /** All of them; nothing is kept. */
  take(): Told[] {
    const all = [...this.#told.values()];
    this.#told.clear();
    this.#size = 0;
    return all;
  }
}
