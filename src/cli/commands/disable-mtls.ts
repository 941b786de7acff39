import { defineCommand } from '../command.ts';
import {
  chosenUpstreams,
  manifestFiles,
  manifestOptions,
  readManifests,
  upstreamOptions,
  withFunctionConfig,
  writeChange,
} from '../edit-manifests.ts';
import { clusterChangeOptions } from '../options.ts';

const options = { ...manifestOptions, ...clusterChangeOptions, ...upstreamOptions } as const;

export const disableMtlsCommand = defineCommand({
  name: 'disable-mtls',
  summary: 'Take out of Upstreams the sslConfig that enable-mtls put there; any other one stays',
  positionals: manifestFiles,
  options,
  examples: [
    { command: 'glistio disable-mtls --upstream default-productpage-9080 upstreams.yaml', summary: 'One Upstream' },
    { command: 'glistio disable-mtls --all -i upstreams/*.yaml', summary: 'Every one, in the files' },
  ],
  async run(given, context) {
    if (given.cluster) {
      const { changeCluster } = await import('../cluster/change.ts');
      const { listObjects } = await import('../cluster/read.ts');
      const { planDisableMtls } = await import('../../sidecar/mtls.ts');
      const namespace = given.namespace ?? 'gloo-system';
      const chosen = { ...chosenUpstreams(given), namespace };
      return await changeCluster(
        {
          command: 'disable-mtls',
          namespace,
          load: async (cluster) => await listObjects(cluster, 'Upstream', namespace),
          plan: (objects) => planDisableMtls(objects, chosen),
        },
        given,
        context,
      );
    }
    const { disableMtls } = await import('../../sidecar/mtls.ts');
    const sources = await readManifests(context);
    const args = withFunctionConfig(given, options, sources);
    const change = disableMtls(sources, chosenUpstreams(args));
    return await writeChange(change, sources, args, context);
  },
});
