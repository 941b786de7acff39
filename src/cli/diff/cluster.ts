import type { ClusterClient } from '../../cluster/client.ts';
import { readDeployed } from '../../cluster/kube-world.ts';
import { NotAllowed } from '../../cluster/kubeconfig.ts';
import { listRevisions, readProxyObjects, readRecordObjects, type Storage } from '../../cluster/objects.ts';
import { proxyObjectsOf } from '../../diff/scope.ts';
import { pickRelease, type Release, recordIn } from '../../helm/release.ts';
import { describeObject, kubeObject } from '../../objects/object.ts';
import { readSide } from '../../objects/read.ts';
import { CannotDo } from '../../outcome.ts';
import type { ObjectRef } from '../../problem.ts';
import { counted } from '../../words.ts';
import { asking } from '../cluster-access.ts';
import type { Context } from '../command.ts';
import { asksCluster } from '../kube-objects.ts';
import { usualNamespace } from '../namespace.ts';
import { asLoaded, decode, describeRevisions, type Loaded, noSuchRevision } from './load.ts';
import type { DiffArgs } from './options.ts';

/** Which of Helm's records; what is undefined is taken from the options. */
export interface WantedRelease {
  readonly name: string;
  readonly namespace?: string;
  readonly revision?: number;
}

/** The options that a cluster and a release in it are found by. */
export type RecordArgs = Pick<
  DiffArgs,
  'kubeconfig' | 'context' | 'kube-context' | 'timeout' | 'namespace' | 'release-name'
> &
  Partial<Pick<DiffArgs, 'objects' | 'gateway'>>;
type ClusterContext = Pick<Context, 'io' | 'note'>;

/** Helm's record of a release, from the cluster. */
export async function readInstalled(
  wanted: WantedRelease,
  args: RecordArgs,
  context: ClusterContext,
): Promise<Release> {
  const storage = storageOf(context.io.env);
  const namespace = wanted.namespace ?? args.namespace ?? usualNamespace(context.io.env);
  return await asking(args, context, async (cluster) => {
    const found = await find(cluster, storage, namespace, wanted);
    if (found !== undefined) {
      context.note(`${asLoaded(found).name}, ${found.status}, from ${cluster.context}`);
      return found;
    }
    const revisions = await listRevisions(cluster, storage, namespace, wanted.name);
    const where = `release ${wanted.name} in namespace ${namespace}`;
    if (revisions.length > 0) throw new CannotDo(noSuchRevision(where, wanted.revision), describeRevisions(revisions));
    throw new CannotDo(
      `there is no ${where} of ${cluster.server}`,
      'helm list -A shows releases; choose one with --release-name and -n, or compare with the running objects with --live',
    );
  });
}

async function find(
  cluster: ClusterClient,
  storage: Storage,
  namespace: string,
  { name, revision }: WantedRelease,
): Promise<Release | undefined> {
  const records = await readRecordObjects(cluster, storage, namespace, name, revision);
  const releases = records
    .flatMap((record) => recordIn(record) ?? [])
    .map((record) => decode(record, `release ${name}`));
  return pickRelease(releases, revision);
}

/**
 * The record of the release that the running objects may belong to; it is not an error if the cluster has none or does
 * not show it.
 */
export async function findInstalled(args: RecordArgs, context: ClusterContext): Promise<Release | undefined> {
  const storage = storageOf(context.io.env);
  return await asking(args, context, async (cluster) => {
    try {
      return await find(cluster, storage, args.namespace ?? usualNamespace(context.io.env), {
        name: args['release-name'] ?? 'gloo',
      });
    } catch (error) {
      if (!(error instanceof NotAllowed)) throw error;
      context.note('the release record may not be read: default values, newest chart');
      return undefined;
    }
  });
}

/**
 * What runs now: the gateway proxies' objects, and those that the other side has, even if their labels were changed
 * since. With the Gateways of the cluster also what was deployed for removed Gateways, which is reported.
 */
export async function readLive(other: Loaded | undefined, args: RecordArgs, context: ClusterContext): Promise<Loaded> {
  const namespace = args.namespace ?? other?.release?.namespace ?? usualNamespace(context.io.env);
  return await asking(args, context, async (cluster) => {
    const wanted = wantedBy(other, namespace);
    const found = await readProxyObjects(cluster, namespace, wanted, args.objects, { without: cannotLeaveOut });
    const isAmong = (list: readonly ObjectRef[], { kind, namespace: place, name }: ObjectRef): boolean =>
      list.some((one) => one.kind === kind && one.namespace === place && one.name === name);
    const deployed = asksCluster(args.gateway ?? []) ? (await readDeployed(cluster)).map((one) => kubeObject(one)) : [];
    const orphans = deployed.filter((one) => !isAmong(wanted, one));
    const known = found.map((one) => kubeObject(one));
    const objects = [...found, ...orphans.filter((one) => !isAmong(known, one)).map(({ object }) => object)];
    for (const { kind, object } of orphans)
      if (kind === 'Deployment')
        context.note(`${describeObject(object)} runs for no Gateway that the control plane serves`);
    context.note(
      `${counted(objects.length, 'object')} of gateway proxies in namespace ${namespace}, from ${cluster.context}`,
    );
    return { side: objects, name: `the objects running in ${namespace}` };
  });
}

/** A kind that may not be read must not look like one that has no objects. */
function cannotLeaveOut(_kind: string, why: NotAllowed): never {
  throw new NotAllowed(why.message, `${why.hint}; --objects workloads leaves it out`);
}

function wantedBy(other: Loaded | undefined, namespace: string): ObjectRef[] {
  if (other === undefined) return [];
  return proxyObjectsOf(readSide(other.side, { name: other.name, namespace }).objects, true);
}

/** Helm's own variable for where it keeps its records. */
function storageOf(env: Readonly<Record<string, string | undefined>>): Storage {
  const driver = env['HELM_DRIVER'] ?? '';
  if (driver === '' || driver === 'secret' || driver === 'secrets') return 'secrets';
  if (driver === 'configmap' || driver === 'configmaps') return 'configmaps';
  throw new CannotDo(
    `HELM_DRIVER=${driver}: records are read from Secrets and ConfigMaps only`,
    'helm get manifest gloo | glistio diff --installed -',
  );
}
