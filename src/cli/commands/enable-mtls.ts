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

const options = {
  ...manifestOptions,
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
    const { enableMtls } = await import('../../sidecar/mtls.ts');
    const sources = await readManifests(context);
    const args = withFunctionConfig(given, options, sources);
    const change = enableMtls(sources, { ...chosenUpstreams(args), force: args.force });
    return await writeChange(change, sources, args, context);
  },
});
