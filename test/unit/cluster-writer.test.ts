import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { test } from 'node:test';
import { type CheckedJob, checkJob } from '../../src/cluster/apply.ts';
import { Refusal } from '../../src/cluster/change.ts';
import type { ClusterClient, Connection } from '../../src/cluster/client.ts';
import { writerDoor } from '../../src/cluster/door.ts';
import { ClusterFailure } from '../../src/cluster/kubeconfig.ts';
import { carryOut, handOver, type Outlive } from '../../src/cluster/writer.ts';
import { fakeServer, listen, type Sabotage, things } from '../support/fake-api-server.ts';

async function start(sabotage?: Sabotage) {
  const objects = ['a', 'b'].map((name) => ({
    apiVersion: 'gloo.solo.io/v1',
    kind: 'Upstream',
    metadata: { name, namespace: 'here' },
    spec: { size: 1 },
  }));
  const server = fakeServer(objects, sabotage);
  const writes = ['a', 'b'].map((name) => {
    const before = server.store.get(`${things}/${name}`) ?? {};
    return { name: `Upstream here/${name}`, collection: things, before, after: { ...before, spec: { size: 2 } } };
  });
  const job = await checkJob(server.changer, { command: 'enable-mtls', namespace: 'here', timeout: 2000, writes });
  assert.ok('writes' in job);
  const { url, stop } = await listen(server);
  const connection: Connection = {
    context: 'c',
    server: url,
    namespace: undefined,
    user: 'u',
    proxyUrl: undefined,
    credentials: { headers: { Authorization: 'Bearer t' } },
  };
  const cluster: ClusterClient = {
    ...server.changer,
    context: 'c',
    server: url,
    namespace: undefined,
    get: async () => undefined,
    connection: async () => connection,
  };
  const sizes = (): unknown[] =>
    [`${things}/a`, `${things}/b`].map(
      (path) => (server.store.get(path)?.['spec'] as { size?: number } | undefined)?.size,
    );
  return { job: job as CheckedJob, cluster, stop, sizes, store: server.store };
}

const inProcess: Outlive = async (text) => await carryOut(text, {});

test('a job is handed over whole, and its end comes back', async () => {
  const { job, cluster, stop, sizes, store } = await start();
  const chatty: Outlive = async (text) => `a module was loaded\n${await inProcess(text)}`;
  assert.deepEqual(await handOver(chatty, cluster, job), { kind: 'applied' });
  assert.deepEqual(sizes(), [2, 2]);
  assert.deepEqual([...store.keys()], [`${things}/a`, `${things}/b`]);
  stop();
});

test('an incomplete job is not run', async () => {
  const { job, cluster, stop, sizes } = await start();
  const cut: Outlive = async (text) => await carryOut(text.slice(0, -1), {});
  assert.equal((await handOver(cut, cluster, job)).kind, 'unknown');
  assert.deepEqual(sizes(), [1, 1]);
  for (const text of ['', '\n', 'hello\n', 'null\n', '{}\n', '{"job":{}}\n'])
    assert.equal(await carryOut(text, {}), undefined);
  stop();
});

test('what stops the writer is said as if it had stopped the command', async () => {
  const full = await start((_, count) => (count === 3 ? 403 : undefined));
  const end = await handOver(inProcess, full.cluster, full.job);
  assert.equal(end.kind === 'put-back' && end.because, 'Upstream here/b: refused');
  assert.deepEqual(full.sizes(), [1, 1]);
  full.stop();
  const taken = await start((_, count) => (count === 1 ? 409 : undefined));
  await assert.rejects(handOver(inProcess, taken.cluster, taken.job), Refusal);
  taken.stop();
  await assert.rejects(handOver(inProcess, taken.cluster, taken.job), ClusterFailure);
  const none: Outlive = async () => {
    throw new Error('no more processes');
  };
  await assert.rejects(handOver(none, taken.cluster, taken.job), /cannot be started: no more processes/);
});

test('the built command as a writer: it needs the whole job, but no listener', async () => {
  // Signals that stop a command do not stop it.
  const hangUp: Sabotage = (_, count) => {
    if (count === 2) for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) child?.kill(signal);
    return undefined;
  };
  let child: ChildProcess | undefined;
  const { job, cluster, stop, sizes } = await start(hangUp);
  const text = `${JSON.stringify({ job, connection: await cluster.connection() })}\n`;
  for (const [given, wanted] of [
    [text.slice(0, text.length / 2), [1, 1]],
    [text, [2, 2]],
  ] as const) {
    child = spawn(process.execPath, ['dist/cli.cjs', writerDoor], { stdio: ['pipe', 'pipe', 'ignore'] });
    child.stdout?.destroy();
    child.stdin?.write(given.slice(0, 100));
    child.stdin?.end(given.slice(100));
    const running = child;
    await new Promise((done) => running.on('close', done));
    assert.deepEqual(sizes(), wanted);
  }
  stop();
});
