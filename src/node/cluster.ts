import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { ExecAuth } from '@kubernetes/client-node/dist/exec_auth.js';
import { explained, tooLate } from './cluster-failures.ts';
import { proxyFor, tunnel } from './cluster-proxy.ts';
import { ClusterFailure, findTarget, type KubeconfigOptions, otherwiseOf, type Target } from './kubeconfig.ts';

export interface ClusterOptions extends KubeconfigOptions {
  /** How long all that is asked of the cluster may take together, in milliseconds. */
  readonly timeout: number;
}

/** A cluster that can be asked. */
export interface Cluster {
  readonly context: string;
  readonly server: string;
  readonly namespace: string | undefined;
  /** The JSON at a path of the API; undefined if there is no such thing. Fails with a {@link ClusterFailure}. */
  get(path: string, accept?: string): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** Asks for a change. What the server makes of it is the answer; fails only where there is none. */
  send(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Reply>;
}

/** What the API server answers: an object, or a Status that says why not. */
export interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> | undefined;
  /** The server's own clock, in milliseconds. */
  readonly time: number | undefined;
}

/**
 * Finds the cluster and a way to speak to it. The official client reads the kubeconfig's entries and runs credential
 * plugins; the few requests go through Node's own https, because the client's generated API and the HTTP stack under it
 * are two megabytes, twice the rest of glistio.
 */
export function connect(options: ClusterOptions): Cluster {
  const target = findTarget(options);
  const deadline = AbortSignal.timeout(options.timeout);
  const { server } = target.cluster;
  let credentials: Promise<Credentials> | undefined;
  const ask = async <T>(call: Call, use: (answered: Answer) => T): Promise<T> => {
    try {
      credentials ??= credentialsOf(target, options, deadline);
      return use(await request(server, call, await credentials, target, options, deadline));
    } catch (error) {
      throw deadline.aborted ? tooLate(server, options.timeout) : explained(error, server, otherwiseOf(options));
    }
  };
  return {
    context: target.context,
    server,
    namespace: target.namespace,
    get: async (path, accept) =>
      await ask({ method: 'GET', path, ...(accept === undefined ? {} : { accept }) }, ({ status, text }) =>
        answer(status, text, target, path, options),
      ),
    send: async (method, path, body) =>
      await ask({ method, path, ...(body === undefined ? {} : { body }) }, ({ status, text, date }) => {
        if (status === 401) throw unknownUser(target);
        const time = Date.parse(date);
        return { status, body: parsed(text), time: Number.isNaN(time) ? undefined : time };
      }),
  };
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly accept?: string;
  readonly body?: unknown;
}

interface Credentials {
  readonly headers: Record<string, string>;
  readonly ca?: Buffer | string;
  readonly cert?: Buffer | string;
  readonly key?: Buffer | string;
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
}

async function credentialsOf(target: Target, options: ClusterOptions, signal: AbortSignal): Promise<Credentials> {
  const { cluster, user } = target;
  const headers: Record<string, string> = {};
  const fields: { -readonly [Field in keyof Credentials]: Credentials[Field] } = { headers };
  const ca = bytesOf(cluster.caFile, cluster.caData);
  const cert = bytesOf(user?.certFile, user?.certData);
  const key = bytesOf(user?.keyFile, user?.keyData);
  if (ca !== undefined) fields.ca = ca;
  if (cert !== undefined) fields.cert = cert;
  if (key !== undefined) fields.key = key;
  if (cluster.skipTLSVerify) fields.rejectUnauthorized = false;
  if (cluster.tlsServerName) fields.servername = cluster.tlsServerName;
  if (user === undefined) return fields;
  if (user.impersonateUser) headers['Impersonate-User'] = user.impersonateUser;
  if (user.token) headers['Authorization'] = `Bearer ${user.token.trim()}`;
  else if (user.username)
    headers['Authorization'] = `Basic ${Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')}`;
  if (user.exec) await runPlugin(target, fields, options, signal);
  else if (user.authProvider && !user.token) headers['Authorization'] = `Bearer ${idTokenOf(user.authProvider)}`;
  return fields;
}

function bytesOf(file: string | undefined, data: string | undefined): Buffer | undefined {
  // Data beats a file, as in kubectl.
  if (data) return Buffer.from(data, 'base64');
  if (!file) return undefined;
  try {
    return readFileSync(file);
  } catch {
    throw new ClusterFailure(`the kubeconfig names ${file}, which cannot be read`);
  }
}

