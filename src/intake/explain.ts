/** The exported library function for explaining values: it validates its arguments first. */
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
 * Maps values to the objects that they affect, and back: for each value its meaning, its layers with their places, and
 * the parts of objects that depend on it; for each line of each object the values and chart features that caused it.
 * With `paths`, only these values are explained, without lines. Secrets in the values are hidden. Never throws for
 * invalid input.
 */
export function explain(options?: ExplainOptions): ValueMapping {
  return answer(
    (problems): ValueMapping => ({ values: [], features: [], objects: [], problems, chartVersion: '' }),
    withOptions(options, reader, explainValues),
  );
}
