import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyJob, checkJob, findUnfinished, type Job, recover, waitFor } from '../../src/node/cluster-apply.ts';
import type { Changer, ServerObject } from '../../src/node/cluster-change.ts';
import { journalName } from '../../src/node/cluster-journal.ts';
import { ClusterFailure } from '../../src/node/kubeconfig.ts';

type Stored = Record<string, unknown> & { metadata: Record<string, unknown> };
type Sabotage = (request: string, count: number, store: Map<string, Stored>) => 'lose' | 'drop' | number | undefined;

/** An API server as far as changes go: versions, preconditions and dry runs. */
function fakeServer(objects: readonly ServerObject[], sabotage: Sabotage = () => undefined) {
  const store = new Map<string, Stored>();
  let version = 0;
  let changes = 0;
  const born = (object: ServerObject): Stored => {
    version += 1;
    const metadata = { ...(object['metadata'] as object), uid: `uid-${version}`, resourceVersion: `${version}` };
    return { ...object, metadata: { ...metadata, creationTimestamp: '2026-01-01T00:00:00Z' } };
  };
  for (const object of objects) store.set(pathOf(object), born(object));
  const handle = (method: string, path: string, isDry: boolean, body: ServerObject | undefined) => {
    const found = store.get(path);
    const metadata = body?.['metadata'] as Record<string, unknown> | undefined;
    if (method === 'POST') {
      const at = `${path}/${metadata?.['name']}`;
      if (store.has(at)) return { status: 409, body: { message: 'already exists' } };
      const made = born(body ?? {});
      if (!isDry) store.set(at, made);
      return { status: 201, body: made };
    }
    if (found === undefined) return { status: 404, body: { message: 'not found' } };
    if (method === 'PUT') {
      if (metadata?.['resourceVersion'] !== found.metadata['resourceVersion']) return { status: 409, body: {} };
      const next = { ...body, metadata: { ...found.metadata, resourceVersion: `${++version}` } };
      if (!isDry) store.set(path, next);
      return { status: 200, body: next };
    }
    if (method === 'DELETE') store.delete(path);
    return { status: 200, body: found };
  };
  const changer: Changer = {
    async send(method, path, body) {
      const [at = '', query = ''] = path.split('?');
      const isDry = query.includes('dryRun=All');
      const what = method === 'GET' || isDry ? undefined : sabotage(`${method} ${at}`, ++changes, store);
      if (what === 'drop') throw new ClusterFailure('the connection is cut');
      if (typeof what === 'number') return { status: what, body: { message: 'refused' }, time: undefined };
      const reply = handle(method, at, isDry, body as ServerObject | undefined);
      if (what === 'lose') throw new ClusterFailure('the connection is cut');
      return { ...structuredClone(reply), time: Date.parse('2026-01-01T00:00:05Z') };
    },
  };
  return { changer, store };
}

function pathOf(object: ServerObject): string {
  return `/things/${(object['metadata'] as { name: string }).name}`;
}

function thing(name: string, size: number): ServerObject {
  return { kind: 'Thing', metadata: { name, namespace: 'here' }, spec: { size, replicas: 1 } };
}

function sizes(store: ReadonlyMap<string, Stored>): unknown[] {
  return ['/things/a', '/things/b'].map((path) => (store.get(path)?.['spec'] as { size: number } | undefined)?.size);
}

function start(sabotage?: Sabotage) {
  const server = fakeServer([thing('a', 1), thing('b', 1)], sabotage);
  const writes = ['a', 'b'].map((name) => {
    const before = server.store.get(`/things/${name}`) ?? {};
    return { name, collection: '/things', before, after: { ...before, spec: { size: 2, replicas: 1 } } };
  });
  const job: Job = { command: 'inject', namespace: 'here', timeout: 1000, writes };
  return { ...server, job };
}

async function checkedOf(changer: Changer, job: Job) {
  const checked = await checkJob(changer, job);
  assert.ok(!('length' in checked), String(checked));
  return checked;
}

const journalPath = `/api/v1/namespaces/here/configmaps/${journalName}`;

test('a dry run changes nothing, and what it refuses is said of every object', async () => {
  const { changer, store, job } = start();
  await checkedOf(changer, job);
  assert.deepEqual(sizes(store), [1, 1]);
  store.delete('/things/a');
  store.delete('/things/b');
  assert.deepEqual(await checkJob(changer, job), ['a: not found', 'b: not found']);
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
      // From there on nothing gets through any more, as if the process were gone.
      let isGone = false;
      const { changer, store, job } = start((_, count) =>
        isGone || count < at ? undefined : count === at ? how : 'drop',
      );
      const checked = await checkedOf(changer, job);
      await applyJob(() => changer, checked).catch(() => undefined);
      isGone = true;
      const journal = await findUnfinished(changer, 'here');
      if (journal !== undefined) await recover(changer, journal);
      const isWritten = at === 4 || (at === 3 && how === 'lose');
      assert.deepEqual(sizes(store), isWritten ? [2, 2] : [1, 1], `${how} at ${at}`);
      assert.equal(store.has(journalPath), false);
    }
  }
});

test('status and replicas may change in between; anything else stops the change', async () => {
  const touch = (store: Map<string, Stored>, spec: object): void => {
    const b = store.get('/things/b');
    if (b === undefined) return;
    store.set('/things/b', {
      ...b,
      metadata: { ...b.metadata, resourceVersion: '99' },
      spec: { ...(b['spec'] as object), ...spec },
    });
  };
  const scaled = start();
  const ready = await checkedOf(scaled.changer, scaled.job);
  touch(scaled.store, { replicas: 5 });
  assert.equal((await applyJob(() => scaled.changer, ready)).kind, 'applied');
  assert.deepEqual(scaled.store.get('/things/b')?.['spec'], { size: 2, replicas: 5 });

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
