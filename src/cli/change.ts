import type { ClusterClient } from '../cluster/client.ts';
import type { Kind } from '../cluster/kinds.ts';
import type { Io } from '../node/io.ts';
import { changeManifests, type ManifestPlan } from '../objects/manifests.ts';
import type { KubeObject } from '../objects/object.ts';
import type { Outcome } from '../outcome.ts';
import type { ValueMap } from '../value.ts';
import type { ClusterChangeArgs } from './cluster/change.ts';
import type { Args, Context, Options, ParsedArgs } from './command.ts';
import { type manifestOptions, readManifests, withFunctionConfig, writeChange } from './edit-manifests.ts';
import { usualNamespace } from './namespace.ts';

/** What a command does to objects, whether they are in files or in a cluster. */
export interface ChangeVerb<A, S> {
  readonly name: string;
  readonly options: Options;
  /** The order in which kinds are written to a cluster; kinds that are not listed come last. */
  readonly order?: readonly Kind[];
  /** Reads from a cluster what the plan needs. */
  load(cluster: ClusterClient, settings: S & { readonly namespace: string }): Promise<ValueMap[]>;
  /** The arguments, converted for the plan. */
  settings(args: A, io: Io): Promise<S> | S;
  plan(objects: readonly KubeObject[], settings: S): ManifestPlan;
}

type ChangeArgs = ParsedArgs &
  ClusterChangeArgs &
  Args<typeof manifestOptions> & { readonly namespace: string | undefined };

/** Changes the manifests that the arguments name or, with --cluster, the objects in the cluster. */
export async function runChange<A extends ChangeArgs, S>(
  verb: ChangeVerb<A, S>,
  given: A,
  context: Context,
): Promise<Outcome> {
  if (given.cluster) return await changeInCluster(verb, given, context);
  const sources = await readManifests(given, context);
  const args = withFunctionConfig(given, verb.options, sources);
  const settings = await verb.settings(args, context.io);
  const change = changeManifests(sources, (objects) => verb.plan(objects, settings));
  return await writeChange(change, sources, args, context);
}

/** The same for a command that reads its manifests in its own way. */
export async function changeInCluster<A extends ChangeArgs, S>(
  { name, order, load, settings: settingsOf, plan }: Omit<ChangeVerb<A, S>, 'options'>,
  args: A,
  context: Context,
): Promise<Outcome> {
  const { changeCluster } = await import('./cluster/change.ts');
  const namespace = args.namespace ?? usualNamespace(context.io.env);
  const settings = { ...(await settingsOf(args, context.io)), namespace };
  const wanted = {
    command: name,
    namespace,
    ...(order === undefined ? {} : { order }),
    load: (cluster: ClusterClient) => load(cluster, settings),
    plan: (objects: readonly KubeObject[]) => plan(objects, settings),
  };
  return await changeCluster(wanted, args, context);
}
