import type { UpstreamSelection } from '../../istio/mtls.ts';
import { type ChangeVerb, runChange } from '../change.ts';
import { defineCommand } from '../command.ts';
import { chosenUpstreams, loadUpstreams, manifestFiles, manifestOptions, upstreamOptions } from '../edit-manifests.ts';
import { clusterChangeOptions } from '../options.ts';

const options = { ...manifestOptions, ...clusterChangeOptions, ...upstreamOptions } as const;

export const disableMtlsCommand = defineCommand({
  name: 'disable-mtls',
  summary: 'Remove from Upstreams the sslConfig that enable-mtls added; any other sslConfig stays',
  positionals: manifestFiles,
  options,
  examples: {
    'glistio disable-mtls --upstream default-productpage-9080 upstreams.yaml': 'One Upstream',
    'glistio disable-mtls --all -i upstreams/*.yaml': 'All of them, in the files',
  },
  async run(args, context) {
    const { planDisableMtls } = await import('../../istio/mtls.ts');
    const verb: ChangeVerb<typeof args, UpstreamSelection> = {
      name: 'disable-mtls',
      options,
      load: loadUpstreams,
      settings: chosenUpstreams,
      plan: planDisableMtls,
    };
    return await runChange(verb, args, context);
  },
});
