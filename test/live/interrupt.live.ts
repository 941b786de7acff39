import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import { resolve } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { type GlooCluster, type Json, ok, paths, startGloo, upstreamOf } from './gloo.ts';

let cluster: GlooCluster;
const state = (): Promise<Json> => cluster.state();
let plain: Json;
let injected: Json;
// Long enough for a busy machine; the next run waits twice as long for a killed one.
const short = ['--timeout', '4s'];
const inject = ['inject', '--cluster', '--yes', ...short];
const uninject = ['uninject', '--cluster', '--yes', ...short];

before(async () => {
  cluster = await startGloo();
  plain = await state();
  ok(cluster.glistio(inject));
  injected = await state();
  ok(cluster.glistio(uninject));
  assert.deepEqual(await state(), plain);
});
after(() => cluster.stop());

const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

/** The command, in its own process group. */
function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [resolve('dist/cli.cjs'), ...args], {
    cwd: cluster.folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: cluster.folder, KUBECONFIG: cluster.kubeconfig('direct', admin) },
    detached: true,
  });
}

const admin = { token: 'admin-token' };

function ended(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) return done();
    child.on('exit', () => done());
  });
}

/** The writer processes. */
function writers(): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' });
  const own = stdout.split('\n').filter((line) => line.includes(`${resolve('dist/cli.cjs')} (write)`));
  return own.map((line) => Number.parseInt(line, 10));
}

/** Waits until no more requests reach the cluster. */
async function quiet(): Promise<void> {
  for (let free = 0, tries = 0; free < 2; tries++) {
    assert.ok(tries < 300, 'a process that writes does not end');
    free = writers().length === 0 ? free + 1 : 0;
    await pause(25);
  }
}

type Signalled = (child: ChildProcess) => void;
const group =
  (signal: NodeJS.Signals): Signalled =>
  ({ pid }) => {
    try {
      if (pid !== undefined) process.kill(-pid, signal);
    } catch {
      // It ended by itself a moment ago.
    }
  };
const alone =
  (signal: NodeJS.Signals): Signalled =>
  (child) => {
    child.kill(signal);
  };

/**
 * Kills the command at moments spread over its whole run; each state of the cluster is tried with the command that
 * leaves it. When all processes have ended, the cluster must be as before or as after, without another run.
 */
async function endAtMoments(context: TestContext, moments: number, end: Signalled): Promise<void> {
  const began = performance.now();
  ok(cluster.glistio(inject));
  ok(cluster.glistio(uninject));
  const whole = (performance.now() - began) / 2;
  const seen = { before: 0, after: 0, ended: 0 };
  for (let moment = 0; moment < moments; moment++) {
    const from = await state();
    const isPlain = isDeepStrictEqual(from, plain);
    const child = start(isPlain ? inject : uninject);
    // The last part of a run is where it writes, so more moments fall there.
    await pause(whole * 1.1 * Math.sqrt((moment + Math.random()) / moments));
    if (child.exitCode === null) {
      end(child);
      seen.ended += 1;
    }
    await ended(child);
    await quiet();
    const to = await state();
    const isAfter = isDeepStrictEqual(to, isPlain ? injected : plain);
    if (!isAfter) assert.deepEqual(to, from, `moment ${moment}: neither before nor after`);
    seen[isAfter ? 'after' : 'before'] += 1;
  }
  context.diagnostic(`${moments} runs of ${Math.round(whole)} ms, ${seen.ended} ended early: ${JSON.stringify(seen)}`);
  // The next run works as usual.
  const next = ok(cluster.glistio(inject));
  assert.doesNotMatch(next.stderr, /interrupted/);
  assert.deepEqual(await state(), injected);
  ok(cluster.glistio(uninject));
  assert.deepEqual(await state(), plain);
}

test('killed at any moment: nothing or all', async (context) => {
  await endAtMoments(context, 100, alone('SIGKILL'));
});

