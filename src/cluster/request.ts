import http from 'node:http';
import https from 'node:https';
import { connect as connectTls } from 'node:tls';
import { addressOf } from './address.ts';
import type { Credentials } from './credentials.ts';
import { ClusterFailure } from './kubeconfig.ts';
import { proxyFor, tunnel } from './proxy.ts';

/** One request to the API server. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly accept?: string;
  readonly body?: unknown;
}

/** The response, not parsed. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly date: string;
}

/** The server of the requests, and how to reach it. */
export interface ProxyRoute {
  readonly server: string;
  readonly proxyUrl: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Larger than any list of a cluster's objects; an endless response would exhaust the memory. */
const mostBytes = 512 * 1024 * 1024;

/**
 * Sends requests to one server over one connection: a handshake for each would keep two related writes apart for longer
 * than the writes themselves take. Only Kubernetes API paths on that server are requested and redirects are not
 * followed, so credentials go nowhere else.
 */
export function requester(route: ProxyRoute, signal: AbortSignal) {
  const { server } = route;
  const isPlain = server.startsWith('http:');
  const agent = isPlain ? new http.Agent({ keepAlive: true }) : tlsAgent(route, signal);
  return async (
    { method, path, accept = 'application/json', body }: Call,
    credentials: Credentials,
  ): Promise<Answer> => {
    const { headers, ...tls } = credentials;
    const url = addressOf(server, path);
    const text = body === undefined ? undefined : JSON.stringify(body);
    const type = method === 'PATCH' ? 'application/apply-patch+yaml' : 'application/json';
    const sent = text === undefined ? {} : { 'Content-Type': type, 'Content-Length': String(Buffer.byteLength(text)) };
    return await new Promise((done, fail) => {
      const all = { method, headers: { Accept: accept, 'User-Agent': 'glistio', ...sent, ...headers }, signal, agent };
      const call = isPlain ? http.request(url, all) : https.request(url, { ...all, ...tls });
      call.on('error', fail);
      call.on('response', (response) => {
        const chunks: Uint8Array[] = [];
        let length = 0;
        response.on('data', (chunk: Uint8Array) => {
          chunks.push(chunk);
          length += chunk.length;
          if (length > mostBytes) response.destroy(new ClusterFailure(`${server} sent more than 512 MiB`));
        });
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
  };
}

/** Kept-alive connections, through the proxy if there is one. */
function tlsAgent({ server, proxyUrl, env }: ProxyRoute, signal: AbortSignal): https.Agent {
  const agent = new https.Agent({ keepAlive: true });
  const proxy = proxyFor(server, proxyUrl, env);
  if (proxy === undefined) return agent;
  return Object.assign(agent, {
    createConnection(options: https.RequestOptions, done: (error: unknown, socket?: unknown) => void): void {
      tunnel(proxy, server, signal).then(
        // Node types TLS settings as request options, but they belong to the connection.
        (socket) => done(null, connectTls({ ...(options as object), socket })),
        (error: unknown) => done(error),
      );
    },
  });
}
