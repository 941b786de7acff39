import { hasErrors, type Problem } from '../../problem.ts';
import { type Manifest, renderGatewayProxies } from '../../render.ts';
import { defineCommand } from '../command.ts';
import { chartOptions, valuesOptions } from '../options.ts';
import { describeChoice, readReleaseRequest, refuseImpossible } from '../release-request.ts';
import { writeManifests } from '../write-manifests.ts';

export const render = defineCommand({
  name: 'render',
  summary:
    "Print the gateway proxies' Deployments (or DaemonSets) and Envoy ConfigMaps that the chart gives for these values",
  options: {
    ...valuesOptions,
    ...chartOptions,
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
      summary:
        'Write each manifest to DIR/<namespace>/<kind>-<name> instead; files that would not change are left alone',
      completes: 'directory',
    },
    proxy: { kind: 'text', value: 'NAME', summary: 'Only this gateway proxy' },
    'show-only': {
      kind: 'text',
      alias: 's',
      value: 'KIND',
      summary: 'Only the workload or only the ConfigMap',
      choices: ['deployment', 'configmap'],
    },
    strict: { kind: 'flag', summary: 'Treat warnings as errors' },
  },
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
    { command: 'glistio render -f values.yaml | kubectl diff -f -', summary: 'Compare with the cluster' },
  ],
  async run(args, { io, report, note }) {
    const { options, texts } = await readReleaseRequest(args, io);
    const { manifests, problems, chartVersion } = renderGatewayProxies({
      ...options,
      ...(args.proxy === undefined ? {} : { proxy: args.proxy }),
      ...(args['show-only'] === undefined ? {} : { show: args['show-only'] }),
    });
    refuseImpossible(problems);
    const choice = describeChoice(args['chart-version'], chartVersion);
    if (choice !== undefined) note(choice);
    const judged = args.strict ? problems.map(asError) : problems;
    report(judged, texts);
    if (hasErrors(judged)) return 'findings';
    const directory = args['output-dir'];
    if (directory !== undefined) note(await writeManifests(manifests, args.output, directory, io));
    else io.stdout(args.output === 'json' ? asJson(manifests) : asYaml(manifests));
    return 'done';
  },
});

function asError(problem: Problem): Problem {
  return problem.severity === 'warning' ? { ...problem, severity: 'error' } : problem;
}

function asYaml(manifests: readonly Manifest[]): string {
  return manifests.map(({ text }) => `---\n${text}`).join('');
}

function asJson(manifests: readonly Manifest[]): string {
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests.map(({ object }) => object) }, null, 2)}\n`;
}
