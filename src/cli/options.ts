import type { Option, Options } from './command.ts';

/** Accepted by every command, before or after its name. */
export const globalOptions = {
  quiet: { kind: 'flag', alias: 'q', summary: 'Print errors only: no warnings, no notes' },
  color: { kind: 'flag', summary: 'Color the messages; --no-color turns it off (default: if stderr is a terminal)' },
  config: {
    kind: 'text',
    value: 'FILE',
    summary: 'Settings file to use instead of the nearest .glistio.yaml',
    completes: 'file',
  },
  'show-config': { kind: 'flag', summary: 'Show the settings and where they come from' },
  help: { kind: 'flag', alias: 'h', summary: 'Show help' },
  version: { kind: 'flag', summary: 'Show the version of glistio' },
} as const satisfies Options;

/** Values, with Helm's syntax and precedence. */
export const valuesOptions = {
  values: {
    kind: 'texts',
    alias: 'f',
    value: 'FILE',
    summary: 'Values file in YAML or JSON; repeatable, later files win; - reads stdin; ?FILE may be missing',
    completes: 'file',
  },
  set: { kind: 'texts', value: 'PATH=VALUE', summary: 'Set values (a.b=1,c[0]=x)', completes: 'setting' },
  'set-string': { kind: 'texts', value: 'PATH=TEXT', summary: 'Set values as strings', completes: 'setting' },
  'set-json': { kind: 'texts', value: 'PATH=JSON', summary: 'Set values from JSON', completes: 'setting' },
  'set-file': {
    kind: 'texts',
    value: 'PATH=FILE',
    summary: 'Set values from the contents of files',
    completes: 'setting',
  },
  'set-literal': { kind: 'texts', value: 'PATH=TEXT', summary: 'Set one value to the literal text after =' },
  'helm-version': {
    kind: 'text',
    value: 'VERSION',
    summary:
      'Follow the rules of this version of Helm: 3 (the default: 3.19.0), 4 (the newest), or a release such as 3.20.2',
  },
  'partial-of': {
    kind: 'texts',
    value: 'NAME',
    summary:
      "The values are for a chart that depends on Gloo's, under the key NAME (gloo for gloo-ee); for nested charts repeat it, or write a.b",
  },
  'wrapper-values': {
    kind: 'texts',
    value: 'FILE',
    summary: 'That chart’s own values.yaml; for nested charts repeat it, outermost first',
    completes: 'file',
  },
} as const satisfies Options;

/** Which chart, and how it is installed. */
export const chartOptions = {
  'chart-version': {
    kind: 'text',
    value: 'VERSION',
    summary: "Version of Gloo's chart (default: the newest known)",
    completes: 'release',
  },
  namespace: {
    kind: 'text',
    alias: 'n',
    value: 'NAME',
    summary: 'Namespace of the release (default: from the files, HELM_NAMESPACE, or gloo-system)',
    completes: 'namespace',
  },
  'release-name': {
    kind: 'text',
    value: 'NAME',
    summary: 'Name of the release (default: from the files, or gloo)',
  },
} as const satisfies Options;

/** What Helm tells a chart about the cluster. */
export const capabilityOptions = {
  'kube-version': {
    kind: 'text',
    value: 'VERSION',
    summary: 'Kubernetes version to render for, such as 1.27 (default: one that all charts accept)',
  },
  'api-versions': {
    kind: 'texts',
    alias: 'a',
    value: 'VERSION',
    summary: 'Additional API versions that the cluster serves; repeatable',
  },
} as const satisfies Options;

const many = 'Many clusters (see docs/fleet.md):';

