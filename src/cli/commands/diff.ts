import { type Args, defineCommand, type Options } from '../command.ts';
import { chartOptions, clusterOptions, fleetOptions, recordOptions, valuesOptions } from '../options.ts';
import { CannotDo } from '../outcome.ts';
import { wantsFleet } from '../wants-fleet.ts';

const options = {
  ...valuesOptions,
  'chart-version': {
    ...chartOptions['chart-version'],
    summary: "Release of Gloo's chart (default: the installed one, if a record says it)",
  },
  ...recordOptions,
  installed: {
    kind: 'text',
    value: 'FILE',
    summary: 'What is installed: manifests, kubectl get -o yaml, helm get manifest, or a release Secret; - is stdin',
    completes: 'file',
  },
  live: { kind: 'flag', summary: 'Compare with the objects that run in the cluster, not with what Helm recorded' },
  ...clusterOptions,
  output: {
    kind: 'text',
    alias: 'o',
    value: 'FORMAT',
    summary: 'Format of the differences',
    choices: ['text', 'unified', 'side-by-side', 'json', 'json-patch', 'markdown', 'html'],
    fallback: 'text',
  },
  lines: {
    kind: 'text',
    alias: 'C',
    value: 'N',
    summary: 'Unchanged lines around a difference, for unified; -1 for all',
    fallback: '3',
  },
  ignore: { kind: 'texts', value: 'PATH', summary: 'Do not compare this path, with * and **; repeatable' },
  include: {
    kind: 'texts',
    value: 'KIND[/NAME]',
    summary: 'Compare these objects too, or a path that is ignored by default; repeatable',
  },
  'no-default-ignores': { kind: 'flag', summary: 'Compare what Kubernetes, Helm and others write by themselves, too' },
  'show-secrets': { kind: 'flag', summary: 'Show values that look like secrets' },
  'exit-code': {
    kind: 'text',
    value: 'STYLE',
    summary: 'standard: 0 same, 1 different, 2 failed; helm-diff: 0, 2, 1',
    choices: ['standard', 'helm-diff'],
    fallback: 'standard',
  },
  ...fleetOptions,
  'output-dir': {
    kind: 'text',
    value: 'DIR',
    summary: 'Write a report for each cluster to DIR/<cluster> instead',
    completes: 'directory',
    group: fleetOptions.fleet.group,
  },
} as const satisfies Options;

export type DiffArgs = Args<typeof options>;

export const diff = defineCommand({
  name: 'diff',
  summary: 'Say what would change in the gateway proxies that are installed, or what differs between any two sources',
  positionals: [
    {
      name: 'A',
      summary:
        'One side: FILE, file:FILE, release:NAME[@REVISION], live:, values:FILE@VERSION; one FILE alone is values',
      optional: true,
    },
    { name: 'B', summary: 'The other side (default: the rendering of -f)', optional: true },
  ],
  options,
  examples: [
    {
      command: 'glistio diff -f values.yaml --chart-version 1.22.1',
      summary: 'What an upgrade would change in the cluster',
    },
    { command: 'glistio diff --chart-version 1.22.1', summary: 'The same with the values that are installed' },
    { command: 'glistio diff release:gloo live:', summary: 'What somebody changed by hand since' },
    {
      command: 'helm get manifest gloo | glistio diff -f values.yaml --installed -',
      summary: 'Without access to the cluster',
    },
    { command: 'glistio diff values:v.yaml@1.20.22 values:v.yaml@1.22.1', summary: 'Two releases of the chart' },
    {
      command: "glistio diff old.yaml new.yaml --ignore 'Deployment:spec.replicas'",
      summary: 'Two files of manifests',
    },
    {
      command: 'glistio diff --fleet fleet.yaml --chart-version 1.22.1 -o json',
      summary: 'What an upgrade would change in every cluster',
    },
  ],
  async run(args, context) {
    if (wantsFleet(args)) {
      const { runFleet } = await import('../../fleet/run.ts');
      const { diffPlan } = await import('../../fleet/diff-plan.ts');
      return await runFleet((own) => diffPlan(args, own), args, context);
    }
    if (args['output-dir'] !== undefined) throw new CannotDo('--output-dir is for --fleet', 'glistio diff … > report');
    // Loaded here: it is several times what rendering needs.
    const { runDiff } = await import('../diff/run.ts');
    return await runDiff(args, context);
  },
});
