import { saidByRelease } from '../../helm/kinds/record.ts';
import type { Release } from '../../helm/release.ts';
import { type NamedText, refuseSecondStdin, splitList } from '../../node/sources.ts';
import { CannotDo } from '../../outcome.ts';
import type { ValueMap } from '../../value.ts';
import { defined } from '../../value.ts';
import type { MtlsWorld } from '../../verbs/check.ts';
import type { Args, Context } from '../command.ts';
import { type Loaded, loadFile, loadSource } from '../diff/load.ts';
import { completedBy } from '../diff/rendering.ts';
import { revisionOf } from '../diff/spec.ts';
import { readManifests } from '../edit-manifests.ts';
import { readKubeObjects, withTexts } from '../kube-objects.ts';
import { usualNamespace } from '../namespace.ts';
import { namesValues, readReleaseRequest } from '../release-request.ts';
import type { LiveWorld } from './live.ts';
import type { checkOptions } from './options.ts';

export type CheckArgs = Args<typeof checkOptions>;

/** The input of `check`, and the texts that its problems point into. */
export interface CheckRequest {
  readonly world: MtlsWorld;
  readonly texts: ReadonlyMap<string, string>;
  /** Whether the proxies come from values whose release was not stated. */
  readonly isNewest: boolean;
}

/**
 * Sorts the input: values and what holds them (an Application, a HelmRelease), Helm's records, manifests. A record
 * without values stands for what is installed; with values, it supplies the layer beneath them. `--live` adds what is
 * in a cluster.
 */
export async function readCheckRequest(args: CheckArgs, context: Context): Promise<CheckRequest> {
  const { io, note } = context;
  const files = await readFiles(args, context);
  const { contentsOf, kindOfFile } = await import('../../helm/kinds/recognise.ts');
  const records = files.filter((file) => kindOfFile(file) === 'record');
  const layers = files.filter((file) => contentsOf(file).values);
  const installed = await readInstalledSide(args, records, context);
  const hasValues = layers.length > 0 || namesValues(args);
  const asked = await readReleaseRequest(args, io);
  const { options, texts, notesFor } = completedBy(asked, installed.release, hasValues);
  const { values: given = [], recorded, ...request } = options;
  const { release } = installed;
  if (release !== undefined) for (const text of hasValues ? notesFor('') : []) note(text);
  const kube = await readKubeObjects(args, context);
  const live = args.live ? await readLiveWorld(args, context, hasValues) : undefined;
  const proxies = hasValues ? defined({ values: [...given, ...layers], recorded }) : glooOf(args, release);
  return {
    world: {
      ...(hasValues ? request : {}),
      ...proxies,
      objects: [
        // Objects with values may be among the objects to check, such as an Application in a stream with Upstreams.
        ...files.filter((file) => !records.includes(file) && (!layers.includes(file) || hasKind.test(file.text))),
        ...(kube?.input.gateways ?? []),
        ...(kube?.input.gatewayParameters ?? []),
        ...(hasValues ? [] : installed.objects),
        ...(live?.objects ?? []),
      ],
      complete: live === undefined ? args.complete : args.complete || live.complete,
      istioVersion: args['istio-version'],
      rootNamespace: args['istio-namespace'],
      trustDomain: args['trust-domain'],
    },
    texts: new Map([...withTexts(texts, kube), ...files.map(({ name, text }) => [name, text] as const)]),
    isNewest: hasValues && args['chart-version'] === undefined && recorded?.chartVersion === undefined,
  };
}

/** An object's kind at the start of a line, as manifests write it. */
const hasKind = /^["']?kind["']?\s{0,10}:/m;

async function readFiles(args: CheckArgs, { io, positionals }: Context): Promise<NamedText[]> {
  const isSaid =
    positionals.length > 0 || args.gateway.length > 0 || namesValues(args) || args.installed !== undefined || args.live;
  const names = isSaid || io.isStdinIdle === true ? positionals : ['-'];
  refuseSecondStdin([...names, ...args.values.flatMap(splitList), args.installed ?? '']);
  return names.length === 0 ? [] : await readManifests(args, { positionals: names, io });
}

interface Installed {
  readonly release?: Release;
  readonly objects: readonly (NamedText | ValueMap)[];
}

/** What is installed, by `--installed` or by a record among the files. */
async function readInstalledSide(args: CheckArgs, records: readonly NamedText[], context: Context): Promise<Installed> {
  const named = [...records.map(({ name }) => name), ...(args.installed === undefined ? [] : [args.installed])];
  if (named.length > 1)
    throw new CannotDo(
      `there are ${named.length} sources for what is installed: ${named.join(', ')}`,
      'name one record',
    );
  const [record] = records;
  const revision = revisionOf(args.revision);
  if (record !== undefined) return asInstalled(loadSource(record, revision), context);
  return args.installed === undefined
    ? { objects: [] }
    : asInstalled(await loadFile(args.installed, revision, context.io), context);
}

function asInstalled({ side, name, release }: Loaded, { note }: Context): Installed {
  if (release !== undefined) note(`${name}, ${release.status}`);
  // A file holds one named text, or several.
  const objects = (Array.isArray(side) ? side : [side]) as readonly (NamedText | ValueMap)[];
  return release === undefined ? { objects } : { release, objects };
}

/** Gloo's release name and namespace: from the options, else from the record. */
function glooOf(args: CheckArgs, release: Release | undefined): Pick<MtlsWorld, 'glooVersion' | 'glooNamespace'> {
  const said = release === undefined ? {} : saidByRelease(release);
  return defined({
    glooVersion: args['chart-version'] ?? said.chartVersion,
    glooNamespace: args.namespace ?? said.namespace,
  });
}

async function readLiveWorld(args: CheckArgs, context: Context, isRendered: boolean): Promise<LiveWorld> {
  const { readWorldOf } = await import('./live.ts');
  const { asking } = await import('../cluster-access.ts');
  return await asking(args, context, (cluster) =>
    readWorldOf(cluster, {
      namespace: args.namespace ?? usualNamespace(context.io.env),
      istioNamespace: args['istio-namespace'] ?? 'istio-system',
      withoutGloo: isRendered,
      note: context.note,
    }),
  );
}