/** Many clusters in one go, for render, validate and diff. */
export const fleetOptions = {
  fleet: {
    kind: 'text',
    value: 'PATH',
    summary:
      'Run for every cluster of a fleet: a fleet file, JSON lines, a folder with values for each cluster, or - for stdin',
    completes: 'file',
    group: many,
  },
  shard: {
    kind: 'text',
    value: 'I/N',
    summary: 'Only every Nth cluster; 0/4 to 3/4, or 1/4 to 4/4, add up to the whole fleet',
    group: many,
  },
  only: {
    kind: 'texts',
    value: 'GLOB',
    summary: 'Only clusters whose name matches, with * for any text; repeatable',
    group: many,
  },
  group: { kind: 'texts', value: 'NAME', summary: 'Only clusters in this group; repeatable', group: many },
  workers: { kind: 'text', value: 'N', summary: 'Number of threads (default: one per processor)', group: many },
  'timeout-each': {
    kind: 'text',
    value: 'TIME',
    summary: 'Time limit for each cluster; the others continue (default: 30s)',
    group: many,
  },
} as const satisfies Options;

/** For commands that write files for each cluster. */
export const pruneOption = {
  kind: 'flag',
  summary:
    'With --output-dir: remove files from earlier runs whose manifests no longer exist; with --fleet also those of clusters that no longer exist',
} as const satisfies Option;

/** Which of Helm's records; what the record knows need not be given. */
export const recordOptions = {
  namespace: {
    kind: 'text',
    alias: 'n',
    value: 'NAME',
    summary: 'Namespace of the release (default: the record’s, or gloo-system)',
    completes: 'namespace',
  },
  'release-name': { kind: 'text', value: 'NAME', summary: 'Name of the release (default: the record’s, or gloo)' },
  revision: { kind: 'text', value: 'N', summary: 'Revision of the release (default: the deployed one)' },
} as const satisfies Options;

/** Which cluster, with kubectl's own options. */
export const clusterOptions = {
  kubeconfig: {
    kind: 'text',
    value: 'FILE',
    summary: 'Kubeconfig file (default: KUBECONFIG, then ~/.kube/config)',
    completes: 'file',
  },
  context: {
    kind: 'text',
    value: 'NAME',
    summary: 'Kubeconfig context (default: HELM_KUBECONTEXT, then the current context)',
    completes: 'context',
  },
  'kube-context': {
    kind: 'text',
    value: 'NAME',
    summary: 'Same as --context, as Helm and glooctl call it',
    completes: 'context',
  },
  timeout: { kind: 'text', value: 'TIME', summary: 'How long to wait for the cluster', fallback: '10s' },
} as const satisfies Options;

/** The options of every command that can change a cluster instead of manifests. */
export const clusterChangeOptions = {
  cluster: {
    kind: 'flag',
    summary: 'Change the objects in the cluster, after showing the diff and asking for confirmation',
  },
  yes: { kind: 'flag', alias: 'y', summary: 'With --cluster: do not ask for confirmation' },
  'dry-run': {
    kind: 'text',
    value: 'WHERE',
    summary:
      'Change nothing and print the result; with --cluster, server also lets the API server validate it, client does not',
    choices: ['server', 'client', 'none'],
    bare: 'server',
  },
  ...clusterOptions,
} as const satisfies Options;

/** Objects from which Gloo's control plane makes proxies at run time. */
export const kubeOptions = {
  gateway: {
    kind: 'texts',
    value: 'FILE',
    summary:
      "Gateways of the Kubernetes Gateway API, for which Gloo's control plane deploys proxies: a file, a directory, - for stdin, or the word cluster",
    completes: 'file',
  },
  parameters: {
    kind: 'texts',
    value: 'FILE',
    summary: 'GatewayParameters and GatewayClasses in addition to the chart’s, given in the same way',
    completes: 'file',
  },
} as const satisfies Options;

/** For commands that read manifests. */
export const recursiveOption = {
  recursive: {
    kind: 'flag',
    alias: 'R',
    summary: 'Read directories recursively: all files that end in .yaml, .yml or .json',
  },
} as const satisfies Options;

/** How a command prints its answer; those with formats of their own say which. */
export const answerOption = {
  kind: 'text',
  alias: 'o',
  value: 'FORMAT',
  summary: 'Output format',
  choices: ['text', 'json'],
  fallback: 'text',
} as const satisfies Option;

/** Which of the gateway proxies' objects a command works on. */
export const objectsOption = {
  kind: 'text',
  value: 'WHICH',
  summary: 'All objects of the gateway proxies, or only workloads and ConfigMaps',
  choices: ['all', 'workloads'],
  fallback: 'all',
} as const;
