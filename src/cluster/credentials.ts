import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type https from 'node:https';
import { ExecAuth } from '@kubernetes/client-node/dist/exec_auth.js';
import { ClusterFailure, type KubeconfigOptions, type Target } from './kubeconfig.ts';

/** What the requests of a user carry: plain data, so that it can be given to another process. */
export interface Credentials {
  readonly headers: Record<string, string>;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
}

/** Reads a user's credentials, or asks the command that has them. */
export async function credentialsOf(
  target: Target,
  env: KubeconfigOptions['env'],
  signal: AbortSignal,
): Promise<Credentials> {
  const { cluster, user } = target;
  const headers: Record<string, string> = {};
  const fields: { -readonly [Field in keyof Credentials]: Credentials[Field] } = { headers };
  const ca = pemOf(cluster.caFile, cluster.caData);
  const cert = pemOf(user?.certFile, user?.certData);
  const key = pemOf(user?.keyFile, user?.keyData);
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
  if (user.exec) await runPlugin(target, fields, env, signal);
  else if (user.authProvider && !user.token) headers['Authorization'] = `Bearer ${idTokenOf(user.authProvider)}`;
  return fields;
}

function pemOf(file: string | undefined, data: string | undefined): string | undefined {
  // Data beats a file, as in kubectl.
  if (data) return Buffer.from(data, 'base64').toString('utf8');
  if (!file) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new ClusterFailure(`the kubeconfig names ${file}, which cannot be read`);
  }
}

/** A command that gives a token or a certificate: the ways into EKS, GKE, AKS and single sign-on. */
async function runPlugin(
  { cluster, user }: Target,
  fields: Credentials,
  env: KubeconfigOptions['env'],
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
  const variables = [...(exec.env ?? []), { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }];
  const plugin = new ExecAuth();
  // The client has no time limit of its own for plugins; and one that waits for a person would wait for ever.
  Object.assign(plugin, {
    execFn: (command: string, args: readonly string[], given: { env?: NodeJS.ProcessEnv }) =>
      spawn(command, args ?? [], {
        ...given,
        env: { ...env, ...given.env },
        signal,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
  });
  try {
    await plugin.applyAuthentication(
      { ...user, name: user?.name ?? '', exec: { ...exec, env: variables } },
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
