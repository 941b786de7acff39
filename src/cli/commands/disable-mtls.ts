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

const options = { ...manifestOptions, ...upstreamOptions } as const;

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
    const { disableMtls } = await import('../../sidecar/mtls.ts');
    const sources = await readManifests(context);
    const args = withFunctionConfig(given, options, sources);
    const change = disableMtls(sources, chosenUpstreams(args));
    return await writeChange(change, sources, args, context);
  },
});
