import { defined, type ValueMap } from '../value.ts';
import { type Credentials, credentialsOf } from './credentials.ts';
import { explained, tooLate } from './failures.ts';
import { ClusterFailure, findTarget, type KubeconfigOptions, NotAllowed, otherwiseOf } from './kubeconfig.ts';
import { type Answer, type Call, requester } from './request.ts';

export interface ClusterOptions extends KubeconfigOptions, Limits {}

/** Limits on the requests to a cluster. */
export interface Limits extends Pick<KubeconfigOptions, 'env' | 'otherwise'> {
  /** The total time for all requests to the cluster, in milliseconds. */
  readonly timeout: number;
}

/** Which cluster to use, and how to reach it: plain data. */
interface Endpoint {
  readonly context: string;
  readonly server: string;
  readonly namespace: string | undefined;
  readonly user: string | undefined;
  readonly proxyUrl: string | undefined;
}

/** What another process needs to connect to the same cluster as the same user. */
export interface Connection extends Endpoint {
  readonly credentials: Credentials;
}

/** A connection to a cluster. */
export interface ClusterClient {
  readonly context: string;
  readonly server: string;
  readonly namespace: string | undefined;
  /** Returns the JSON at an API path; undefined if it does not exist. Rejects with a {@link ClusterFailure}. */
  get(path: string, accept?: string): Promise<ValueMap | undefined>;
  /**
   * Requests a change; a PATCH is a server-side apply. Resolves with the server's answer, and rejects only if there is
   * none.
   */
  send(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<Reply>;
  /** Everything needed to connect, including the credential plugin's answer. */
  connection(): Promise<Connection>;
}

/** The API server's answer: an object, or a Status with the reason for a refusal. */
export interface Reply {
  readonly status: number;
  readonly body: ValueMap | undefined;
  /** The server's clock, in milliseconds. */
  readonly time: number | undefined;
}

/**
 * Finds the cluster and connects to it. Node's https is enough for the few requests: the official client brings 66 MB
 * of packages, and does not read a kubeconfig exactly as kubectl does.
 */
export function connect(options: ClusterOptions): ClusterClient {
  const target = findTarget(options);
  const { context, cluster, namespace, user } = target;
  const endpoint = { context, server: cluster.server, namespace, user: user?.name, proxyUrl: cluster.proxyUrl };
  return speakTo(endpoint, (signal) => credentialsOf(target, options.env, signal), options);
}

/** Connects to the cluster that another process has found. */
export function connectTo({ credentials, ...endpoint }: Connection, limits: Limits): ClusterClient {
  return speakTo(endpoint, async () => credentials, limits);
}

function speakTo(
  endpoint: Endpoint,
  identify: (signal: AbortSignal) => Promise<Credentials>,
  limits: Limits,
): ClusterClient {
  const { context, server, namespace, proxyUrl } = endpoint;
  const deadline = AbortSignal.timeout(limits.timeout);
  let credentials: Promise<Credentials> | undefined;
  let request: ReturnType<typeof requester> | undefined;
  const trying = async <T>(what: (credentials: Credentials) => Promise<T>): Promise<T> => {
    try {
      credentials ??= identify(deadline);
      return await what(await credentials);
    } catch (error) {
      throw deadline.aborted ? tooLate(server, limits.timeout) : explained(error, server, otherwiseOf(limits));
    }
  };
  const ask = async <T>(call: Call, use: (answered: Answer) => T): Promise<T> =>
    await trying(async (found) => {
      request ??= requester({ server, proxyUrl, env: limits.env }, deadline);
      return use(await request(call, found));
    });
  return {
    context,
    server,
    namespace,
    connection: async () => await trying(async (found) => ({ ...endpoint, credentials: found })),
    get: async (path, accept) =>
      await ask({ method: 'GET', path, ...defined({ accept }) }, ({ status, text }) =>
        answer(status, text, endpoint, path, limits),
      ),
    send: async (method, path, body) =>
      await ask({ method, path, ...defined({ body }) }, ({ status, text, date }) => {
        if (status === 401) throw unknownUser(endpoint);
        const time = Date.parse(date);
        return { status, body: parsed(text), time: Number.isNaN(time) ? undefined : time };
      }),
  };
}

function answer(status: number, text: string, endpoint: Endpoint, path: string, limits: Limits): ValueMap | undefined {
  const { server } = endpoint;
  const body = parsed(text);
  if (status === 200 && body !== undefined) return body;
  const said = typeof body?.['message'] === 'string' ? body['message'] : `it answered ${status}`;
  if (status === 404 && (body?.['kind'] === 'Status' || ofCustomKind.test(path))) return undefined;
  if (status === 401) throw unknownUser(endpoint);
  if (status === 403) {
    const namespace = /\/namespaces\/([^/]+)/.exec(path)?.[1];
    throw new NotAllowed(
      `${server} does not allow it: ${said}`,
      namespace === undefined
        ? 'ask an administrator to allow it'
        : `ask an administrator to allow it in namespace ${namespace}, or ${otherwiseOf(limits)}`,
    );
  }
  if (status === 200)
    throw new ClusterFailure(
      `${server} answers, but not like a Kubernetes API server`,
      'is the server address in the kubeconfig right?',
    );
  throw new ClusterFailure(`${server} refuses: ${said}`);
}

/** If an API group is not installed, the server answers with a plain-text 404 page. */
const ofCustomKind = /^\/apis\/[^/.]+\.[^/]+\//;

function parsed(text: string): ValueMap | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // JSON.parse returns nothing but values.
    return typeof value === 'object' && value !== null ? (value as ValueMap) : undefined;
  } catch {
    return undefined;
  }
}

function unknownUser({ server, user }: Endpoint): ClusterFailure {
  const who = user === undefined ? 'nobody' : `user ${user}`;
  return new ClusterFailure(
    `${server} does not accept the credentials of ${who}`,
    'have they expired? kubectl get pods shows whether they work',
  );
}
