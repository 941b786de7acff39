import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Hand, type HandEvents, inOrder } from '../../src/fleet/pool.ts';

interface Fake {
  /** Jobs that kill their worker. */
  readonly deadly?: ReadonlySet<number>;
  /** The workers, by number, that never become ready. */
  readonly cannotStart?: (hand: number) => boolean;
  readonly hands?: number;
  /** The number of results taken before it is stopped. */
  readonly enough?: number;
}

/** Batches of numbers, doubled by workers that each take a different time. */
async function double(
  batches: readonly (readonly number[])[],
  { deadly = new Set(), cannotStart = () => false, hands = 3, enough = Number.POSITIVE_INFINITY }: Fake,
) {
  const seen = { hired: 0, pulled: 0, most: 0, given: 0 };
  let turn = 1;
  const soon = (do_: () => void): void => {
    turn = (turn * 7919) % 101;
    if (turn % 3 === 0) setImmediate(do_);
    else queueMicrotask(do_);
  };
  const hire = (events: HandEvents<string>): Hand<number> => {
    const number = seen.hired++;
    let isDead = false;
    const die = (): void => {
      isDead = true;
      events.lost('it died');
    };
    const start = cannotStart(number) ? die : events.ready;
    // Like a thread, it first reports that it is ready.
    let before = new Promise<void>((done) =>
      soon(() => {
        start();
        done();
      }),
    );
    return {
      send: (id, jobs) => {
        before = before
          .then(() => new Promise<void>((done) => soon(done)))
          .then(() => {
            if (isDead) return;
            if (jobs.some((job) => deadly.has(job))) die();
            else events.done(id, jobs.map((job) => job * 2).join());
          });
      },
      close() {},
    };
  };
  async function* source() {
    for (const batch of batches) {
      seen.pulled++;
      seen.most = Math.max(seen.most, seen.pulled - seen.given);
      yield batch;
    }
  }
  const stop = new AbortController();
  const results: string[] = [];
  for await (const [jobs, result] of inOrder(source(), {
    hands,
    hire,
    here: async (jobs) => jobs.map((job) => job * 2).join(),
    lost: (job, reason) => `${job} ${reason}`,
    stop: stop.signal,
  })) {
    if (++seen.given === enough) stop.abort();
    results.push(...(jobs.length === 1 ? [result] : result.split(',')));
  }
  return { results, seen };
}

const numbers = (count: number, size: number) =>
  Array.from({ length: Math.ceil(count / size) }, (_, index) =>
    Array.from({ length: Math.min(size, count - index * size) }, (_, other) => index * size + other),
  );

test('results come in order, and never more than a few batches are under way', async () => {
  const { results, seen } = await double(numbers(1000, 7), {});
  assert.deepEqual(
    results,
    numbers(1000, 1).map(([job = 0]) => String(job * 2)),
  );
  assert.ok(seen.most <= 10, `${seen.most} batches at a time`);
  assert.ok(seen.hired <= 3);
});

test('a hand that dies costs the job that killed it, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 0, max: 4 }),
      fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 6 }),
      async (count, size, hands, killers) => {
        const deadly = new Set(hands === 0 ? [] : killers);
        const { results } = await double(numbers(count, size), { hands, deadly });
        assert.deepEqual(
          results,
          numbers(count, 1).map(([job = 0]) => (deadly.has(job) ? `${job} it died` : String(job * 2))),
        );
      },
    ),
    { numRuns: 80 },
  );
});

test('where no hand can start, the work is done here', async () => {
  const expected = numbers(50, 1).map(([job = 0]) => String(job * 2));
  const none = await double(numbers(50, 4), { cannotStart: () => true });
  assert.deepEqual(none.results, expected);
  assert.equal(none.seen.hired, 3);
  assert.deepEqual((await double(numbers(50, 4), { cannotStart: (hand) => hand % 2 === 0 })).results, expected);
  assert.deepEqual((await double(numbers(50, 4), { hands: 0 })).results, expected);
});

test('once stopped, what was begun is finished and nothing new is begun', async () => {
  const { results, seen } = await double(numbers(1000, 5), { enough: 5 });
  assert.ok(results.length < 1000);
  assert.deepEqual(
    results,
    numbers(results.length, 1).map(([job = 0]) => String(job * 2)),
  );
  assert.ok(seen.given >= 5 && seen.pulled < 20);
});

test('what goes wrong with the source ends the run', async () => {
  async function* broken() {
    yield [1];
    throw new Error('the disk is gone');
  }
  const results = inOrder(broken(), {
    hands: 0,
    hire: () => assert.fail(),
    here: async () => 'x',
    lost: () => 'y',
    stop: new AbortController().signal,
  });
  await assert.rejects(async () => {
    for await (const _ of results);
  }, /the disk is gone/);
});

test('every hand has something to do before any of them is done', async () => {
  const held = new Map<number, () => void>();
  let hired = 0;
  const hire = (events: HandEvents<string>): Hand<number> => {
    const number = hired++;
    queueMicrotask(events.ready);
    return {
      send: (id, jobs) => {
        held.set(number, () => events.done(id, jobs.join()));
        // No worker answers before the last one has a job.
        if (held.size === 3) for (const release of held.values()) queueMicrotask(release);
      },
      close() {},
    };
  };
  async function* source() {
    for (const batch of [[1], [2], [3]]) yield batch;
  }
  const results: string[] = [];
  const stop = new AbortController();
  const here = async (): Promise<string> => assert.fail('nothing is done here');
  const work = (async () => {
    for await (const [, result] of inOrder(source(), { hands: 3, hire, here, lost: () => '', stop: stop.signal }))
      results.push(result);
  })();
  // With nothing to wait for, it needs at most a few turns of the event loop.
  for (let turn = 0; turn < 100 && results.length < 3; turn++) await new Promise((done) => setImmediate(done));
  stop.abort();
  assert.deepEqual(results, ['1', '2', '3']);
  await work;
});

test('where a hand was when it died is not done again', async () => {
  let hired = 0;
  const sent: number[][] = [];
  const results: string[] = [];
  async function* source() {
    yield [1, 2, 3];
    yield [4];
  }
  for await (const [, result] of inOrder<number, string>(source(), {
    hands: 1,
    hire: (events) => {
      const isFirst = hired++ === 0;
      queueMicrotask(() => events.ready());
      return {
        send: (id, jobs) => {
          sent.push([...jobs]);
          if (!isFirst) setImmediate(() => events.done(id, jobs.join()));
          else if (sent.length === 1) setImmediate(() => events.lost('it took too long', 1));
        },
        close() {},
      };
    },
    here: async (jobs) => jobs.join(),
    lost: (job, reason) => `${job} ${reason}`,
    stop: new AbortController().signal,
  }))
    results.push(result);
  assert.deepEqual(results, ['1', '2 it took too long', '3', '4']);
  assert.equal(sent.flat().filter((job) => job === 2).length, 1);
});

test('what is given up is not waited for', async () => {
  const giveUp = new AbortController();
  let isEnded = false;
  async function* source() {
    yield [1];
  }
  const results = inOrder<number, string>(source(), {
    hands: 1,
    hire: (events) => {
      queueMicrotask(() => events.ready());
      return {
        send: () => setImmediate(() => giveUp.abort()),
        close() {},
        end: () => {
          isEnded = true;
        },
      };
    },
    here: async () => '',
    lost: () => '',
    stop: giveUp.signal,
    giveUp: giveUp.signal,
  });
  assert.equal((await results.next()).done, true);
  assert.ok(isEnded);
});
