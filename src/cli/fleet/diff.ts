import type { Plan } from '../../fleet/plan.ts';
import type { ClusterRequest, Requests } from '../../fleet/request.ts';
import { writeTogether } from '../../node/file-tree.ts';
import { reasonOf } from '../../node/sources.ts';
import { CannotDo } from '../../outcome.ts';
import { shown } from '../../printable.ts';
import { hasErrors } from '../../problem.ts';
import { reportForPrograms } from '../../report/diff-json.ts';
import { defined } from '../../value.ts';
import { counted, grouped } from '../../words.ts';
import type { Context } from '../command.ts';
import { type FleetAt, fleetAt } from '../diff/against.ts';
import { type ComparedSpecs, compareSpecs } from '../diff/compare.ts';
import type { DiffArgs } from '../diff/options.ts';
import { renderSide } from '../diff/rendering.ts';
import { exitConventions, formatted, linesOf, refuseBadPatterns } from '../diff/run.ts';
import type { Spec } from '../diff/spec.ts';
import { refuseIdle } from '../idle.ts';
import { type KubeSources, ofCluster, readForFleet, refuseParametersAlone } from '../kube-objects.ts';
import { fleetDirectory } from '../output-directory.ts';

const endings = {
  text: 'txt',
  unified: 'diff',
  'side-by-side': 'txt',
  json: 'json',
  'json-patch': 'json',
  markdown: 'md',
  html: 'html',
} as const;

/** `diff --fleet`: what would change in each cluster, as lines, as text with headings, or as files. */
export async function diffPlan(args: DiffArgs, context: Context): Promise<Plan> {
  refuseBadPatterns(args);
  refuseMisuse(args, context);
  refuseParametersAlone(args);
  const kube = await readForFleet(args, context.io);
  const directory = fleetDirectory(args);
  // Files have no colours.
  const color = context.color && directory === undefined;
  const shape = { color, width: context.io.width, context: linesOf(args) };
  let opened: Promise<FleetAt> | undefined;
  const { against } = args;
  const before = async (): Promise<FleetAt | undefined> => {
    if (against !== undefined) opened ??= fleetAt(against, args, context);
    return await opened;
  };
  const isLines = args.output === 'json' || args.output === 'json-patch';
  return {
    verb: 'compared',
    prints: directory !== undefined ? 'nothing' : isLines ? 'lines' : 'text',
    heading: (clusters) => (args.output === 'markdown' ? shown`# ${clusters}\n\n` : shown`==== ${clusters} ====\n`),
    empty: {},
    ...defined({ directory }),
    batch: 8,
    isWaiting: true,
    finish: async (names) => {
      const gone = (await before())?.names.filter((name) => !names.has(name.toLowerCase())) ?? [];
      if (gone.length > 0) context.note(`${counted(gone.length, 'cluster')} of ${against} gone: ${gone.join(', ')}`);
      return { removed: 0, status: gone.length > 0 ? 'findings' : 'ok' };
    },
    mostProblems: 200,
    codes: exitConventions[args['exit-code']],
    describe: ({ counted: different, count }) =>
      different === 0 ? 'no differences' : `${grouped(different)} with differences, ${counted(count, 'change')}`,
    async work(request, label, requests) {
      const { comparison, status, problems, chartVersion } = await compareCluster(args, request, requests, {
        context,
        kube,
        before: await before(),
      });
      if (comparison === undefined) return { status, problems, chartVersion };
      const { report } = comparison;
      const worked = { status: comparison.status, problems: [...problems, ...report.problems], chartVersion };
      if (worked.status === 'failed') return worked;
      const isPrinted = directory !== undefined || !isLines;
      const printed = isPrinted ? await formatted(comparison, args, shape) : undefined;
      const path = `${directory}/${label}.${endings[args.output]}`;
      const files = directory === undefined || printed === undefined ? {} : writeReport(path, printed.exact);
      const reported =
        args.output === 'json-patch' ? { patch: comparison.patch } : { report: reportForPrograms(report) };
      return {
        ...worked,
        count: report.changes.length,
        ...files,
        ...(isLines ? reported : {}),
        text: worked.status === 'ok' || printed === undefined || directory !== undefined ? [] : [printed],
      };
    },
  };
}

function refuseMisuse(args: DiffArgs, { positionals }: Context): void {
  const why = 'is for one cluster, but --fleet is given';
  refuseIdle(
    args,
    ['installed', 'revision', 'context'],
    why,
    'set installed or context for each cluster in the fleet file',
  );
  if (args.against !== undefined)
    refuseIdle(args, ['live'], 'names a left side, and so does --against', 'leave one of them out');
  if (positionals.length > 0)
    throw new CannotDo(`unexpected "${positionals[0]}"`, 'the fleet file says what to compare');
  if (args.output === 'html' && args['output-dir'] === undefined) {
    throw new CannotDo('-o html makes one page per cluster', 'give a folder for them: --output-dir DIR');
  }
}

/**
 * The two sides of a cluster: what is installed and the rendering of its layers, with the options for all clusters
 * applied.
 */
async function compareCluster(
  args: DiffArgs,
  { cluster, options, kube: ownKube }: ClusterRequest,
  requests: Requests,
  {
    context,
    kube,
    before,
  }: { readonly context: Context; readonly kube: KubeSources | undefined; readonly before: FleetAt | undefined },
): Promise<ComparedSpecs> {
  const { kubeconfig } = cluster;
  const own = {
    ...args,
    kubeconfig: kubeconfig === undefined ? args.kubeconfig : requests.resolve(kubeconfig),
    context: cluster.context,
    namespace: options.namespace,
    'release-name': options.releaseName,
  };
  const request = async () => ({ options, texts: new Map<string, string>(), notesFor: () => [] });
  const left =
    before === undefined
      ? installedIn(cluster, options.releaseName, args, requests)
      : await sideAt(before, cluster.name, args.against ?? '');
  return await compareSpecs(
    [left, { kind: 'rendering' }],
    request,
    own,
    { ...context, note: () => {} },
    ofCluster(kube, ownKube),
  );
}

/** A cluster at the revision; a new cluster has an empty left side. */
async function sideAt(before: FleetAt, name: string, against: string): Promise<Spec> {
  const request = await before.of(name);
  if (request === undefined) return { kind: 'loaded', loaded: { side: [], name: against } };
  if (hasErrors(request.problems)) throw new CannotDo(`this cluster’s files cannot be read at ${against}`);
  const rendered = renderSide({ options: request.options, texts: new Map(), notesFor: () => [] }, undefined, {
    kube: ofCluster(before.kube, request.kube)?.input,
  });
  if (rendered.status !== 'ok') throw new CannotDo(`the values at ${against} cannot be rendered`);
  return { kind: 'loaded', loaded: { ...rendered, name: against } };
}

function installedIn(
  { installed, context }: ClusterRequest['cluster'],
  name = 'gloo',
  { live }: DiffArgs,
  requests: Requests,
): Spec {
  if (live && context !== undefined) return { kind: 'live' };
  if (installed !== undefined) return { kind: 'file', path: requests.resolve(installed) };
  if (context !== undefined) return { kind: 'release', name };
  throw new CannotDo(
    'it is not known what is installed in this cluster',
    'set installed: FILE, or context: NAME from the kubeconfig, in the fleet file',
  );
}

function writeReport(path: string, text: string) {
  try {
    const written = writeTogether([{ path, text }]);
    return { written, unchanged: 1 - written };
  } catch (error) {
    throw new CannotDo(`cannot write reports: ${reasonOf(error)}`);
  }
}
