import { readFileSync } from 'node:fs';
import { runCredentialPlugin } from './exec-credential.ts';
import { ClusterFailure, type ClusterTarget, type KubeconfigOptions } from './kubeconfig.ts';
import type { AuthProvider } from './kubeconfig-entries.ts';

/** The credentials sent with a user's requests: plain data, so that another process can use them. */
export interface Credentials {
  readonly headers: Record<string, string | string[]>;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
}

/** Reads a user's credentials, or runs the credential plugin. */
export async function credentialsOf(
  target: ClusterTarget,
  env: KubeconfigOptions['env'],
  signal: AbortSignal,
): Promise<Credentials> {
  const { cluster, user } = target;
  const headers: Record<string, string | string[]> = {};
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
  if (user.impersonateGroups) headers['Impersonate-Group'] = [...user.impersonateGroups];
  if (user.token) headers['Authorization'] = `Bearer ${user.token.trim()}`;
  else if (user.username)
    headers['Authorization'] = `Basic ${Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')}`;
  if (user.exec) {
    const found = await runCredentialPlugin(user.exec, user.name, cluster, env, signal);
    if (found.cert !== undefined) fields.cert = found.cert;
    if (found.key !== undefined) fields.key = found.key;
    if (found.token !== undefined) headers['Authorization'] = `Bearer ${found.token}`;
  } else if (user.authProvider && !user.token) headers['Authorization'] = `Bearer ${idTokenOf(user.authProvider)}`;
  return fields;
}

function pemOf(file: string | undefined, data: string | undefined): string | undefined {
  // Inline data takes precedence over a file, as in kubectl.
  if (data) return Buffer.from(data, 'base64').toString('utf8');
  if (!file) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new ClusterFailure(`the kubeconfig refers to ${file}, which cannot be read`);
  }
}

/** kubectl keeps an OpenID provider's token in the kubeconfig; refreshing it is left to kubectl. */
function idTokenOf({ name, idToken, accessToken }: AuthProvider): string {
  const token = idToken ?? accessToken;
  if (token !== undefined) return token;
  throw new ClusterFailure(
    `the kubeconfig's auth provider ${name} has no token`,
    'any kubectl command renews it, or use an exec plugin',
  );
}
