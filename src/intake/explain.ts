/** The library's function about what values make as it is exported: it looks at its arguments first. */
import {
  explain as explainValues,
  type ExplainOptions as PlainExplainOptions,
  type ValueMapping,
} from '../verbs/explain.ts';
import type { KubeGatewayOptions, ObjectOption } from './kube.ts';
import { answer, type Loose, type LooseValues, valuesReaders, withOptions } from './library.ts';
import * as read from './options.ts';
import { kubeObjectReaders } from './sources.ts';

export type ExplainOptions = Loose<
  LooseValues<Omit<PlainExplainOptions, ObjectOption | 'controller' | 'isLenient'>>,
  'paths'
> &
  Partial<Pick<KubeGatewayOptions, ObjectOption>>;

const reader = read.options({ ...valuesReaders, ...kubeObjectReaders, paths: read.many(read.text) });

/**
 * The map between values and the objects that they make, both ways: of each value what it is, its layers with their places, and the parts
 * of objects that another value in its place changes; of each line of each object the values and the features of the chart that made it.
 * With `paths` only these values are looked at, and no lines. Secrets among the values are hidden. Nothing throws for bad input.
 */
export function explain(options?: ExplainOptions): ValueMapping {
  return answer(
    (problems): ValueMapping => ({ values: [], features: [], objects: [], problems, chartVersion: '' }),
    withOptions(options, reader, explainValues),
  );
}
