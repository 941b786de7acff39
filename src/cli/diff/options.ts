import type { Args, Options } from '../command.ts';
import {
  answerOption,
  capabilityOptions,
  chartOptions,
  clusterOptions,
  fleetOptions,
  kubeOptions,
  objectsOption,
  recordOptions,
  recursiveOption,
  valuesOptions,
} from '../options.ts';

/** Options of `diff`. */
export const diffOptions = {
  ...valuesOptions,
  'chart-version': {
    ...chartOptions['chart-version'],
    summary: "Version of Gloo's chart (default: the installed one, if Helm's record has it)",
  },
  ...recordOptions,
  ...capabilityOptions,
  installed: {
    kind: 'text',
    value: 'FILE',
    summary: 'What is installed: manifests, kubectl get -o yaml, helm get manifest, or a release Secret; - is stdin',
    completes: 'file',
  },
  against: {
    kind: 'text',
    value: 'git:REV',
    summary: 'Compare with the same files at a git revision, as for a pull request',
  },
  ...recursiveOption,
  live: { kind: 'flag', summary: 'Compare with the objects running in the cluster, not with Helm’s record' },
  ...clusterOptions,
  output: {
    ...answerOption,
    summary: 'Format of the differences',
    choices: ['text', 'unified', 'side-by-side', 'json', 'json-patch', 'markdown', 'html'],
  },
  lines: {
    kind: 'text',
    alias: 'C',
    value: 'N',
    summary: 'Lines of context, for unified; -1 for all',
    fallback: '3',
  },
  objects: objectsOption,
  'control-plane': {
    kind: 'flag',
    summary:
      "Compare instead what the values for Istio and mTLS change outside the proxies; both sides are values or Helm's records",
  },
  ...kubeOptions,
  ignore: { kind: 'texts', value: 'PATH', summary: 'Do not compare this path, with * and **; repeatable' },
  include: {
    kind: 'texts',
    value: 'KIND[/NAME]',
    summary: 'Also compare these objects, or a path that is ignored by default; repeatable',
  },
  'reuse-values': {
    kind: 'flag',
    summary: 'As in helm upgrade: your values on top of the installed ones, with the defaults of the installed chart',
  },
  'reset-then-reuse-values': {
    kind: 'flag',
    summary: 'As in helm upgrade: your values on top of the installed ones, with the defaults of the new chart',
  },
  'no-default-ignores': { kind: 'flag', summary: 'Also compare what Kubernetes, Helm and others add on their own' },
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
    summary: 'Write one report per cluster to DIR/<cluster> instead',
    completes: 'directory',
    group: fleetOptions.fleet.group,
  },
} as const satisfies Options;

export type DiffArgs = Args<typeof diffOptions>;
