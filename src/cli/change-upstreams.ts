import type { UpstreamSelection } from '../istio/mtls.ts';
import type { Change, ManifestPlan } from '../objects/manifests.ts';
import type { KubeObject } from '../objects/object.ts';
import type { Outcome } from '../outcome.ts';
import type { Source } from '../yaml/read.ts';
import type { ClusterChangeArgs, WantedChange } from './cluster/change.ts';
import type { Args, Context, Options, ParsedArgs } from './command.ts';
import {
  chosenUpstreams,
  type manifestOptions,
  readManifests,
  type upstreamOptions,
  withFunctionConfig,
  writeChange,
} from './edit-manifests.ts';

type UpstreamArgs = ParsedArgs & ClusterChangeArgs & Args<typeof manifestOptions> & Args<typeof upstreamOptions>;

/** A command that changes Upstreams, in files or in a cluster. */
export interface UpstreamCommand<A> {
  readonly name: string;
  readonly options: Options;
  /** What it does to manifests, and to objects that come from no text. */
  readonly change: (sources: readonly Source[], chosen: UpstreamSelection, args: A) => Change;
  readonly plan: (objects: readonly KubeObject[], chosen: UpstreamSelection, args: A) => ManifestPlan;
}

/** Changes the Upstreams that the arguments choose. */
export async function changeUpstreams<A extends UpstreamArgs>(
  { name, options, change, plan }: UpstreamCommand<A>,
  given: A,
  context: Context,
): Promise<Outcome> {
  if (given.cluster) {
    const { changeCluster } = await import('./cluster/change.ts');
    const { listObjects } = await import('./cluster/read.ts');
    const namespace = given.namespace ?? 'gloo-system';
    const chosen = { ...chosenUpstreams(given), namespace };
    const wanted: WantedChange = {
      command: name,
      namespace,
      load: async (cluster) => await listObjects(cluster, 'Upstream', namespace),
      plan: (objects) => plan(objects, chosen, given),
    };
    return await changeCluster(wanted, given, context);
  }
  const sources = await readManifests(context);
  const args = withFunctionConfig(given, options, sources);
  return await writeChange(change(sources, chosenUpstreams(args), args), sources, args, context);
}
