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

const options = {
  ...manifestOptions,
  ...clusterChangeOptions,
  ...upstreamOptions,
  force: { kind: 'flag', summary: 'Replace a sslConfig that is something else' },
} as const;

export const enableMtlsCommand = defineCommand({
  name: 'enable-mtls',
  summary: 'Make Upstreams present the mesh’s certificates: the sslConfig that points at the sds container',
  positionals: manifestFiles,
  options,
  examples: [
    { command: 'glistio enable-mtls --upstream default-productpage-9080 upstreams.yaml', summary: 'One Upstream' },
    { command: 'kubectl get upstreams -A -o yaml | glistio enable-mtls --all', summary: 'Every one of a cluster' },
    { command: 'glistio enable-mtls -l team=books -i upstreams/*.yaml', summary: 'By label, in the files' },
  ],
  async run(given, context) {
    if (given.cluster) {
      const { changeCluster } = await import('../cluster/change.ts');
      const { listObjects } = await import('../cluster/read.ts');
      const { planEnableMtls } = await import('../../sidecar/mtls.ts');
      const namespace = given.namespace ?? 'gloo-system';
      const chosen = { ...chosenUpstreams(given), namespace };
      return await changeCluster(
        {
          command: 'enable-mtls',
          namespace,
          load: async (cluster) => await listObjects(cluster, 'Upstream', namespace),
          plan: (objects) => planEnableMtls(objects, { ...chosen, force: given.force }),
        },
        given,
        context,
      );
    }
    const { enableMtls } = await import('../../sidecar/mtls.ts');
    const sources = await readManifests(context);
    const args = withFunctionConfig(given, options, sources);
    const change = enableMtls(sources, { ...chosenUpstreams(args), force: args.force });
    return await writeChange(change, sources, args, context);
  },
});
