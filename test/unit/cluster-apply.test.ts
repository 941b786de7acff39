import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ApplyJob, applyJob, checkJob, recover, waitFor } from '../../src/cluster/apply.ts';
import type { Changer } from '../../src/cluster/change.ts';
import { findJournal, journalName, tracesOf } from '../../src/cluster/journal.ts';
import type { ValueMap } from '../../src/value.ts';
import { fakeServer, type Sabotage, type Stored, things } from '../support/fake-api-server.ts';

function thing(name: string, size: number): ValueMap {
  return {
    apiVersion: 'gloo.solo.io/v1',
    kind: 'Upstream',
    metadata: { name, namespace: 'here' },
    spec: { size, replicas: 1 },
  };
}

function sizes(store: ReadonlyMap<string, Stored>): unknown[] {
  return [`${things}/a`, `${things}/b`].map(
    (path) => (store.get(path)?.['spec'] as { size: number } | undefined)?.size,
  );
}

function start(sabotage?: Sabotage) {
  const server = fakeServer([thing('a', 1), thing('b', 1)], sabotage);
  const writes = ['a', 'b'].map((name) => {
    const before = server.store.get(`${things}/${name}`) ?? {};
    return {
      name: `Upstream here/${name}`,
      collection: things,
      before,
      after: { ...before, spec: { size: 2, replicas: 1 } },
    };
  });
  const job: ApplyJob = { command: 'enable-mtls', namespace: 'here', timeout: 1000, writes };
  return { ...server, job };
}

async function checkedOf(changer: Changer, job: ApplyJob) {
  const checked = await checkJob(changer, job);
  assert.ok(!('length' in checked), String(checked));
  return checked;
}

const journalPath = `/api/v1/namespaces/here/configmaps/${journalName}`;

test('a dry run changes nothing, and what it refuses is said of every object', async () => {
  const { changer, store, job } = start();
  await checkedOf(changer, job);
  assert.deepEqual(sizes(store), [1, 1]);
  store.delete(`${things}/a`);
  store.delete(`${things}/b`);
  assert.deepEqual(await checkJob(changer, job), ['Upstream here/a: not found', 'Upstream here/b: not found']);
});

test('all is written, and no record stays', async () => {
  const { changer, store, job } = start();
  assert.equal((await applyJob(() => changer, await checkedOf(changer, job))).kind, 'applied');
  assert.deepEqual(sizes(store), [2, 2]);
  assert.equal(store.has(journalPath), false);
});

test('whatever fails, and whether or not its answer gets lost, all or nothing is there', async () => {
  for (const how of ['lose', 'drop', 500, 403] as const) {
    for (const at of [1, 2, 3, 4]) {
      const { changer, store, job } = start((_, count) => (count === at ? how : undefined));
      const checked = await checkedOf(changer, job);
      const end = await applyJob(() => changer, checked).catch((error: Error) => error);
      assert.deepEqual(sizes(store), at === 4 ? [2, 2] : [1, 1], `${how} at ${at}`);
      const kind = end instanceof Error ? 'refused' : end.kind;
      assert.equal(kind, at === 1 ? 'refused' : at === 4 ? 'unrecorded' : 'put-back');
    }
  }
});

test('a run that ends anywhere is put right by the next one', async () => {
  for (const how of ['lose', 'drop'] as const) {
    for (const at of [1, 2, 3, 4]) {
      // From then on no request succeeds, as if the process were gone.
      let isGone = false;
      const { changer, store, job } = start((_, count) =>
        isGone || count < at ? undefined : count === at ? how : 'drop',
      );
      const checked = await checkedOf(changer, job);
      await applyJob(() => changer, checked).catch(() => undefined);
      isGone = true;
      const journal = await findJournal(changer, 'here');
      if (journal !== undefined) await recover(changer, journal, await tracesOf(changer, journal.writes));
      const isWritten = at === 4 || (at === 3 && how === 'lose');
      assert.deepEqual(sizes(store), isWritten ? [2, 2] : [1, 1], `${how} at ${at}`);
      assert.equal(store.has(journalPath), false);
    }
  }
});

test('status and replicas may change in between; anything else stops the change', async () => {
  const touch = (store: Map<string, Stored>, spec: object): void => {
    const b = store.get(`${things}/b`);
    if (b === undefined) return;
    store.set(`${things}/b`, {
      ...b,
      metadata: { ...b.metadata, resourceVersion: '99' },
      spec: { ...(b['spec'] as object), ...spec },
    });
  };
  const scaled = start();
  const ready = await checkedOf(scaled.changer, scaled.job);
  touch(scaled.store, { replicas: 5 });
  assert.equal((await applyJob(() => scaled.changer, ready)).kind, 'applied');
  assert.deepEqual(scaled.store.get(`${things}/b`)?.['spec'], { size: 2, replicas: 5 });

  const edited = start();
  const checked = await checkedOf(edited.changer, edited.job);
  touch(edited.store, { size: 7 });
  const end = await applyJob(() => edited.changer, checked);
  assert.equal(end.kind, 'put-back');
  assert.deepEqual(sizes(edited.store), [1, 7]);
});

