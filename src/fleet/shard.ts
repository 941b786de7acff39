/** The clusters of a run: those whose index in the fleet has the remainder `rest` when divided by `of`. */
export interface Shard {
  readonly rest: number;
  readonly of: number;
}

/**
 * Parses `i/n`. Both numberings cover the whole fleet once: 0/4 to 3/4, as in an indexed Kubernetes Job, and 1/4 to
 * 4/4, as in test runners.
 */
export function parseShard(text: string): Shard | undefined {
  const [matched, index, of] = /^(\d{1,7})\/(\d{1,7})$/.exec(text) ?? [];
  if (matched === undefined || Number(of) === 0 || Number(index) > Number(of)) return undefined;
  return { rest: Number(index) % Number(of), of: Number(of) };
}

/** Whether the cluster at this index, from 0, belongs to the shard. */
export function isInShard(position: number, shard: Shard | undefined): boolean {
  return shard === undefined || position % shard.of === shard.rest;
}
