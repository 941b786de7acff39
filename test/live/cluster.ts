import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const tools: Readonly<Record<string, string>> = JSON.parse(process.env['GLISTIO_LIVE_TOOLS'] ?? '{}');

export interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export interface LiveCluster {
  readonly folder: string;
  readonly server: string;
  /** The certificate that kubeconfigs trust, in base64. */
  readonly ca: string;
  /** Writes a kubeconfig and returns its path. */
  kubeconfig(name: string, user: unknown, server?: string): string;
  helm(args: readonly string[], env?: Readonly<Record<string, string>>): Result;
  glistio(args: readonly string[], env?: Readonly<Record<string, string>>): Result;
  /** A request as administrator. */
  api(
    method: string,
    path: string,
    body?: unknown,
    type?: string,
  ): Promise<{ readonly status: number; readonly body: Record<string, unknown> }>;
  stop(): void;
}

const admin = 'admin-token';

/** Starts etcd and kube-apiserver on loopback, in a temporary folder. */
export async function startCluster(): Promise<LiveCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'glistio-live-'));
  const children: ChildProcess[] = [];
  const stop = (): void => {
    for (const child of children.reverse()) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  process.on('exit', stop);
  const [etcdPort, peerPort, port] = [await freePort(), await freePort(), await freePort()];
  const etcd = `http://127.0.0.1:${etcdPort}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  const start = (name: string, args: readonly string[]): void => {
    const log = join(folder, `${name}.log`);
    children.push(
      spawn('sh', ['-c', `exec "$0" "$@" > '${log}' 2>&1`, tools[name] ?? name, ...args], { stdio: 'ignore' }),
    );
  };
  start('etcd', [
    '--data-dir',
    join(folder, 'etcd'),
    '--listen-client-urls',
    etcd,
    '--advertise-client-urls',
    etcd,
    '--listen-peer-urls',
    peer,
    '--initial-advertise-peer-urls',
    peer,
    '--initial-cluster',
    `default=${peer}`,
    '--unsafe-no-fsync',
  ]);
  writeFileSync(join(folder, 'tokens.csv'), `${admin},admin,1,"system:masters"\nnobody-token,nobody,2\n`);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(join(folder, 'service-accounts.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  mkdirSync(join(folder, 'certs'));
  start('kube-apiserver', [
    `--etcd-servers=${etcd}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${join(folder, 'certs')}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.0.0.0/24',
    `--service-account-key-file=${join(folder, 'service-accounts.key')}`,
    `--service-account-signing-key-file=${join(folder, 'service-accounts.key')}`,
    '--service-account-issuer=https://localhost',
    '--disable-admission-plugins=ServiceAccount',
  ]);
  const server = `https://127.0.0.1:${port}`;
  const api: LiveCluster['api'] = (method, path, body, type = 'application/json') =>
    ask(`${server}${path}`, method, body, type);
  await until(
    async () => (await api('GET', '/readyz')).status === 200,
    () => readFileSync(join(folder, 'kube-apiserver.log'), 'utf8').slice(-2000),
  );
  const ca = readFileSync(join(folder, 'certs', 'apiserver.crt')).toString('base64');
  const kubeconfig = (name: string, user: unknown, to = server): string => {
    const path = join(folder, `${name}.kubeconfig`);
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': name,
      clusters: [{ name: 'live', cluster: { server: to, 'certificate-authority-data': ca } }],
      contexts: [{ name, context: { cluster: 'live', user: name } }],
      users: [{ name, user }],
    };
    writeFileSync(path, JSON.stringify(config));
    return path;
  };
  const environment = { PATH: process.env['PATH'] ?? '', HOME: folder };
  const main = kubeconfig('admin', { token: admin });
  return {
    folder,
    server,
    ca,
    kubeconfig,
    api,
    stop,
    helm: (args, env = {}) =>
      run(tools['helm'] ?? 'helm', ['--kubeconfig', main, ...args], folder, { ...environment, ...env }),
    glistio: (args, env = {}) =>
      run(process.execPath, [resolve('dist/cli.cjs'), ...args], folder, { ...environment, KUBECONFIG: main, ...env }),
  };
}

function run(program: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Result {
  const before = performance.now();
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, stdout, stderr, seconds: (performance.now() - before) / 1000 };
}

function ask(url: string, method: string, body: unknown, type: string): ReturnType<LiveCluster['api']> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((done, fail) => {
    const headers = {
      Authorization: `Bearer ${admin}`,
      ...(text === undefined ? {} : { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) }),
    };
    // Our own server on loopback, before its certificate is known.
    const call = request(url, { method, headers, rejectUnauthorized: false, agent: false }, (response) => {
      const chunks: Uint8Array[] = [];
      response.on('data', (chunk: Uint8Array) => chunks.push(chunk));
      response.on('end', () => {
        const answer = Buffer.concat(chunks).toString('utf8');
        done({ status: response.statusCode ?? 0, body: answer.startsWith('{') ? JSON.parse(answer) : {} });
      });
    });
    call.on('error', fail);
    call.end(text);
  });
}

async function until(isReady: () => Promise<boolean>, why: () => string): Promise<void> {
  for (let attempt = 0; attempt < 240; attempt++) {
    if (await isReady().catch(() => false)) return;
    await new Promise((done) => setTimeout(done, 500));
  }
  throw new Error(`the API server does not get ready:\n${why()}`);
}

/** An unused port. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
