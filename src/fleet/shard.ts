/** Which clusters a run takes: those whose place in the fleet leaves `rest` when divided by `of`. */
export interface Shard {
  readonly rest: number;
  readonly of: number;
}

/**
 * Reads `i/n`. Both ways to count work: 0/4 to 3/4, as an indexed Kubernetes Job does, and 1/4 to 4/4, as test runners do, each
 * cover the whole fleet once.
 */
export function parseShard(text: string): Shard | undefined {
  const [matched, index, of] = /^(\d{1,7})\/(\d{1,7})$/.exec(text) ?? [];
  if (matched === undefined || Number(of) === 0 || Number(index) > Number(of)) return undefined;
  return { rest: Number(index) % Number(of), of: Number(of) };
}

/** Whether the cluster at this place, from 0, belongs to the shard. */
export function isInShard(position: number, shard: Shard | undefined): boolean {
  return shard === undefined || position % shard.of === shard.rest;
}
