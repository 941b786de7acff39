import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { CannotDo } from '../outcome.ts';
import { isMap, mapOf, mapsIn, type OpenMap, type Value, type ValueMap, wordOf } from '../value.ts';
import { serverOfHelm, withHelmVariables } from './helm-variables.ts';
import { type KubeCluster, type KubeUser, readClusterEntry, readContext, readUser } from './kubeconfig-entries.ts';

/** An error that explains why a cluster cannot be used. */
export class ClusterFailure extends CannotDo {}

/** The API server authenticated the user but denied access. */
export class NotAllowed extends ClusterFailure {}

export interface KubeconfigOptions {
  /** `--kubeconfig`: only this file is read. */
  readonly path?: string;
  /** `--context`. */
  readonly context?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Parses YAML; throws an Error with a message. */
  readonly parse: (text: string, name: string) => Value;
  /** What to do if no cluster is available. */
  readonly otherwise?: string;
}

/** The end of a hint: what to do if the cluster cannot be used. */
export function otherwiseOf({
  otherwise = 'give what is installed as a file: --installed FILE',
}: Pick<KubeconfigOptions, 'otherwise'>): string {
  return otherwise;
}

/** Which cluster to use, and as which user. */
export interface ClusterTarget {
  /** The context's name, for messages. */
  readonly context: string;
  readonly cluster: KubeCluster;
  readonly user: KubeUser | undefined;
  readonly namespace: string | undefined;
}

const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Returns the cluster that kubectl would use: `--kubeconfig` alone; or the files of KUBECONFIG, where missing files are
 * skipped and the first to set a value wins, including the current context; or ~/.kube/config; or the cluster in which
 * glistio runs. Helm's variables (HELM_KUBEAPISERVER, HELM_KUBETOKEN …) override the result.
 */
export function findTarget(options: KubeconfigOptions): ClusterTarget {
  return withHelmVariables(configuredTarget(options), options.env);
}

function configuredTarget(options: KubeconfigOptions): ClusterTarget {
  const paths = pathsOf(options);
  const files = paths.filter(existsSync);
  const inside = files.length === 0 ? (byHelmVariables(options.env) ?? inCluster(options.env)) : undefined;
  if (inside !== undefined && options.context === undefined) return inside;
  if (files.length === 0) {
    throw new ClusterFailure(
      `there is no kubeconfig: ${paths.join(', ')} ${paths.length === 1 ? 'does' : 'do'} not exist`,
      `name one with --kubeconfig, or ${otherwiseOf(options)}`,
    );
  }
  const configs = files.map((path) => readConfig(path, options.parse));
  const wanted =
    options.context ??
    configs.map((config) => config['current-context']).find((name) => typeof name === 'string' && name !== '');
  if (typeof wanted !== 'string') {
    throw new ClusterFailure(
      'the kubeconfig has no current context',
      `choose one with --context: ${listed(contextsIn(configs))}`,
    );
  }
  return understood(() => targetOf(wanted, configs), files);
}

/** Lists the available contexts. Throws a {@link ClusterFailure} if a kubeconfig cannot be read. */
export function contextNames(options: KubeconfigOptions): string[] {
  const configs = pathsOf(options)
    .filter(existsSync)
    .map((path) => readConfig(path, options.parse));
  return contextsIn(configs);
}

function pathsOf({ path, env }: KubeconfigOptions): string[] {
  if (path !== undefined) return [path];
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  return listed.length > 0 ? listed : [join(env['HOME'] ?? homedir(), '.kube', 'config')];
}

