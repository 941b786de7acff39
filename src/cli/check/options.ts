import type { Options } from '../command.ts';
import {
  chartOptions,
  clusterOptions,
  kubeOptions,
  recordOptions,
  recursiveOption,
  valuesOptions,
} from '../options.ts';

/** What `check` understands. */
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
    summary: 'Istio of the mesh (default: of an istiod in the files)',
  },
  'istio-namespace': {
    kind: 'text',
    value: 'NAME',
    summary: "Istio's root namespace (default: of the mesh's ConfigMap, else istio-system)",
  },
  'trust-domain': {
    kind: 'text',
    value: 'NAME',
    summary: 'Trust domain of the mesh (default: of its ConfigMap, else cluster.local)',
  },
  complete: { kind: 'flag', summary: 'The files have all that there is: what they lack does not exist' },
  strict: { kind: 'flag', summary: 'Exit with 1 for what is not known, too' },
  output: {
    kind: 'text',
    alias: 'o',
    value: 'FORMAT',
    summary: 'Format of the answer',
    choices: ['text', 'json', 'markdown', 'html'],
    fallback: 'text',
  },
  live: {
    kind: 'flag',
    summary: 'Ask a cluster for all of it; with values, for all but the proxies that these make',
  },
  ...clusterOptions,
} as const satisfies Options;