test('killed with its whole process group: nothing or all', async (context) => {
  await endAtMoments(context, 30, group('SIGKILL'));
});

test('interrupted, hung up or asked to end, alone or as a group: nothing or all', async (context) => {
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) await endAtMoments(context, 10, group(signal));
  await endAtMoments(context, 5, alone('SIGINT'));
});

/** What happens at one of the requests between the command and the API server. */
interface Between {
  readonly at: number;
  /** Which requests count; by default those that change anything. */
  readonly counts?: (incoming: IncomingMessage) => boolean;
  /** Whether the request is still forwarded. */
  readonly passes: boolean;
  readonly fails?: boolean;
  /** Whether it happens after the API server's response instead of before the request. */
  readonly isLate?: boolean;
  readonly end?: Signalled;
}

const changes = ({ method, url }: IncomingMessage): boolean => method !== 'GET' && !url?.includes('dryRun=All');

/**
 * Runs the command; at the selected request a process is killed or an error returned. Returns the number of requests.
 */
async function runBetween(args: readonly string[], between: Between) {
  const { at, counts = changes, passes, fails = false, isLate = false, end = () => {} } = between;
  let asked = 0;
  let child: ChildProcess | undefined;
  const stop = (): void => {
    if (child !== undefined) end(child);
  };
  const proxy = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
    const isIt = counts(incoming) && ++asked === at;
    if (isIt && fails) {
      outgoing.writeHead(500, { 'Content-Type': 'application/json' });
      outgoing.end('{"kind":"Status","message":"the disk is full"}');
      return;
    }
    if (isIt && !isLate) stop();
    if (isIt && !passes) return;
    const headers = { ...incoming.headers, host: new URL(cluster.server).host };
    const method = incoming.method ?? 'GET';
    const options = { method, headers, rejectUnauthorized: false };
    const call = request(`${cluster.server}${incoming.url}`, options, (reply) => {
      if (isIt && isLate) stop();
      outgoing.writeHead(reply.statusCode ?? 500, reply.headers);
      reply.pipe(outgoing);
    });
    call.on('error', () => outgoing.destroy());
    incoming.pipe(call);
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  const address = proxy.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const kubeconfig = cluster.kubeconfig('between', admin, `http://127.0.0.1:${port}`);
  child = start([...args, '--kubeconfig', kubeconfig]);
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  await ended(child);
  await quiet();
  proxy.closeAllConnections();
  proxy.close();
  return { status: child.exitCode, stderr, asked };
}

test('killed at each of its requests: nothing or all', async (context) => {
  const seen = { before: 0, after: 0 };
  for (const [command, from, to, back] of [
    [inject, plain, injected, uninject],
    [uninject, injected, plain, inject],
  ] as const) {
    if (from === injected) ok(cluster.glistio(inject));
    const all = (await runBetween(command, { at: 0, counts: () => true, passes: true })).asked;
    ok(cluster.glistio(back));
    for (let at = 1; at <= all; at++) {
      for (const isLate of [false, true]) {
        await runBetween(command, { at, counts: () => true, passes: true, isLate, end: alone('SIGKILL') });
        const found = await state();
        const isAfter = isDeepStrictEqual(found, to);
        if (!isAfter) assert.deepEqual(found, from, `${command[0]}, request ${at} of ${all}`);
        seen[isAfter ? 'after' : 'before'] += 1;
        if (isAfter) ok(cluster.glistio(back));
      }
    }
    ok(cluster.glistio(command));
    assert.deepEqual(await state(), to);
  }
  context.diagnostic(JSON.stringify(seen));
  assert.ok(seen.before > 0 && seen.after > 0);
});

test('a write that fails half way: what was written is restored', async () => {
  // The record, the ConfigMap, and then the Deployment.
  const { status, stderr } = await runBetween(inject, { at: 3, passes: false, fails: true });
  assert.equal(status, 2, stderr);
  assert.match(stderr, /ConfigMap gloo-system\/gateway-proxy-envoy-config was restored\n/);
  assert.match(stderr, /the disk is full\n {2}hint: nothing is changed/);
  assert.deepEqual(await state(), plain);
});

