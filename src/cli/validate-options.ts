import type { Args, Options } from './command.ts';
import {
  answerOption,
  capabilityOptions,
  chartOptions,
  clusterOptions,
  fleetOptions,
  kubeOptions,
  recordOptions,
  recursiveOption,
  valuesOptions,
} from './options.ts';

/** The formats of `-o` and `--report`. */
export const problemFormats = ['text', 'json', 'sarif', 'github', 'markdown', 'junit', 'gitlab'] as const;

/** Options of `validate`. */
export const validateOptions = {
  ...valuesOptions,
  ...chartOptions,
  ...capabilityOptions,
  installed: {
    kind: 'text',
    value: 'FILE',
    summary:
      'What is installed: a release Secret (its values and its manifest), manifests, kubectl get -o yaml; - is stdin',
    completes: 'file',
  },
  'from-release': { kind: 'flag', summary: "The values and the manifest of Helm's record in the cluster" },
  live: { kind: 'flag', summary: 'The gateway proxies running in the cluster' },
  revision: recordOptions.revision,
  ...clusterOptions,
  output: { ...answerOption, summary: 'Format of the problems', choices: problemFormats },
  report: {
    kind: 'texts',
    value: 'FORMAT=FILE',
    summary: 'Also write the problems to a file, in any of these formats; repeatable',
    completes: 'report',
  },
  'istio-version': {
    kind: 'text',
    value: 'VERSION',
    summary: 'Istio version of the mesh, against which the sidecar is checked',
  },
  'istio-revision': {
    kind: 'text',
    value: 'REVISION',
    summary: "Revision of the mesh's istiod; default if it has none",
  },
  istiod: {
    kind: 'text',
    value: 'FILE',
    summary: "File with the Deployment of the mesh's istiod, and its ConfigMap istio, instead of the two options above",
    completes: 'file',
  },
  each: {
    kind: 'flag',
    summary: 'Check each FILE separately, on top of the files given with -f, instead of layering them',
  },
  ...recursiveOption,
  lint: { kind: 'flag', summary: 'Also check policies: latest-tag, run-as-non-root, unset-cpu-requirements …' },
  ignore: {
    kind: 'texts',
    value: 'CODE',
    summary: 'Do not report problems with this code; repeatable',
    completes: 'code',
  },
  ...kubeOptions,
  strict: { kind: 'flag', summary: 'Treat warnings as errors, which exit with 1' },
  'fail-on': {
    kind: 'texts',
    value: 'WHAT',
    summary:
      'Exit with 1 for more than errors: warning, info, run-time (what will not work), no-effect, deprecated, lint, or a code; repeatable',
    completes: 'failing',
  },
  ...fleetOptions,
} as const satisfies Options;

export type ValidateArgs = Args<typeof validateOptions>;
