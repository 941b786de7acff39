import type { Args, Options } from './command.ts';
import {
  answerOption,
  capabilityOptions,
  chartOptions,
  clusterOptions,
  fleetOptions,
  kubeOptions,
  objectsOption,
  pruneOption,
  recordOptions,
  valuesOptions,
} from './options.ts';

/** Options of `render`. */
export const renderOptions = {
  ...valuesOptions,
  'chart-version': chartOptions['chart-version'],
  ...recordOptions,
  ...capabilityOptions,
  'from-release': {
    kind: 'flag',
    summary: "Start from the values and chart version in Helm's record of the release, read from the cluster",
  },
  installed: {
    kind: 'text',
    value: 'FILE',
    summary: 'With --from-release: read the record from a file, a release Secret as kubectl prints it; - is stdin',
    completes: 'file',
  },
  ...clusterOptions,
  output: { ...answerOption, summary: 'Format of the manifests', choices: ['yaml', 'json'], fallback: 'yaml' },
  'output-dir': {
    kind: 'text',
    value: 'DIR',
    summary: 'Write each manifest to DIR/<namespace>/<kind>-<name> instead; unchanged files are not touched',
    completes: 'directory',
  },
  proxy: { kind: 'text', value: 'NAME', summary: 'Only this gateway proxy' },
  objects: objectsOption,
  'control-plane': {
    kind: 'flag',
    summary:
      "Print instead what the values for Istio and mTLS change outside the proxies: parts of Settings, Gloo's own Deployments, the Namespace and Jobs",
  },
  'show-only': {
    kind: 'texts',
    alias: 's',
    value: 'WHAT',
    summary:
      'Only objects of this kind, such as service, or of this template of the chart: templates/*deployment.yaml; repeatable',
  },
  ...kubeOptions,
  strict: { kind: 'flag', summary: 'Treat warnings as errors' },
  ...fleetOptions,
  prune: pruneOption,
} as const satisfies Options;

export type RenderArgs = Args<typeof renderOptions>;
