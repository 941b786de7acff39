import type { UninjectOptions } from '../../istio/uninject.ts';
import { defineChange } from '../change.ts';
import { readSidecars, sidecarOption } from '../own-sidecars.ts';

export const uninject = defineChange({
  name: 'uninject',
  summary: 'Remove the sidecars, their volumes and the SDS cluster from the gateway proxies in manifests',
  options: {
    proxy: { kind: 'text', value: 'NAME', summary: 'Only the gateway proxy with this name (default: all)' },
    namespace: { kind: 'text', alias: 'n', value: 'NAME', summary: 'Only proxies in this namespace' },
    'include-upstreams': {
      kind: 'flag',
      summary: 'Also disable mTLS on the Upstreams that point at the SDS cluster; otherwise they are an error',
    },
    sidecar: {
      ...sidecarOption,
      summary: 'Also remove your own containers that inject added with --sidecar',
    },
  },
  examples: {
    'glistio uninject manifests.yaml': 'Print them without the sidecars',
    'glistio uninject -i proxies.yaml upstreams.yaml --include-upstreams': 'Change Upstreams too',
  },
  // Dependent objects are changed before the objects that they depend on.
  order: ['Upstream', 'Deployment', 'DaemonSet', 'ConfigMap'],
  async load(cluster, { namespace }) {
    const { readProxies } = await import('../cluster/read.ts');
    const { listObjects } = await import('../../cluster/list.ts');
    // Upstreams of any namespace may refer to the sidecars.
    return [...(await readProxies(cluster, namespace)), ...(await listObjects(cluster, 'Upstream'))];
  },
  settings: async (args, io): Promise<UninjectOptions> => ({
    proxy: args.proxy,
    namespace: args.namespace,
    includeUpstreams: args['include-upstreams'],
    ...(args.sidecar === undefined ? {} : { sidecars: await readSidecars(args.sidecar, io) }),
  }),
  plan: async () => (await import('../../istio/uninject.ts')).planUninjection,
});
