import type { UninjectOptions } from '../../istio/uninject.ts';
import type { Io } from '../../node/io.ts';
import type { Outcome } from '../../outcome.ts';
import type { WantedChange } from '../cluster/change.ts';
import { type Args, type Context, defineCommand } from '../command.ts';
import { manifestFiles, manifestOptions, readManifests, withFunctionConfig, writeChange } from '../edit-manifests.ts';
import { clusterChangeOptions } from '../options.ts';
import { readSidecars, sidecarOption } from '../own-sidecars.ts';

const options = {
  ...manifestOptions,
  ...clusterChangeOptions,
  proxy: { kind: 'text', value: 'NAME', summary: 'Only the gateway proxy of this name (default: every one)' },
  namespace: { kind: 'text', alias: 'n', value: 'NAME', summary: 'Only proxies in this namespace' },
  'include-upstreams': {
    kind: 'flag',
    summary: 'Also disable mTLS on the Upstreams that point at the SDS cluster; without it they are an error',
  },
  sidecar: {
    ...sidecarOption,
    summary: 'Containers of your own that inject was given with --sidecar: they go, too',
  },
} as const;

export const uninject = defineCommand({
  name: 'uninject',
  summary: 'Take the sidecars, their volumes and the SDS cluster out of the gateway proxies among manifests',
  positionals: manifestFiles,
  options,
  examples: [
    { command: 'glistio uninject manifests.yaml', summary: 'Print them without the sidecars' },
    { command: 'glistio uninject -i proxies.yaml upstreams.yaml --include-upstreams', summary: 'Change Upstreams too' },
  ],
  async run(given, context) {
    if (given.cluster) return await uninjectInCluster(given, context);
    const { uninjectSidecars } = await import('../../istio/uninject.ts');
    const sources = await readManifests(context);
    const args = withFunctionConfig(given, options, sources);
    const change = uninjectSidecars(sources, await settingsOf(args, context.io));
    return await writeChange(change, sources, args, context);
  },
});

async function uninjectInCluster(args: Args<typeof options>, context: Context): Promise<Outcome> {
  const { changeCluster } = await import('../cluster/change.ts');
  const { listObjects, readProxies } = await import('../cluster/read.ts');
  const { planUninjection } = await import('../../istio/uninject.ts');
  const namespace = args.namespace ?? 'gloo-system';
  const settings = { ...(await settingsOf(args, context.io)), namespace };
  const wanted: WantedChange = {
    command: 'uninject',
    namespace,
    // What needs something goes before what it needs.
    order: ['Upstream', 'Deployment', 'DaemonSet', 'ConfigMap'],
    load: async (cluster) => [
      ...(await readProxies(cluster, namespace)),
      // Upstreams of any namespace may point at the sidecars.
      ...(await listObjects(cluster, 'Upstream')),
    ],
    plan: (objects) => planUninjection(objects, settings),
  };
  return await changeCluster(wanted, args, context);
}

async function settingsOf(args: Args<typeof options>, io: Io): Promise<UninjectOptions> {
  return {
    proxy: args.proxy,
    namespace: args.namespace,
    includeUpstreams: args['include-upstreams'],
    ...(args.sidecar === undefined ? {} : { sidecars: await readSidecars(args.sidecar, io) }),
  };
}
