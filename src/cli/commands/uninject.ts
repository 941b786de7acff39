import type { UninjectOptions } from '../../istio/uninject.ts';
import type { Io } from '../../node/io.ts';
import { type ChangeVerb, runChange } from '../change.ts';
import { type Args, defineCommand } from '../command.ts';
import { manifestFiles, manifestOptions } from '../edit-manifests.ts';
import { clusterChangeOptions } from '../options.ts';
import { readSidecars, sidecarOption } from '../own-sidecars.ts';

const options = {
  ...manifestOptions,
  ...clusterChangeOptions,
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
} as const;

export const uninject = defineCommand({
  name: 'uninject',
  summary: 'Remove the sidecars, their volumes and the SDS cluster from the gateway proxies in manifests',
  positionals: manifestFiles,
  options,
  examples: {
    'glistio uninject manifests.yaml': 'Print them without the sidecars',
    'glistio uninject -i proxies.yaml upstreams.yaml --include-upstreams': 'Change Upstreams too',
  },
  async run(args, context) {
    const { planUninjection } = await import('../../istio/uninject.ts');
    const verb: ChangeVerb<typeof args, UninjectOptions> = {
      name: 'uninject',
      options,
      // Dependent objects are changed before the objects that they depend on.
      order: ['Upstream', 'Deployment', 'DaemonSet', 'ConfigMap'],
      async load(cluster, { namespace }) {
        const { readProxies } = await import('../cluster/read.ts');
        const { listObjects } = await import('../../cluster/list.ts');
        // Upstreams of any namespace may refer to the sidecars.
        return [...(await readProxies(cluster, namespace)), ...(await listObjects(cluster, 'Upstream'))];
      },
      settings: settingsOf,
      plan: planUninjection,
    };
    return await runChange(verb, args, context);
  },
});

async function settingsOf(args: Args<typeof options>, io: Io): Promise<UninjectOptions> {
  return {
    proxy: args.proxy,
    namespace: args.namespace,
    includeUpstreams: args['include-upstreams'],
    ...(args.sidecar === undefined ? {} : { sidecars: await readSidecars(args.sidecar, io) }),
  };
}
