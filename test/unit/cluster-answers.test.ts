import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { change } from '../../src/cluster/change.ts';
import { type Connection, connectTo } from '../../src/cluster/client.ts';

test('a group that is not installed has no objects; a server without apps/v1 is not a Kubernetes API server', async () => {
  const server = createServer((_, response) => {
    response.writeHead(404, { 'Content-Type': 'text/plain' });
    response.end('404 page not found\n');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  server.unref();
  const address = server.address();
  const connection: Connection = {
    context: 'c',
    server: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    namespace: undefined,
    user: undefined,
    proxyUrl: undefined,
    credentials: { headers: {} },
  };
  const cluster = connectTo(connection, { timeout: 5000, env: {} });
  assert.equal(await cluster.get('/apis/gloo.solo.io/v1/upstreams'), undefined);
  await assert.rejects(cluster.get('/apis/apps/v1/deployments'), /it answered 404/);
  const collection = '/apis/gateway.solo.io/v1/namespaces/a/virtualservices';
  const after = { metadata: { name: 'default' } };
  await assert.rejects(
    change(cluster, { name: 'VirtualService a/default', collection, before: undefined, after }, true),
    /VirtualService a\/default: the cluster does not know this kind of object/,
  );
  server.closeAllConnections();
  server.close();
});
