import { CannotDo } from '../../outcome.ts';
import { json, type Printable, payload } from '../../printable.ts';
import type { Manifest } from '../../verbs/render.ts';
import { shownKinds } from '../../verbs/shown-kinds.ts';
import { verdictOf } from '../../verbs/verdict.ts';
import { type Args, type Context, defineCommand, type Options } from '../command.ts';
import {
  chartOptions,
  clusterOptions,
  fleetOptions,
  objectsOption,
  pruneOption,
  recordOptions,
  valuesOptions,
} from '../options.ts';
import { describeChoice, type ReleaseRequest, readReleaseRequest, refuseImpossible } from '../release-request.ts';
import { wantsFleet } from '../wants-fleet.ts';
import { writeManifests } from '../write-manifests.ts';

const options = {
  ...valuesOptions,
  'chart-version': chartOptions['chart-version'],
  ...recordOptions,
  'from-release': {
    kind: 'flag',
    summary: "Start from the values and the chart version in Helm's record of the release, from the cluster",
  },
  installed: {
    kind: 'text',
    value: 'FILE',
    summary: 'With --from-release: the record, a release Secret as kubectl prints it; - is stdin',
    completes: 'file',
  },
  ...clusterOptions,
  output: {
    kind: 'text',
    alias: 'o',
    value: 'FORMAT',
    summary: 'Format of the manifests',
    choices: ['yaml', 'json'],
    fallback: 'yaml',
  },
  'output-dir': {
    kind: 'text',
    value: 'DIR',
    summary: 'Write each manifest to DIR/<namespace>/<kind>-<name> instead; files that would not change are left alone',
    completes: 'directory',
  },
  proxy: { kind: 'text', value: 'NAME', summary: 'Only this gateway proxy' },
  objects: objectsOption,
  'show-only': {
    kind: 'text',
    alias: 's',
    value: 'KIND',
    summary: 'Only objects of this kind; deployment means DaemonSets too',
    choices: shownKinds,
  },
  strict: { kind: 'flag', summary: 'Treat warnings as errors' },
  ...fleetOptions,
  prune: pruneOption,
} as const satisfies Options;

export type RenderArgs = Args<typeof options>;

export const render = defineCommand({
  name: 'render',
  summary:
    "Print the gateway proxies' objects that the chart gives for these values: Deployments, ConfigMaps, Services, Gateways …",
  options,
  examples: [
    { command: 'glistio render -f values.yaml', summary: 'The proxies of the newest release' },
    {
      command: 'glistio render -f values.yaml --chart-version 1.5.0 -n edge',
      summary: 'Of one release, in another namespace',
    },
    {
      command: 'glistio render --set global.istioSDS.enabled=true -s deployment',
      summary: 'Try a value without a file',
    },
    {
      command: 'helm get values gloo -o yaml | glistio render -f -',
      summary: 'From the values of an installed release',
    },
    {
      command: 'glistio render --from-release --chart-version 1.22.1',
      summary: 'The same from the cluster, for another release of the chart',
    },
    { command: 'glistio render -f values.yaml | kubectl diff -f -', summary: 'Compare with the cluster' },
    {
      command: 'glistio render --fleet fleet.yaml --output-dir rendered --prune',
      summary: 'Every cluster of a fleet, each in a folder of its own',
    },
  ],
  async run(args, context) {
    if (wantsFleet(args)) {
      const { runFleet } = await import('../fleet/run.ts');
      const { renderPlan } = await import('../fleet/render.ts');
      return await runFleet(() => renderPlan(args), args, context);
    }
    const { renderGatewayProxies } = await import('../../verbs/render.ts');
    const { io, report, note } = context;
    const { options, texts, notesFor } = await requestOf(args, context);
    const {
      manifests,
      problems,
      chartVersion,
      notes = [],
    } = renderGatewayProxies({
      ...options,
      objects: args.objects,
      ...(args.proxy === undefined ? {} : { proxy: args.proxy }),
      ...(args['show-only'] === undefined ? {} : { show: args['show-only'] }),
    });
    refuseImpossible(problems);
    for (const text of [...notesFor(chartVersion), ...notes]) note(text);
    const { status, problems: judged } = verdictOf(problems, args.strict);
    report(judged, texts);
    if (status === 'findings') return 'findings';
    const directory = args['output-dir'];
    if (directory !== undefined) note(await writeManifests(manifests, args.output, directory, io));
    else io.stdout(args.output === 'json' ? asJson(manifests) : payload(asYaml(manifests)));
    return 'done';
  },
});

type Request = ReleaseRequest & { notesFor(chartVersion: string): readonly string[] };

async function requestOf(args: RenderArgs, context: Context): Promise<Request> {
  if (args['from-release']) {
    // Loaded here: it is several times what rendering needs.
    const { readFromRelease } = await import('../diff/from-release.ts');
    return await readFromRelease(args, context);
  }
  const idle = (['installed', 'revision', 'kubeconfig', 'context', 'kube-context'] as const).find(
    (name) => args[name] !== undefined,
  );
  if (idle !== undefined) throw new CannotDo(`--${idle} is for --from-release`, 'add --from-release, or leave it out');
  const request = await readReleaseRequest(args, context.io);
  return { ...request, notesFor: (taken) => [describeChoice(args['chart-version'], taken) ?? []].flat() };
}

function asYaml(manifests: readonly Manifest[]): string {
  return manifests.map(({ text }) => `---\n${text}`).join('');
}

function asJson(manifests: readonly Manifest[]): Printable {
  return json({ apiVersion: 'v1', kind: 'List', items: manifests.map(({ object }) => object) });
}
