import { saidByRelease } from '../../helm/kinds/record.ts';
import type { Release } from '../../helm/release.ts';
import type { Side } from '../../objects/read.ts';
import { CannotDo } from '../../outcome.ts';
import type { Problem } from '../../problem.ts';
import { defined } from '../../value.ts';
import { validateValues } from '../../verbs/validate.ts';
import { validateManifests } from '../../verbs/validate-manifests.ts';
import type { Context } from '../command.ts';
import { loadInstalled } from '../diff/from-release.ts';
import type { Loaded } from '../diff/load.ts';
import { completedBy } from '../diff/rendering.ts';
import { usualNamespace } from '../namespace.ts';
import { namesValues, readReleaseRequest, refuseImpossible } from '../release-request.ts';
import type { ValidateArgs } from '../validate-options.ts';
import { refuseValues } from './wanted.ts';

/** The findings, their input, and a description of it for the user. */
export interface Judged {
  readonly problems: readonly Problem[];
  readonly chartVersion: string;
  readonly notes: readonly string[];
  readonly texts: ReadonlyMap<string, string>;
}

/** Checks what is installed: a Helm record by its values and its manifest, anything else by its objects. */
export async function judgeInstalled(args: ValidateArgs, ignore: readonly string[], context: Context): Promise<Judged> {
  if (args.live) return await judgeLive(args, ignore, context);
  const loaded = await loadInstalled(args, context);
  if (loaded.release !== undefined) return await judgeRecord(loaded.release, loaded, args, ignore, context);
  refuseValues(loaded.name, args);
  return judgeSide(loaded.side, textsOfSide(loaded), args, ignore);
}

/** With the user's own values on top of the record's, its manifest is no longer what would be installed. */
async function judgeRecord(
  release: Release,
  { name, side }: Loaded,
  args: ValidateArgs,
  ignore: readonly string[],
  context: Context,
): Promise<Judged> {
  const { options, texts, notesFor } = completedBy(await readReleaseRequest(args, context.io), release, true);
  const values = validateValues({ ...options, lint: args.lint, ignore });
  refuseImpossible(values.problems);
  const isChanged = args['chart-version'] !== undefined || namesValues(args);
  const notes = [...notesFor(values.chartVersion), ...(values.notes ?? [])];
  if (isChanged) return { ...values, notes, texts };
  const { problems, proxies } = validateManifests(side, { chartVersion: values.chartVersion, lint: args.lint, ignore });
  // Problems that the values already show need no second place.
  const said = new Set(values.problems.map(({ code, message }) => `${code} ${message}`));
  const own = problems.filter(({ code, message }) => !said.has(`${code} ${message}`) && code !== 'no-proxy');
  const counted = `the values and the manifest of ${name}, ${countOfProxies(proxies)}`;
  return {
    problems: [...values.problems, ...own],
    chartVersion: values.chartVersion,
    notes: [...notes, `checked: ${counted}`],
    texts: new Map([...texts, [name, release.manifest]]),
  };
}

async function judgeLive(args: ValidateArgs, ignore: readonly string[], context: Context): Promise<Judged> {
  const namespace = args.namespace ?? usualNamespace(context.io.env);
  // The client is only loaded to access a cluster.
  const { asking } = await import('../cluster-access.ts');
  const { findInstalled } = await import('../diff/cluster.ts');
  const { readNamespace } = await import('../cluster/read.ts');
  const { readProxyObjects } = await import('../../cluster/objects.ts');
  const unread: string[] = [];
  const objects = await asking(args, context, async (cluster) => [
    ...(await readProxyObjects(cluster, namespace, [], 'all', {
      without: (kind) => unread.push(kind),
      withKube: true,
    })),
    ...(await readNamespace(cluster, namespace)),
  ]);
  const record = args['chart-version'] === undefined ? await findInstalled(args, context) : undefined;
  const installed = record && saidByRelease(record).chartVersion;
  const asked = args['chart-version'] ?? installed;
  const judged = judgeSide(objects, new Map(), { ...args, 'chart-version': asked }, ignore);
  const notes = judged.notes.map((text) => `${text}, in namespace ${namespace}`);
  if (unread.length > 0) notes.push(`not checked, for lack of permission to read them: ${unread.join(', ')}`);
  return { ...judged, notes };
}

/** Checks manifests. Without a gateway proxy among them there is nothing to check. */
export function judgeSide(
  side: Side,
  texts: ReadonlyMap<string, string>,
  args: ValidateArgs,
  ignore: readonly string[],
): Judged {
  const { 'chart-version': chartVersion, namespace, lint } = args;
  const found = validateManifests(side, defined({ lint, ignore, chartVersion, namespace }));
  refuseImpossible(found.problems);
  const none = found.problems.find(({ code }) => code === 'no-proxy');
  if (none !== undefined) throw new CannotDo(none.message, none.hint);
  const release = found.chartVersion === '' ? 'an unknown version of Gloo' : `Gloo ${found.chartVersion}`;
  return { ...found, notes: [`checked: ${countOfProxies(found.proxies)} of ${release}`], texts };
}

function countOfProxies(count: number): string {
  return `${count} gateway ${count === 1 ? 'proxy' : 'proxies'}`;
}

function textsOfSide({ side }: Loaded): ReadonlyMap<string, string> {
  const parts = typeof side === 'string' ? [] : 'text' in side ? [side] : [...(side as readonly object[])];
  return new Map(
    parts.flatMap((part): [string, string][] =>
      'text' in part && 'name' in part ? [[String(part.name), String(part.text)]] : [],
    ),
  );
}
