import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { ExecAuth } from '@kubernetes/client-node/dist/exec_auth.js';
import { proxyFor, tunnel } from './cluster-proxy.ts';
import { ClusterFailure, findTarget, type KubeconfigOptions, type Target } from './kubeconfig.ts';

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
  return {
    context: target.context,
    server,
    namespace: target.namespace,
    async get(path, accept = 'application/json') {
      try {
        credentials ??= credentialsOf(target, options, deadline);
        const { status, text } = await request(
          `${server}${path}`,
          await credentials,
          accept,
          target,
          options,
          deadline,
        );
        return answer(status, text, target, path);
      } catch (error) {
        throw deadline.aborted ? tooLate(server, options.timeout) : explained(error, target);
      }
    },
  };
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
}

async function request(
  url: string,
  credentials: Credentials,
  accept: string,
  target: Target,
  options: ClusterOptions,
  signal: AbortSignal,
): Promise<Answer> {
  const { headers, ...tls } = credentials;
  const proxy = proxyFor(url, target.cluster.proxyUrl, options.env);
  const isPlain = url.startsWith('http:');
  const socket = proxy === undefined || isPlain ? undefined : await tunnel(proxy, url, signal);
  return await new Promise((done, fail) => {
    const all = {
      headers: { Accept: accept, 'User-Agent': 'glistio', ...headers },
      signal,
      agent: false,
      ...tls,
      ...(socket === undefined ? {} : { socket }),
    };
    const call = isPlain ? http.get(url, all) : https.get(url, all as https.RequestOptions);
    call.on('error', fail);
    call.on('response', (response) => {
      const chunks: Uint8Array[] = [];
      response.on('data', (chunk: Uint8Array) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () =>
        done({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
  });
}

function answer(
  status: number,
  text: string,
  { cluster, user }: Target,
  path: string,
): Readonly<Record<string, unknown>> | undefined {
  const body = parsed(text);
  if (status === 200 && body !== undefined) return body;
  const said = typeof body?.['message'] === 'string' ? body['message'] : `it answered ${status}`;
  if (status === 404 && body?.['kind'] === 'Status') return undefined;
  if (status === 401) {
    const who = user === undefined ? 'nobody' : `user ${user.name}`;
    throw new ClusterFailure(
      `${cluster.server} does not accept the credentials of ${who}`,
      'have they expired? kubectl get pods tells the same',
    );
  }
  if (status === 403) {
    const namespace = /\/namespaces\/([^/]+)/.exec(path)?.[1];
    throw new ClusterFailure(
      `${cluster.server} does not allow it: ${said}`,
      `somebody must allow it in namespace ${namespace}, or give the record as a file: --installed FILE`,
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

function tooLate(server: string, timeout: number): ClusterFailure {
  return new ClusterFailure(
    `no answer from ${server} within ${timeout / 1000} s`,
    'is the address right, and the network there? --timeout waits longer',
  );
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection is refused',
  ECONNRESET: 'the connection is cut',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to the network',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name cannot be looked up now',
  ETIMEDOUT: 'there is no answer',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by nobody that the kubeconfig trusts',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by nobody that the kubeconfig trusts',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by nobody that the kubeconfig trusts',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is signed by nobody that the kubeconfig trusts',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_EXPIRED: 'the client certificate of the kubeconfig has expired',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'the client certificate of the kubeconfig has expired',
};

function explained(error: unknown, { cluster }: Target): ClusterFailure {
  if (error instanceof ClusterFailure) return error;
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const code = first instanceof Error && 'code' in first ? String(first.code) : '';
  const reason = reasons[code] ?? (first instanceof Error ? first.message : String(first));
  return new ClusterFailure(
    `cannot reach ${cluster.server}: ${reason}`,
    'or give what is installed as a file: --installed FILE',
  );
}