test('one change at a time', async () => {
  const { changer, store, job } = start();
  const checked = await checkedOf(changer, job);
  store.set(journalPath, { metadata: {} });
  await assert.rejects(
    applyJob(() => changer, checked),
    /already exists/,
  );
  assert.deepEqual(sizes(store), [1, 1]);
});

test('a run that may still be at work is waited for, and never longer than it said', () => {
  assert.equal(waitFor({ age: 0, lifetime: 20_000 }), 20_000);
  assert.equal(waitFor({ age: 5000, lifetime: 20_000 }), 17_000);
  assert.equal(waitFor({ age: 60_000, lifetime: 20_000 }), 0);
  assert.equal(waitFor({ age: -3_600_000, lifetime: 20_000 }), 20_000);
  assert.equal(waitFor({ age: Number.POSITIVE_INFINITY, lifetime: 20_000 }), 0);
});

test('an apply where it does what replacing does; else the object is replaced', async () => {
  const asked: string[] = [];
  const { changer, store } = fakeServer([{ ...thing('a', 1), spec: { size: 1, old: true } }]);
  const spy: Changer = {
    async send(method, path, body) {
      if (method !== 'GET' && !path.includes('dryRun')) asked.push(method);
      return await changer.send(method, path, body);
    },
  };
  const write = (spec: ValueMap, said: ValueMap): ApplyJob['writes'][number] => {
    const before = store.get(`${things}/a`) ?? {};
    const intent = { metadata: { name: 'a' }, spec: said };
    return { name: 'a', collection: things, before, after: { ...before, spec }, intent };
  };
  const apply = async (one: ApplyJob['writes'][number], touch: () => void = () => {}): Promise<void> => {
    const checked = await checkedOf(spy, { command: 'enable-mtls', namespace: 'here', timeout: 1000, writes: [one] });
    touch();
    assert.equal((await applyJob(() => spy, checked)).kind, 'applied');
  };
  await apply(write({ size: 2, old: true }, { size: 2 }));
  assert.deepEqual(store.get(`${things}/a`)?.['spec'], { size: 2, old: true });
  // An apply cannot remove what another manager owns.
  await apply(write({ size: 3 }, { size: 3 }));
  assert.deepEqual(store.get(`${things}/a`)?.['spec'], { size: 3 });
  const touched = (fields: object) => (): void => {
    const found = store.get(`${things}/a`);
    if (found !== undefined)
      store.set(`${things}/a`, { ...found, metadata: { ...found.metadata, resourceVersion: 'x', ...fields } });
  };
  // A new status does not matter; other owners could change the result of the apply.
  await apply(write({ size: 4 }, { size: 4 }), touched({ managedFields: [{ manager: 'c', subresource: 'status' }] }));
  await apply(write({ size: 5 }, { size: 5 }), touched({ managedFields: [{ manager: 'other' }] }));
  assert.deepEqual(asked, ['PATCH', 'PUT', 'PATCH', 'PATCH', 'PATCH', 'PUT']);
  assert.deepEqual(store.get(`${things}/a`)?.['spec'], { size: 5 });
});

test('time that passes while the machine sleeps counts', async (context) => {
  const { changer, store, job } = start();
  const checked = await checkedOf(changer, job);
  let now = 0;
  context.mock.method(Date, 'now', () => now);
  const sleeping: Changer = {
    async send(method, path, body) {
      const reply = await changer.send(method, path, body);
      if (method === 'PUT') now = 5000;
      return reply;
    },
  };
  const end = await applyJob(() => sleeping, checked);
  assert.equal(end.kind === 'put-back' && end.because, 'the time for this change ran out');
  assert.deepEqual(sizes(store), [1, 1]);
});

test('what another run has written meanwhile stays, even if it is the same', async () => {
  const { changer, store, job } = start();
  const [first, second] = [await checkedOf(changer, job), await checkedOf(changer, job)];
  assert.equal((await applyJob(() => changer, first)).kind, 'applied');
  const end = await applyJob(() => changer, second);
  assert.equal(end.kind === 'put-back' && end.because, 'Upstream here/a was changed by someone else in the meantime');
  assert.deepEqual(sizes(store), [2, 2]);
  assert.equal(store.has(journalPath), false);
});

test('one object alone waits its turn, too', async () => {
  const { changer, store, job } = start();
  const checked = await checkedOf(changer, { ...job, writes: job.writes.slice(0, 1) });
  const other = await checkedOf(changer, job);
  assert.ok(other.journal !== undefined);
  store.set(journalPath, structuredClone(other.journal) as Stored);
  await assert.rejects(
    applyJob(() => changer, checked),
    /another glistio has begun a change here/,
  );
  assert.deepEqual(sizes(store), [1, 1]);
});
