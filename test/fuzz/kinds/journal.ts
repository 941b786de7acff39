import { gzipSync } from 'node:zlib';
import { type Changer, Refusal } from '../../../src/cluster/change.ts';
import type { Reply } from '../../../src/cluster/client.ts';
import { findJournal, journalOf, putBack, tracesOf } from '../../../src/cluster/journal.ts';
import { ClusterFailure } from '../../../src/cluster/kubeconfig.ts';
import type { ValueMap } from '../../../src/value.ts';
import type { Draw } from '../draw.ts';
import { fault, type Kind, timed } from '../kind.ts';
import { anyName, anyString, mutated } from '../material/strings.ts';
import { anyData, disturbed, type Json } from '../material/yaml.ts';

interface Input {
  readonly object: Json;
  /** The server's versions of the objects that the journal names, and how it answers. */
  readonly current: Json;
  readonly status: number;
}

function deployment(draw: Draw): { [key: string]: Json } {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: anyName(draw), namespace: 'gloo-system', uid: '1', resourceVersion: '7' },
    spec: { replicas: draw.below(4), template: { spec: { containers: [{ name: 'gateway-proxy', image: 'x' }] } } },
  };
}

function journal(draw: Draw): Json {
  const before = deployment(draw);
  const write = {
    name: `Deployment gloo-system/${anyName(draw)}`,
    collection: draw.oneIn(3) ? anyString(draw) : '/apis/apps/v1/namespaces/gloo-system/deployments',
    before,
    after: disturbed(draw, before),
  };
  // The form of a journal that glistio writes, with arbitrary contents.
  const good = journalOf(
    'gloo-system',
    { command: 'inject', lifetime: 20_000, writes: [write as never] },
    undefined,
  ) as {
    [key: string]: Json;
  };
  const metadata = { ...(good['metadata'] as { [key: string]: Json }), creationTimestamp: '2024-01-01T00:00:00Z' };
  if (draw.oneIn(3)) return disturbed(draw, { ...good, metadata });
  const writes = draw.oneIn(3) ? anyData(draw) : disturbed(draw, [write]);
  const text = mutated(draw, JSON.stringify(writes), draw.oneIn(3) ? 2 : 0);
  const bytes = gzipSync(text);
  return {
    ...good,
    metadata,
    binaryData: {
      writes: bytes.subarray(0, draw.oneIn(8) ? draw.below(bytes.length) : bytes.length).toString('base64'),
    },
  };
}

/** The record of an unfinished change, which anyone who may create ConfigMaps can have written. */
export const kind: Kind<Input> = {
  name: 'journal',
  inputs: 400,
  make: (draw) => ({
    object: journal(draw),
    current: draw.oneIn(3) ? disturbed(draw, deployment(draw)) : deployment(draw),
    status: draw.pick([200, 404, 403, 500, 409, 0]),
  }),
  async check({ object, current, status }) {
    let isFirst = true;
    const cluster: Changer = {
      async send(_method, path): Promise<Reply> {
        if (!/^\/apis?\//.test(path)) fault('a request that is not for the API', JSON.stringify(path));
        if (/(?![\t\n])\p{Cc}/u.test(path)) fault('a request with a control character', JSON.stringify(path));
        const body = isFirst ? object : current;
        const answer = {
          status: isFirst ? 200 : status,
          body: body as ValueMap,
          time: Date.parse('2024-01-01T00:10:00Z'),
        };
        isFirst = false;
        return answer;
      },
    };
    try {
      const found = await timed(() => findJournal(cluster, 'gloo-system'));
      if (found === undefined) return;
      if (!Array.isArray(found.writes)) fault('a journal whose writes are no list');
      await putBack(cluster, await tracesOf(cluster, found.writes));
    } catch (error) {
      if (!(error instanceof Refusal) && !(error instanceof ClusterFailure)) throw error;
      if (error.message === '') fault('a refusal without a word');
    }
  },
  show: ({ object, current, status }) => JSON.stringify({ object, current, status }, null, 1),
};
