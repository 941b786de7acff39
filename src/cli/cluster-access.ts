import { type ClusterClient, type ClusterOptions, connect } from '../cluster/client.ts';
import { ClusterFailure } from '../cluster/kubeconfig.ts';
import { isTooDeep } from '../depth.ts';
import { CannotDo } from '../outcome.ts';
import { defined, type Value } from '../value.ts';
import { readYaml } from '../yaml/read.ts';
import type { Args, Context } from './command.ts';
import { millisecondsOf } from './duration.ts';
import type { clusterOptions } from './options.ts';

/** The options that select a cluster. */
export type ClusterArgs = Args<typeof clusterOptions>;

/** Runs an action on the selected cluster; a failure is reported in one line. */
export async function asking<T>(
  args: ClusterArgs,
  { io }: Pick<Context, 'io'>,
  ask: (cluster: ClusterClient) => Promise<T>,
  otherwise?: string,
): Promise<T> {
  return await ask(openCluster(connectionOf(args, io.env, otherwise)));
}

/** A cluster whose answers are never nested deeper than the code that walks objects can handle. */
export function openCluster(options: ClusterOptions): ClusterClient {
  const cluster = connect(options);
  const bounded = <T>(answer: T): T => {
    if (isTooDeep(answer)) throw new ClusterFailure(`an answer of ${cluster.server} is nested too deeply`);
    return answer;
  };
  return {
    ...cluster,
    get: async (...about) => bounded(await cluster.get(...about)),
    send: async (...about) => bounded(await cluster.send(...about)),
  };
}

/** How to reach the cluster; `otherwise` is the hint for when it cannot be reached. */
export function connectionOf(args: ClusterArgs, env: ClusterOptions['env'], otherwise?: string): ClusterOptions {
  const timeout = millisecondsOf(args.timeout, '--timeout');
  return defined({ env, parse, timeout, path: args.kubeconfig, context: contextOf(args, env), otherwise });
}

/** Which context to use; an empty variable counts as unset. */
function contextOf(
  args: Pick<ClusterArgs, 'context' | 'kube-context'>,
  env: ClusterOptions['env'],
): string | undefined {
  const { context, 'kube-context': helms } = args;
  if (context !== undefined && helms !== undefined && context !== helms)
    throw new CannotDo(`--context ${context} and --kube-context ${helms} name different contexts`, 'say one');
  return context ?? helms ?? (env['HELM_KUBECONTEXT'] || undefined);
}

function parse(text: string, name: string): Value {
  const { value, problems } = readYaml({ name, text });
  const problem = problems.find(({ severity }) => severity === 'error');
  if (problem !== undefined) throw new Error(`line ${problem.line}: ${problem.message}`);
  return value;
}