/** A command that gives a token or a certificate: the ways into EKS, GKE, AKS and single sign-on. */
async function runPlugin(
  { cluster, user }: Target,
  fields: Credentials,
  options: ClusterOptions,
  signal: AbortSignal,
): Promise<void> {
  const exec = user?.exec as {
    command?: string;
    env?: { name: string; value: string }[];
    apiVersion?: string;
    installHint?: string;
    provideClusterInfo?: boolean;
  };
  const info = {
    apiVersion: exec.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(exec.provideClusterInfo ? { cluster: clusterInfo(cluster) } : {}) },
  };
  const env = [...(exec.env ?? []), { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }];
  const plugin = new ExecAuth();
  // The client has no time limit of its own for plugins; and one that waits for a person would wait for ever.
  Object.assign(plugin, {
    execFn: (command: string, args: readonly string[], given: { env?: NodeJS.ProcessEnv }) =>
      spawn(command, args ?? [], {
        ...given,
        env: { ...options.env, ...given.env },
        signal,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
  });
  try {
    await plugin.applyAuthentication(
      { ...user, name: user?.name ?? '', exec: { ...exec, env } },
      fields as https.RequestOptions,
    );
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const reason = isMissing
      ? 'there is no such command'
      : error instanceof Error
        ? error.message.trim() || error.name
        : String(error);
    throw new ClusterFailure(
      `the credential plugin ${exec.command} of user ${user?.name} failed: ${reason}`,
      exec.installHint,
    );
  }
}

function clusterInfo({ server, caData, tlsServerName, skipTLSVerify }: Target['cluster']): Record<string, unknown> {
  return {
    server,
    ...(caData ? { 'certificate-authority-data': caData } : {}),
    ...(tlsServerName ? { 'tls-server-name': tlsServerName } : {}),
    ...(skipTLSVerify ? { 'insecure-skip-tls-verify': true } : {}),
  };
}

/** kubectl keeps the token of an OpenID provider in the kubeconfig; renewing it is left to kubectl. */
function idTokenOf(provider: { name?: string; config?: Record<string, string> }): string {
  const token = provider.config?.['id-token'] ?? provider.config?.['access-token'];
  if (token) return token;
  throw new ClusterFailure(
    `the kubeconfig's auth provider ${provider.name} has no token`,
    'any kubectl command renews it, or use an exec plugin',
  );
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly date: string;
}

async function request(
  server: string,
  { method, path, accept = 'application/json', body }: Call,
  credentials: Credentials,
  target: Target,
  options: ClusterOptions,
  signal: AbortSignal,
): Promise<Answer> {
  const { headers, ...tls } = credentials;
  const url = `${server}${path}`;
  const text = body === undefined ? undefined : JSON.stringify(body);
  const sent =
    text === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(text)) };
  const proxy = proxyFor(url, target.cluster.proxyUrl, options.env);
  const isPlain = url.startsWith('http:');
  const socket = proxy === undefined || isPlain ? undefined : await tunnel(proxy, url, signal);
  return await new Promise((done, fail) => {
    const all = {
      method,
      headers: { Accept: accept, 'User-Agent': 'glistio', ...sent, ...headers },
      signal,
      agent: false,
      ...tls,
      ...(socket === undefined ? {} : { socket }),
    };
    const call = isPlain ? http.request(url, all) : https.request(url, all as https.RequestOptions);
    call.on('error', fail);
    call.on('response', (response) => {
      const chunks: Uint8Array[] = [];
      response.on('data', (chunk: Uint8Array) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () =>
        done({
          status: response.statusCode ?? 0,
          text: Buffer.concat(chunks).toString('utf8'),
          date: response.headers.date ?? '',
        }),
      );
    });
    call.end(text);
  });
}

function answer(
  status: number,
  text: string,
  target: Target,
  path: string,
  options: ClusterOptions,
): Readonly<Record<string, unknown>> | undefined {
  const { cluster } = target;
  const body = parsed(text);
  if (status === 200 && body !== undefined) return body;
  const said = typeof body?.['message'] === 'string' ? body['message'] : `it answered ${status}`;
  if (status === 404 && body?.['kind'] === 'Status') return undefined;
  if (status === 401) throw unknownUser(target);
  if (status === 403) {
    const namespace = /\/namespaces\/([^/]+)/.exec(path)?.[1];
    throw new ClusterFailure(
      `${cluster.server} does not allow it: ${said}`,
      namespace === undefined
        ? 'somebody must allow it'
        : `somebody must allow it in namespace ${namespace}, or ${otherwiseOf(options)}`,
    );
  }
  if (status === 200)
    throw new ClusterFailure(
      `${cluster.server} answers, but not as a Kubernetes API server does`,
      'is the server address in the kubeconfig right?',
    );
  throw new ClusterFailure(`${cluster.server} refuses: ${said}`);
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function unknownUser({ cluster, user }: Target): ClusterFailure {
  const who = user === undefined ? 'nobody' : `user ${user.name}`;
  return new ClusterFailure(
    `${cluster.server} does not accept the credentials of ${who}`,
    'have they expired? kubectl get pods tells the same',
  );
}
