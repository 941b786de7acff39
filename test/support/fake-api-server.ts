import { createServer } from 'node:http';
import type { Changer } from '../../src/cluster/change.ts';
import { ClusterFailure } from '../../src/cluster/kubeconfig.ts';
import type { Value, ValueMap } from '../../src/value.ts';

/** The API path of these tests' objects: Upstreams, which every command may change. */
export const things = '/apis/gloo.solo.io/v1/namespaces/here/upstreams';

/** A stored object. */
export type Stored = Record<string, Value> & { metadata: Record<string, Value> };
/**
 * What happens to a request that changes something: its response is lost, it succeeds, or it is rejected with a status.
 */
export type Sabotage = (
  request: string,
  count: number,
  store: Map<string, Stored>,
) => 'lose' | 'drop' | number | undefined;

/** The part of an API server that concerns changes: versions, preconditions and dry runs. */
export function fakeServer(objects: readonly ValueMap[], sabotage: Sabotage = () => undefined) {
  const store = new Map<string, Stored>();
  let version = 0;
  let changes = 0;
  const born = (object: ValueMap): Stored => {
    version += 1;
    const metadata = { ...(object['metadata'] as object), uid: `uid-${version}`, resourceVersion: `${version}` };
    return { ...object, metadata: { ...metadata, creationTimestamp: '2026-01-01T00:00:00Z' } };
  };
  for (const object of objects) store.set(`${things}/${(object['metadata'] as { name: string }).name}`, born(object));
  const handle = (method: string, path: string, isDry: boolean, body: ValueMap | undefined) => {
    const found = store.get(path);
    const items = [...store].filter(([name]) => name.startsWith(`${path}/`) && !name.includes('/', path.length + 1));
    if (method === 'GET' && found === undefined && items.length > 0)
      return { status: 200, body: { kind: 'List', items: items.map(([, item]) => item) } };
    const metadata = body?.['metadata'] as Record<string, unknown> | undefined;
    if (method === 'POST') {
      const at = `${path}/${metadata?.['name']}`;
      if (store.has(at)) return { status: 409, body: { message: 'already exists' } };
      const made = born(body ?? {});
      if (!isDry) store.set(at, made);
      return { status: 201, body: made };
    }
    if (found === undefined) return { status: 404, body: { message: 'not found' } };
    if (method === 'PUT') {
      if (metadata?.['resourceVersion'] !== found.metadata['resourceVersion']) return { status: 409, body: {} };
      const next = { ...body, metadata: { ...found.metadata, resourceVersion: `${++version}` } };
      if (!isDry) store.set(path, next);
      return { status: 200, body: next };
    }
    if (method === 'PATCH') {
      if (metadata?.['resourceVersion'] !== found.metadata['resourceVersion']) return { status: 409, body: {} };
      const spec = { ...(found['spec'] as object), ...(body?.['spec'] as object) };
      const next = { ...found, spec, metadata: { ...found.metadata, resourceVersion: `${++version}` } };
      if (!isDry) store.set(path, next);
      return { status: 200, body: next };
    }
    if (method === 'DELETE') store.delete(path);
    return { status: 200, body: found };
  };
  const changer: Changer = {
    async send(method, path, body) {
      const [at = '', query = ''] = path.split('?');
      const isDry = query.includes('dryRun=All');
      const what = method === 'GET' || isDry ? undefined : sabotage(`${method} ${at}`, ++changes, store);
      if (what === 'drop') throw new ClusterFailure('the connection was closed');
      if (typeof what === 'number') return { status: what, body: { message: 'refused' }, time: undefined };
      const reply = handle(method, at, isDry, body as ValueMap | undefined);
      if (what === 'lose') throw new ClusterFailure('the connection was closed');
      return { ...structuredClone(reply), time: Date.parse('2026-01-01T00:00:05Z') };
    },
  };
  return { changer, store };
}

/** The same over HTTP; `stop` ends it. */
export async function listen({ changer }: Pick<ReturnType<typeof fakeServer>, 'changer'>) {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const method = request.method as Parameters<Changer['send']>[0];
    const body = text === '' ? undefined : JSON.parse(text);
    const { status, body: answer } = await changer.send(method, request.url ?? '', body);
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  // A failing test must still end.
  server.unref();
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, stop };
}
