import type { Choice } from './choice.ts';
import type { FoundCluster, OpenFleet } from './found.ts';
import type { Entry, Job } from './job.ts';
import { fieldOfLine, unreadableFleet } from './open.ts';
import { isSafeName } from './shape.ts';
import { isInShard, type Shard } from './shard.ts';

/** The place of the first cluster of each name, by the name in lower case. */
export type TakenNames = Map<string, string | number>;

/** Every selected cluster as a job, in the order of the fleet; all clusters count when names are compared. */
export async function* jobsOf(
  fleet: OpenFleet,
  { shard, choice, taken }: { readonly shard: Shard | undefined; readonly choice: Choice; readonly taken: TakenNames },
): AsyncGenerator<Job> {
  let position = -1;
  for await (const found of clustersOf(fleet)) {
    position++;
    const name = nameOf(found);
    const where = placeOf(found, position);
    const isNamed = typeof name === 'string' && isSafeName(name);
    let twin: string | number | undefined;
    // A substring would keep the whole text in memory.
    const label = isNamed ? owned(name) : typeof where === 'number' ? `line ${where}` : where;
    if (isNamed) {
      // Not every file system distinguishes upper and lower case.
      const key = label.toLowerCase();
      twin = taken.get(key);
      if (twin === undefined) taken.set(key, where);
    }
    // Reading never yields by itself, and signals are only handled when the event loop runs.
    if (position % 256 === 255) await new Promise((done) => setImmediate(done));
    // Clusters of other shards count, too: a pattern is wrong only if it matches nothing in the whole fleet.
    if (!choice.means(label, found) || !isInShard(position, shard)) continue;
    yield {
      position,
      label,
      isNamed,
      entry: entryOf(found),
      ...(twin === undefined ? {} : { twin: typeof twin === 'number' ? `on line ${twin}` : twin }),
    };
  }
}

async function* clustersOf(fleet: OpenFleet): AsyncGenerator<FoundCluster> {
  try {
    yield* fleet.clusters();
  } catch (error) {
    throw unreadableFleet(fleet.name, error);
  }
}

function entryOf(found: FoundCluster): Entry {
  if (found.kind === 'files') return { kind: 'files', files: found.files };
  return found.kind === 'listed' ? { kind: 'listed' } : found;
}

/** Its path, its number in the list or, for JSON lines, the number of its line. */
function placeOf(found: FoundCluster, position: number): string | number {
  if (found.kind === 'files') return found.where;
  return found.kind === 'listed' ? `clusters[${position}]` : found.line + 1;
}

function nameOf(found: FoundCluster): unknown {
  return found.kind === 'line' ? fieldOfLine(found.text, 'name') : found.name;
}

function owned(name: string): string {
  return JSON.parse(JSON.stringify(name)) as string;
}

/** The jobs in batches, and a lower bound for their number: as many as `enough`, or all. */
export async function batchesOf(
  jobs: AsyncIterator<Job>,
  size: number,
  enough: number,
): Promise<{ readonly first: number; readonly rest: AsyncIterator<readonly Job[]> }> {
  const ahead: Job[] = [];
  while (ahead.length < enough) {
    const { value, done } = await jobs.next();
    if (done) break;
    ahead.push(value);
  }
  async function* batches(): AsyncGenerator<readonly Job[]> {
    const batch: Job[] = [];
    for (const job of ahead.splice(0)) {
      batch.push(job);
      if (batch.length === size) yield batch.splice(0);
    }
    for (;;) {
      const { value, done } = await jobs.next();
      if (done) break;
      batch.push(value);
      if (batch.length === size) yield batch.splice(0);
    }
    if (batch.length > 0) yield batch;
  }
  return { first: ahead.length, rest: batches() };
}
