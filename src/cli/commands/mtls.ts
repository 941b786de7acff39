import type { ClusterClient } from '../../cluster/client.ts';
import type { UpstreamSelection } from '../../istio/mtls.ts';
import { CannotDo } from '../../outcome.ts';
import type { ValueMap } from '../../value.ts';
import { defineChange } from '../change.ts';
import type { Args, Options } from '../command.ts';
import { readSelector } from '../edit-manifests.ts';

/** The Upstreams that a command works on. */
const upstreamOptions = {
  upstream: {
    kind: 'texts',
    alias: 'u',
    value: 'NAME',
    summary: 'Name of an Upstream; repeatable',
  },
  all: { kind: 'flag', summary: 'Every Upstream' },
  selector: { kind: 'texts', alias: 'l', value: 'KEY=VALUE', summary: 'Upstreams with these labels' },
  namespace: { kind: 'text', alias: 'n', value: 'NAME', summary: 'Only Upstreams in this namespace' },
} as const satisfies Options;

export const enableMtlsCommand = defineChange({
  name: 'enable-mtls',
  summary: 'Make Upstreams present the mesh’s certificates, with an sslConfig that points at the sds container',
  options: { ...upstreamOptions, force: { kind: 'flag', summary: 'Replace an sslConfig of another kind' } },
  examples: {
    'glistio enable-mtls --upstream default-productpage-9080 upstreams.yaml': 'One Upstream',
    'kubectl get upstreams -A -o yaml | glistio enable-mtls --all': 'All Upstreams of a cluster',
    'glistio enable-mtls -l team=books -i upstreams/*.yaml': 'By label, in the files',
  },
  load: loadUpstreams,
  settings: (args) => ({ ...chosenUpstreams(args), force: args.force }),
  plan: async () => (await import('../../istio/mtls.ts')).planEnableMtls,
});

export const disableMtlsCommand = defineChange({
  name: 'disable-mtls',
  summary: 'Remove from Upstreams the sslConfig that enable-mtls added; any other sslConfig stays',
  options: upstreamOptions,
  examples: {
    'glistio disable-mtls --upstream default-productpage-9080 upstreams.yaml': 'One Upstream',
    'glistio disable-mtls --all -i upstreams/*.yaml': 'All of them, in the files',
  },
  load: loadUpstreams,
  settings: chosenUpstreams,
  plan: async () => (await import('../../istio/mtls.ts')).planDisableMtls,
});

/** The Upstreams that the options choose; choosing none is a mistake. */
function chosenUpstreams(args: Args<typeof upstreamOptions>): UpstreamSelection {
  const upstreams = args.upstream.flatMap((names) => names.split(','));
  const selector = readSelector(args.selector);
  if (upstreams.length === 0 && selector === undefined && !args.all) {
    throw new CannotDo('no Upstream is named', 'give --upstream NAME, --selector key=value or --all');
  }
  return { upstreams, selector, all: args.all, namespace: args.namespace };
}

async function loadUpstreams(
  cluster: ClusterClient,
  { namespace }: { readonly namespace: string },
): Promise<ValueMap[]> {
  const { listObjects } = await import('../../cluster/list.ts');
  return await listObjects(cluster, 'Upstream', namespace);
}
