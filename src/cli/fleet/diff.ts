import type { PatchOperation } from '../../diff/patch.ts';
import type { DiffReport } from '../../diff/report.ts';
import { withoutSlashes } from '../../fleet/paths.ts';
import type { Plan, Worked } from '../../fleet/plan.ts';
import type { ClusterRequest, Requests } from '../../fleet/request.ts';
import type { Release } from '../../helm/release.ts';
import { writeTogether } from '../../node/file-tree.ts';
import { reasonOf } from '../../node/sources.ts';
import { CannotDo } from '../../outcome.ts';
import { json, type Printable, shown } from '../../printable.ts';
import { diffFormatters } from '../../report/diff-formatters.ts';
import { reportForPrograms } from '../../report/diff-json.ts';
import { compareSides } from '../../verbs/compare.ts';
import { type RenderOptions, renderGatewayProxies } from '../../verbs/render.ts';
import { verdictOf } from '../../verbs/verdict.ts';
import { counted, grouped } from '../../words.ts';
import type { Context } from '../command.ts';
import { findInstalled, readInstalled, readLive } from '../diff/cluster.ts';
import { asLoaded, type Loaded, loadFile } from '../diff/load.ts';
import type { DiffArgs } from '../diff/options.ts';
import { recordOf } from '../diff/rendering.ts';
import { compareOptions, exitConventions, linesOf, refuseBadPatterns } from '../diff/run.ts';

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
export function diffPlan(args: DiffArgs, context: Context): Plan {
  refuseBadPatterns(args);
  refuseIdle(args, context);
  const directory = args['output-dir'] === undefined ? undefined : withoutSlashes(args['output-dir']);
  if (directory === '') throw new CannotDo('--output-dir got an empty name', 'is a shell variable unset?');
  const isLines = args.output === 'json' || args.output === 'json-patch';
  return {
    verb: 'compared',
    prints: directory !== undefined ? 'nothing' : isLines ? 'lines' : 'text',
    empty: {},
    ...(directory === undefined ? {} : { directory }),
    batch: 8,
    isWaiting: true,
    mostProblems: 200,
    codes: exitConventions[args['exit-code']],
    describe: ({ counted: different, count }) =>
      different === 0 ? 'no differences' : `${grouped(different)} with differences, ${counted(count, 'change')}`,
    async work(request, label, requests) {
      const compared = await compare(args, request, requests, context);
      if (!('worked' in compared)) return compared;
      const { report, patch, worked } = compared;
      const printed = directory === undefined && isLines ? undefined : print(report, patch, args, context);
      const path = `${directory}/${label}.${endings[args.output]}`;
      const files = directory === undefined || printed === undefined ? {} : writeReport(path, printed.exact);
      const reported = args.output === 'json-patch' ? { patch } : { report: reportForPrograms(report) };
      return {
        ...worked,
        count: report.changes.length,
        ...files,
        ...(isLines ? reported : {}),
        text: worked.status === 'ok' || printed === undefined ? [] : [heading(label, args.output), printed],
      };
    },
  };
}

function refuseIdle(args: DiffArgs, { positionals }: Context): void {
  const idle = (['installed', 'revision', 'context'] as const).find((name) => args[name] !== undefined);
  if (idle !== undefined) {
    throw new CannotDo(
      `--${idle} is for one cluster, and --fleet means many`,
      'the fleet file has installed and context for each',
    );
  }
  if (positionals.length > 0)
    throw new CannotDo(`unexpected "${positionals[0]}"`, 'the fleet file says what is compared');
  if (args.output === 'html' && args['output-dir'] === undefined) {
    throw new CannotDo('-o html gives a page for each cluster', 'say where to: --output-dir DIR');
  }
}

interface Compared {
  readonly report: DiffReport;
  readonly patch: readonly PatchOperation[];
  readonly worked: Worked;
}

async function compare(
  args: DiffArgs,
  request: ClusterRequest,
  requests: Requests,
  context: Context,
): Promise<Compared | Worked> {
  const { cluster } = request;
  const access = {
    ...args,
    kubeconfig: cluster.kubeconfig === undefined ? args.kubeconfig : requests.resolve(cluster.kubeconfig),
    context: cluster.context,
    namespace: request.options.namespace,
    'release-name': request.options.releaseName,
  };
  const quiet = { ...context, note: () => {} };
  const wantsLive = args.live && cluster.context !== undefined;
  const known = wantsLive ? undefined : await loadInstalled(request, requests, access, quiet);
  const release = known?.release ?? (wantsLive ? await findInstalled(access, quiet) : undefined);
  const options = completed(request.options, release);
  const { manifests, problems, chartVersion } = renderGatewayProxies(options);
  const worked: Worked = { ...verdictOf(problems), chartVersion };
  if (worked.status !== 'ok') return worked;
  const name = `rendering for ${chartVersion}`;
  const left: Loaded = known ?? (await readLive({ side: manifests, name }, access, quiet));
  const asked = compareOptions(args, options.namespace ?? 'gloo-system');
  const { status, report, patch } = compareSides(left, { side: manifests, name }, asked);
  const compared = { ...worked, status, problems: [...problems, ...report.problems] };
  return status === 'failed' ? compared : { report, patch, worked: compared };
}

type Access = Parameters<typeof readInstalled>[1];

async function loadInstalled(
  { cluster, options }: ClusterRequest,
  requests: Requests,
  access: Access,
  context: Context,
): Promise<Loaded> {
  if (cluster.installed !== undefined)
    return await loadFile(requests.resolve(cluster.installed), undefined, context.io);
  if (cluster.context === undefined) {
    throw new CannotDo(
      'nothing says what is installed in this cluster',
      'give it installed: FILE, or context: NAME of the kubeconfig',
    );
  }
  return asLoaded(await readInstalled({ name: options.releaseName ?? 'gloo' }, access, context));
}

/** What was not said is taken from the record, as for one cluster. */
function completed(options: RenderOptions, release: Release | undefined): RenderOptions {
  if (release === undefined) return options;
  const isStored = (options.values ?? []).length === 0;
  return {
    ...options,
    recorded: recordOf(release),
    // A value of the record is a value; the types only say less.
    ...(isStored ? { values: [release.values] as NonNullable<RenderOptions['values']> } : {}),
  };
}

function shapeOf(args: DiffArgs, { color, io }: Context) {
  return { color, width: io.width, context: linesOf(args) };
}

function print(report: DiffReport, patch: readonly PatchOperation[], args: DiffArgs, context: Context): Printable {
  if (args.output === 'json-patch') return json(patch);
  // A file has no colours.
  const shape = { ...shapeOf(args, context), ...(args['output-dir'] === undefined ? {} : { color: false }) };
  return diffFormatters[args.output](report, shape);
}

function heading(label: string, output: DiffArgs['output']): Printable {
  return output === 'markdown' ? shown`# ${label}\n\n` : shown`==== ${label} ====\n`;
}

function writeReport(path: string, text: string) {
  try {
    const written = writeTogether([{ path, text }]);
    return { written, unchanged: 1 - written };
  } catch (error) {
    throw new CannotDo(`cannot write reports: ${reasonOf(error)}`);
  }
}
