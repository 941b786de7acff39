import { isFolder } from '../node/folders.ts';
import type { Io } from '../node/io.ts';
import { readDirectory } from '../node/manifest-directory.ts';
import { type NamedText, readText, refuseSecondStdin, stdinName } from '../node/sources.ts';
import { CannotDo } from '../outcome.ts';
import type { ValueMap } from '../value.ts';
import type { KubeInput } from '../verbs/decide-kube.ts';
import type { ClusterArgs } from './cluster-access.ts';
import type { Context } from './command.ts';
import { refuseIdle } from './idle.ts';

/** The word that stands for the objects of the cluster; a file of that name is written `./cluster`. */
const live = 'cluster';

/** Whether a value of one of the options stands for the objects of the cluster. */
export function asksCluster(names: readonly string[]): boolean {
  return names.includes(live);
}

/** Where to find the objects that proxies of the Kubernetes Gateway API are made from. */
export interface KubeSources {
  readonly input: KubeInput & Readonly<Record<'gateways' | 'gatewayParameters', readonly (NamedText | ValueMap)[]>>;
  /** The texts that were read, by the names that problems use. */
  readonly texts: readonly NamedText[];
}

/** Reads what a name stands for: a file, or the files of a directory. */
type ReadTexts = (name: string, io: Io) => Promise<readonly NamedText[]>;

/**
 * Reads what `--gateway` and `--parameters` name: files, directories, standard input, or the cluster; undefined if
 * neither is given.
 */
export async function readKubeObjects(
  args: ClusterArgs & { readonly gateway: readonly string[]; readonly parameters: readonly string[] },
  { io }: Pick<Context, 'io'>,
  read: ReadTexts = textsOf,
): Promise<KubeSources | undefined> {
  if (args.gateway.length === 0 && args.parameters.length === 0) return undefined;
  refuseSecondStdin([...args.gateway, ...args.parameters]);
  const gateways = await readAll(args.gateway, io, read);
  const parameters = await readAll(args.parameters, io, read);
  const wantsGateways = asksCluster(args.gateway);
  const found = wantsGateways || asksCluster(args.parameters) ? await readLiveObjects(args, { io }) : undefined;
  return {
    input: {
      gateways: [...gateways, ...(wantsGateways ? (found?.gateways ?? []) : [])],
      gatewayParameters: [...parameters, ...(found?.others ?? [])],
    },
    texts: [...gateways, ...parameters],
  };
}

/** Imported lazily, because few runs read from a cluster. */
async function readLiveObjects(args: ClusterArgs, context: Pick<Context, 'io'>) {
  const { asking } = await import('./cluster-access.ts');
  const { readKubeWorld } = await import('../cluster/kube-world.ts');
  return asking(args, context, readKubeWorld);
}

/** Parameters without a Gateway to apply to. */
export function refuseParametersAlone(
  args: Pick<Parameters<typeof readKubeObjects>[0], 'gateway' | 'parameters'>,
): void {
  if (args.gateway.length === 0)
    refuseIdle(args, ['parameters'], 'is for --gateway', 'name the Gateways with --gateway, or leave it out');
}

/** The same for every cluster of a fleet, read by each of its threads. */
export async function readForFleet(
  args: Parameters<typeof readKubeObjects>[0],
  io: Io,
): Promise<KubeSources | undefined> {
  for (const name of [...args.gateway, ...args.parameters]) {
    if (name === live || name === '-')
      throw new CannotDo(
        `with --fleet, --gateway and --parameters take files, not ${name}`,
        'all clusters share these objects',
      );
  }
  return await readKubeObjects(args, { io });
}

/** The objects that the command line gives for all clusters, and those that the fleet file gives for one. */
export function ofCluster(
  sources: KubeSources | undefined,
  own: readonly NamedText[] | undefined,
): KubeSources | undefined {
  if (own === undefined) return sources;
  const { gateways = [], gatewayParameters = [] } = sources?.input ?? {};
  return { input: { gateways: [...gateways, ...own], gatewayParameters }, texts: [...(sources?.texts ?? []), ...own] };
}

/** The texts of values and of the objects. */
export function withTexts(
  texts: ReadonlyMap<string, string>,
  sources: KubeSources | undefined,
): ReadonlyMap<string, string> {
  const own = sources?.texts.map(({ name, text }) => [name, text] as const) ?? [];
  return new Map([...texts, ...own]);
}

async function readAll(names: readonly string[], io: Io, read: ReadTexts): Promise<NamedText[]> {
  const texts: NamedText[] = [];
  for (const name of names.filter((one) => one !== live)) {
    if (name === '') throw new CannotDo('a file name is empty', 'is a shell variable unset?');
    texts.push(...(name === '-' ? [{ name: stdinName, text: await readText(name, io) }] : await read(name, io)));
  }
  return texts;
}

async function textsOf(name: string, io: Io): Promise<readonly NamedText[]> {
  return isFolder(name) ? readDirectory(name, false) : [{ name, text: await readText(name, io) }];
}
