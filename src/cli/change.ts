import type { ClusterClient } from '../cluster/client.ts';
import type { Kind } from '../cluster/kinds.ts';
import type { Io } from '../node/io.ts';
import { changeManifests, type ManifestPlan } from '../objects/manifests.ts';
import type { KubeObject } from '../objects/object.ts';
import type { Outcome } from '../outcome.ts';
import type { ValueMap } from '../value.ts';
import type { ClusterChangeArgs } from './cluster/change.ts';
import { type Args, type Command, type Context, defineCommand, type Option, type Options } from './command.ts';
import { manifestFiles, manifestOptions, readManifests, withFunctionConfig, writeChange } from './edit-manifests.ts';
import { usualNamespace } from './namespace.ts';
import { clusterChangeOptions } from './options.ts';

/** What a command does to objects in a cluster. */
export interface ChangeVerb<A, S> {
  readonly name: string;
  /** The order in which kinds are written to a cluster; kinds that are not listed come last. */
  readonly order?: readonly Kind[];
  /** Reads from a cluster what the plan needs. */
  load(cluster: ClusterClient, settings: S & { readonly namespace: string }): Promise<ValueMap[]>;
  /** The arguments, converted for the plan. */
  settings(args: A, io: Io): Promise<S> | S;
  /** Imports what makes the plan. */
  plan(): Promise<(objects: readonly KubeObject[], settings: S) => ManifestPlan>;
}

const options = { ...manifestOptions, ...clusterChangeOptions } as const;
type ChangeArgs = ClusterChangeArgs & { readonly namespace: string | undefined };

/** A command that changes the manifests that its arguments name or, with --cluster, the objects in the cluster. */
export function defineChange<const O extends Options & { readonly namespace: Option }, S>(
  verb: Pick<Command, 'name' | 'summary' | 'examples'> & ChangeVerb<Args<O>, S> & { readonly options: O },
): Command {
  const { name, summary, examples } = verb;
  const all = { ...options, ...verb.options };
  return defineCommand({
    name,
    summary,
    positionals: manifestFiles,
    options: all,
    examples,
    async run(parsed, context) {
      // The parser builds the arguments from these same options.
      const given = parsed as Args<O> & Args<typeof options> & ChangeArgs;
      if (given.cluster) return await changeInCluster<typeof given, S>(verb, given, context);
      const sources = await readManifests(given, context);
      const args = withFunctionConfig(given, all, sources);
      const settings = await verb.settings(args, context.io);
      const plan = await verb.plan();
      return await writeChange(
        changeManifests(sources, (objects) => plan(objects, settings)),
        sources,
        args,
        context,
      );
    },
  });
}

/** The change of the objects in a cluster, also for a command that reads its manifests in its own way. */
export async function changeInCluster<A extends ChangeArgs, S>(
  verb: ChangeVerb<A, S>,
  args: A,
  context: Context,
): Promise<Outcome> {
  const { changeCluster } = await import('./cluster/change.ts');
  const namespace = args.namespace ?? usualNamespace(context.io.env);
  const settings = { ...(await verb.settings(args, context.io)), namespace };
  const plan = await verb.plan();
  const wanted = {
    command: verb.name,
    namespace,
    order: verb.order ?? [],
    load: (cluster: ClusterClient) => verb.load(cluster, settings),
    plan: (objects: readonly KubeObject[]) => plan(objects, settings),
  };
  return await changeCluster(wanted, args, context);
}
