import type { Args, Options } from './command.ts';
import {
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

/** What `render` understands. */
export const renderOptions = {
  ...valuesOptions,
  'chart-version': chartOptions['chart-version'],
  ...recordOptions,
  ...capabilityOptions,
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
  'control-plane': {
    kind: 'flag',
    summary:
      "Instead: what Istio's and mTLS values change in Settings, Gloo's own Deployments, Namespace and Jobs, in parts",
  },
  'show-only': {
    kind: 'texts',
    alias: 's',
    value: 'WHAT',
    summary:
      'Only objects of this kind, as service; or by the chart’s template: templates/*deployment.yaml; repeatable',
  },
  ...kubeOptions,
  strict: { kind: 'flag', summary: 'Treat warnings as errors' },
  ...fleetOptions,
  prune: pruneOption,
} as const satisfies Options;

export type RenderArgs = Args<typeof renderOptions>;
