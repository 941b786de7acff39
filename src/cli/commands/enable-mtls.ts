import { changeUpstreams } from '../change-upstreams.ts';
import { defineCommand } from '../command.ts';
import { manifestFiles, manifestOptions, upstreamOptions } from '../edit-manifests.ts';
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
    const { enableMtls, planEnableMtls } = await import('../../istio/mtls.ts');
    return await changeUpstreams(
      {
        name: 'enable-mtls',
        options,
        change: (sources, chosen, { force }) => enableMtls(sources, { ...chosen, force }),
        plan: (objects, chosen, { force }) => planEnableMtls(objects, { ...chosen, force }),
      },
      given,
      context,
    );
  },
});
