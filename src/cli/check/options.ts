import type { Options } from '../command.ts';
import {
  answerOption,
  chartOptions,
  clusterOptions,
  kubeOptions,
  recordOptions,
  recursiveOption,
  valuesOptions,
} from '../options.ts';

/** Options of `check`. */
export const checkOptions = {
  ...valuesOptions,
  ...chartOptions,
  ...recursiveOption,
  ...kubeOptions,
  installed: {
    kind: 'text',
    value: 'FILE',
    summary: "What is installed: Helm's record of a release, manifests or a folder of them; - is stdin",
    completes: 'file',
  },
  revision: recordOptions.revision,
  'istio-version': {
    kind: 'text',
    value: 'VERSION',
    summary: 'Istio version of the mesh (default: that of an istiod in the files)',
  },
  'istio-namespace': {
    kind: 'text',
    value: 'NAME',
    summary: "Istio's root namespace (default: from the mesh's ConfigMap, else istio-system)",
  },
  'trust-domain': {
    kind: 'text',
    value: 'NAME',
    summary: 'Trust domain of the mesh (default: from its ConfigMap, else cluster.local)',
  },
  complete: { kind: 'flag', summary: 'The files are complete: an object that is not in them does not exist' },
  strict: { kind: 'flag', summary: 'Also exit with 1 for unknown verdicts' },
  output: { ...answerOption, choices: ['text', 'json', 'markdown', 'html'] },
  live: {
    kind: 'flag',
    summary: 'Read everything from a cluster; with values, everything except the proxies that they render',
  },
  ...clusterOptions,
} as const satisfies Options;
