import type { EnableMtlsOptions } from '../../istio/mtls.ts';
import { type ChangeVerb, runChange } from '../change.ts';
import { defineCommand } from '../command.ts';
import { chosenUpstreams, loadUpstreams, manifestFiles, manifestOptions, upstreamOptions } from '../edit-manifests.ts';
import { clusterChangeOptions } from '../options.ts';

const options = {
  ...manifestOptions,
  ...clusterChangeOptions,
  ...upstreamOptions,
  force: { kind: 'flag', summary: 'Replace an sslConfig of another kind' },
} as const;

export const enableMtlsCommand = defineCommand({
  name: 'enable-mtls',
  summary: 'Make Upstreams present the mesh’s certificates, with an sslConfig that points at the sds container',
  positionals: manifestFiles,
  options,
  examples: {
    'glistio enable-mtls --upstream default-productpage-9080 upstreams.yaml': 'One Upstream',
    'kubectl get upstreams -A -o yaml | glistio enable-mtls --all': 'All Upstreams of a cluster',
    'glistio enable-mtls -l team=books -i upstreams/*.yaml': 'By label, in the files',
  },
  async run(args, context) {
    const { planEnableMtls } = await import('../../istio/mtls.ts');
    const verb: ChangeVerb<typeof args, EnableMtlsOptions> = {
      name: 'enable-mtls',
      options,
      load: loadUpstreams,
      settings: (asked) => ({ ...chosenUpstreams(asked), force: asked.force }),
      plan: planEnableMtls,
    };
    return await runChange(verb, args, context);
  },
});
