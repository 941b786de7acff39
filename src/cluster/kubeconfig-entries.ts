/**
 * The kubeconfig entries that one context refers to, with checked types: kubectl also refuses a number where a string
 * is expected.
 */

import { isList, isMap, type Value, type ValueList, type ValueMap } from '../value.ts';

/** A cluster entry. */
export interface KubeCluster {
  readonly name: string;
  /** Without a trailing slash. */
  readonly server: string;
  /** Base64-encoded PEM; takes precedence over the file. */
  readonly caData?: string | undefined;
  readonly caFile?: string | undefined;
  readonly skipTLSVerify?: boolean | undefined;
  readonly tlsServerName?: string | undefined;
  readonly proxyUrl?: string | undefined;
}

/** A user entry. */
export interface KubeUser {
  readonly name: string;
  readonly token?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Base64-encoded PEM; takes precedence over the file. */
  readonly certData?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyData?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly impersonateUser?: string | undefined;
  readonly impersonateGroups?: readonly string[] | undefined;
  readonly exec?: ExecConfig | undefined;
  readonly authProvider?: AuthProvider | undefined;
}

/** The credential plugin (client.authentication.k8s.io). */
export interface ExecConfig {
  readonly apiVersion?: string | undefined;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly installHint?: string | undefined;
  readonly provideClusterInfo: boolean;
  readonly interactiveMode?: string | undefined;
}

/** OpenID settings as kept by kubectl 1.25 and older. */
export interface AuthProvider {
  readonly name?: string | undefined;
  readonly idToken?: string | undefined;
  readonly accessToken?: string | undefined;
}

export interface KubeContext {
  readonly cluster: string;
  readonly user?: string | undefined;
  readonly namespace?: string | undefined;
}

/**
 * Each function throws an Error that names the wrong field and its entry. `value` is the map within the named entry.
 */
export function readContext(name: string, value: Value | undefined): KubeContext {
  const where = `context ${name}`;
  const fields = mapOf(value, where);
  const cluster = optional(fields, 'cluster', where);
  if (cluster === undefined) throw new Error(`${where} does not name a cluster`);
  return { cluster, user: optional(fields, 'user', where), namespace: optional(fields, 'namespace', where) };
}

export function readClusterEntry(name: string, value: Value | undefined): KubeCluster {
  const where = `cluster ${name}`;
  const fields = mapOf(value, where);
  const server = optional(fields, 'server', where);
  if (server === undefined) throw new Error(`${where} has no server`);
  return {
    name,
    server: server.replace(/\/$/, ''),
    caData: optional(fields, 'certificate-authority-data', where),
    caFile: optional(fields, 'certificate-authority', where),
    skipTLSVerify: flag(fields, 'insecure-skip-tls-verify', where),
    tlsServerName: optional(fields, 'tls-server-name', where),
    proxyUrl: optional(fields, 'proxy-url', where),
  };
}

export function readUser(name: string, value: Value | undefined): KubeUser {
  const where = `user ${name}`;
  const fields = mapOf(value ?? {}, where);
  return {
    name,
    token: optional(fields, 'token', where),
    tokenFile: optional(fields, 'tokenFile', where),
    username: optional(fields, 'username', where),
    password: optional(fields, 'password', where),
    certData: optional(fields, 'client-certificate-data', where),
    certFile: optional(fields, 'client-certificate', where),
    keyData: optional(fields, 'client-key-data', where),
    keyFile: optional(fields, 'client-key', where),
    impersonateUser: optional(fields, 'as', where),
    exec: isAbsent(fields['exec']) ? undefined : readExec(fields['exec'], `exec of ${where}`),
    authProvider: isAbsent(fields['auth-provider'])
      ? undefined
      : readProvider(fields['auth-provider'], `auth-provider of ${where}`),
  };
}

function readExec(value: Value | undefined, where: string): ExecConfig {
  const fields = mapOf(value, where);
  const command = optional(fields, 'command', where);
  if (command === undefined) throw new Error(`${where} has no command`);
  const env = listOf(fields, 'env', where).map((entry): [string, string] => {
    const variable = mapOf(entry, `env in ${where}`);
    const name = optional(variable, 'name', `env in ${where}`);
    if (name === undefined) throw new Error(`env in ${where} has an entry without a name`);
    return [name, optional(variable, 'value', `env in ${where}`) ?? ''];
  });
  return {
    apiVersion: optional(fields, 'apiVersion', where),
    command,
    args: listOf(fields, 'args', where).map((entry) => {
      if (typeof entry !== 'string') throw new Error(`args of ${where} must be strings, got the ${nameOf(entry)}`);
      return entry;
    }),
    env: Object.fromEntries(env),
    installHint: optional(fields, 'installHint', where),
    provideClusterInfo: flag(fields, 'provideClusterInfo', where),
    interactiveMode: optional(fields, 'interactiveMode', where),
  };
}

function readProvider(value: Value | undefined, where: string): AuthProvider {
  const fields = mapOf(value, where);
  const config = mapOf(fields['config'] ?? {}, `config in ${where}`);
  return {
    name: optional(fields, 'name', where),
    idToken: optional(config, 'id-token', where),
    accessToken: optional(config, 'access-token', where),
  };
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function mapOf(value: Value | undefined, where: string): ValueMap {
  if (isMap(value)) return value;
  throw new Error(`${where} must be a map, got ${isAbsent(value) ? 'nothing' : `the ${nameOf(value)}`}`);
}

/** An empty string counts as unset. */
function optional(fields: ValueMap, key: string, where: string): string | undefined {
  const value = fields[key];
  if (isAbsent(value) || value === '') return undefined;
  if (typeof value !== 'string')
    throw new Error(
      `${key} of ${where} must be a string, got the ${nameOf(value)}${typeof value === 'object' ? '' : '; put it in quotes'}`,
    );
  return value;
}

function flag(fields: ValueMap, key: string, where: string): boolean {
  const value = fields[key] ?? false;
  if (typeof value !== 'boolean') throw new Error(`${key} of ${where} must be true or false, got the ${nameOf(value)}`);
  return value;
}

function listOf(fields: ValueMap, key: string, where: string): ValueList {
  const value = fields[key] ?? [];
  if (!isList(value)) throw new Error(`${key} of ${where} must be a list, got the ${nameOf(value)}`);
  return value;
}

/** Describes the type of a value but never quotes it: it may be a secret. */
function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  return typeof value === 'object' ? 'map' : typeof value === 'bigint' ? 'number' : typeof value;
}