function readConfig(path: string, parse: KubeconfigOptions['parse']): ValueMap {
  let config: Value;
  try {
    config = parse(readFileSync(path, 'utf8'), path);
  } catch (error) {
    throw new ClusterFailure(
      `the kubeconfig ${path} cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
  if (!isMap(config)) {
    throw new ClusterFailure(`${path} is not a kubeconfig`, 'a kubeconfig has clusters, contexts and users');
  }
  const [clusters, users] = [located(config, 'clusters', 'cluster', path), located(config, 'users', 'user', path)];
  return { ...config, clusters, users };
}

const fileFields = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

/** Paths in a kubeconfig are relative to its folder. */
function located(config: ValueMap, list: string, kind: string, path: string): ValueMap[] {
  return mapsIn(config[list]).map((entry) => {
    const inner: OpenMap = { ...mapOf(entry[kind]) };
    for (const field of fileFields) {
      if (typeof inner[field] === 'string' && inner[field] !== '') inner[field] = resolve(dirname(path), inner[field]);
    }
    if (kind === 'user' && isMap(inner['exec'])) inner['exec'] = locatedCommand(inner['exec'], path);
    return { ...entry, [kind]: inner };
  });
}

/** So is a plugin command that contains a slash; any other is looked up in the PATH. */
function locatedCommand(exec: ValueMap, path: string): ValueMap {
  const { command } = exec;
  if (typeof command !== 'string' || !/[/\\]/.test(command)) return exec;
  return { ...exec, command: resolve(dirname(path), command) };
}

function find(configs: readonly ValueMap[], list: string, name: string): ValueMap | undefined {
  return configs.flatMap((config) => mapsIn(config[list])).find((entry) => entry['name'] === name);
}

function contextsIn(configs: readonly ValueMap[]): string[] {
  return [...new Set(configs.flatMap(({ contexts }) => mapsIn(contexts)).map(({ name }) => wordOf(name)))];
}

function listed(names: readonly string[]): string {
  return names.join(', ') || 'there is none';
}

/** Validates only the entries that the context refers to; other entries may be broken. */
function targetOf(name: string, configs: readonly ValueMap[]): ClusterTarget {
  const found = find(configs, 'contexts', name);
  if (found === undefined) {
    throw new ClusterFailure(`the kubeconfig has no context ${name}`, `it has ${listed(contextsIn(configs))}`);
  }
  const context = readContext(name, found['context']);
  const cluster = find(configs, 'clusters', context.cluster);
  if (cluster === undefined)
    throw new ClusterFailure(
      `context ${name} refers to the cluster ${context.cluster}, which the kubeconfig does not have`,
    );
  const user = context.user === undefined ? undefined : find(configs, 'users', context.user);
  if (user === undefined && context.user !== undefined)
    throw new ClusterFailure(`context ${name} refers to the user ${context.user}, which the kubeconfig does not have`);
  return {
    context: name,
    cluster: readClusterEntry(context.cluster, cluster['cluster']),
    user: user && withToken(readUser(context.user ?? '', user['user'])),
    namespace: context.namespace,
  };
}

/** As in kubectl, a token file takes precedence over an inline token. */
function withToken(user: KubeUser): KubeUser {
  return user.tokenFile === undefined ? user : { ...user, token: readFileSync(user.tokenFile, 'utf8').trim() };
}

function understood(read: () => ClusterTarget, files: readonly string[]): ClusterTarget {
  try {
    return read();
  } catch (error) {
    if (error instanceof ClusterFailure) throw error;
    throw new ClusterFailure(
      `the kubeconfig (${files.join(', ')}) does not work: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** HELM_KUBEAPISERVER may name a server without any kubeconfig. */
function byHelmVariables(env: KubeconfigOptions['env']): ClusterTarget | undefined {
  const cluster = serverOfHelm(env);
  return cluster && { context: cluster.server, cluster, user: undefined, namespace: undefined };
}

/** The service account that is mounted into every pod. */
function inCluster(env: KubeconfigOptions['env']): ClusterTarget | undefined {
  const host = env['KUBERNETES_SERVICE_HOST'];
  const port = env['KUBERNETES_SERVICE_PORT'];
  if (!host || !port || !existsSync(`${serviceAccount}/token`)) return undefined;
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    context: 'this cluster',
    cluster: { name: 'in-cluster', server, caFile: `${serviceAccount}/ca.crt`, skipTLSVerify: false },
    user: { name: 'this pod', token: readFileSync(`${serviceAccount}/token`, 'utf8').trim() },
    namespace: readFileSync(`${serviceAccount}/namespace`, 'utf8').trim(),
  };
}