test('the writer is killed at each request: the next run restores or keeps everything, and works', async () => {
  const killWriters = (): void => {
    for (const pid of writers()) process.kill(pid, 'SIGKILL');
  };
  // Four requests: the record, two objects, and the record's end.
  for (const [command, from, to] of [
    [inject, plain, injected],
    [uninject, injected, plain],
  ] as const) {
    if (from === injected) ok(cluster.glistio(inject));
    for (let at = 1; at <= 4; at++) {
      for (const passes of [false, true]) {
        const where = `${command[0]}, request ${at}, ${passes ? 'after' : 'before'} it`;
        const { status, stderr } = await runBetween(command, { at, passes, isLate: passes, end: killWriters });
        assert.equal(status, 2, `${where}: ${stderr}`);
        assert.match(stderr, /the writing process has ended\n {2}hint: the next glistio --cluster/);
        // A command with nothing to do itself finishes the interrupted change.
        const next = ok(cluster.glistio(['disable-mtls', '--cluster', '--all', '--yes', ...short]));
        const isWritten = at === 4 || (at === 3 && passes);
        assert.deepEqual(await state(), isWritten ? to : from, `${where}\n${next.stderr}`);
        if (isWritten) ok(cluster.glistio([from === plain ? 'uninject' : 'inject', '--cluster', '--yes']));
      }
    }
    ok(cluster.glistio([...command]));
    assert.deepEqual(await state(), to);
  }
  const { body } = await cluster.api('GET', `${paths.gloo}/configmaps/glistio-unfinished`);
  assert.equal(body['code'], 404);
});

test('without a reader of the output, everything is still written', async () => {
  const child = start(inject);
  child.stdout?.destroy();
  child.stderr?.destroy();
  await ended(child);
  await quiet();
  assert.deepEqual(await state(), injected);
  ok(cluster.glistio(uninject));
});

test('the run after a killed one waits for what that one began, and no longer', async () => {
  const child = start(['inject', '--cluster', '--yes']);
  for (let tries = 0; tries < 2000 && writers().length === 0; tries++) await pause(1);
  child.kill('SIGKILL');
  // It may come before, between or after the first one's writes; those stay.
  const next = cluster.glistio(['inject', '--cluster', '--yes']);
  assert.match(next.stderr, /nothing to change|2 objects changed|in the meantime|already exists/);
  assert.ok(next.seconds < 10, `${next.seconds} s`);
  await quiet();
  assert.deepEqual(await state(), injected);
  ok(cluster.glistio(uninject));
});

test('killed in the midst of many writes: all of them', async (context) => {
  const names = Array.from({ length: 100 }, (_, index) => `many-${index}`);
  for (const name of names) await cluster.post(paths.upstreams, upstreamOf(name));
  const changed = async (): Promise<number> => {
    const { body } = await cluster.api('GET', paths.upstreams);
    return (body['items'] as { spec: Json }[]).filter(({ spec }) => spec['sslConfig'] !== undefined).length;
  };
  const all = names.length + 2;
  const halfway: number[] = [];
  for (const command of ['enable-mtls', 'disable-mtls', 'enable-mtls', 'disable-mtls']) {
    const before = await changed();
    const child = start([command, '--cluster', '--all', '--yes']);
    let found = before;
    for (let tries = 0; tries < 2000 && found === before; tries++) found = await changed();
    halfway.push(found);
    group('SIGKILL')(child);
    await ended(child);
    await quiet();
    assert.equal(await changed(), before === 0 ? all : 0);
  }
  context.diagnostic(`changed when it was killed, of ${all}: ${halfway.join(', ')}`);
  for (const name of names) await cluster.api('DELETE', `${paths.upstreams}/${name}`);
  assert.deepEqual(await state(), plain);
});
