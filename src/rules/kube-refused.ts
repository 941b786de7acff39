import type { Chart } from '../chart/chart.ts';
import type { KubeDecision } from '../kube/decide.ts';
import { kubeOriginsOf } from '../kube/origins.ts';
import { printKube } from '../kube/print.ts';
import { refusalsOf } from '../kube/refusals.ts';
import { type Path, type Problem, parsePath } from '../problem.ts';
import { isAround } from './envoy.ts';
import { partsRefused } from './refused.ts';

/**
 * What the API server refuses in the objects that the control plane applies for a Gateway: results of merging and of
 * the listeners, and whatever else src/apiserver finds in the Deployment, at the field of the parameters that it comes
 * from.
 */
export function kubeRefusals(decision: KubeDecision, chart: Chart): Problem[] {
  const told = refusalsOf(decision, chart);
  const workload = printKube(decision)?.workload;
  if (workload === undefined) return told;
  const origins = kubeOriginsOf(workload.object);
  const known: Path[] = [...told, ...decision.problems].map(({ path = '' }) => parsePath(path));
  const isKnown = (path: Path): boolean => known.some((one) => one.length > 0 && isAround(one, path));
  const found = new Map<string, Problem>();
  for (const { path, message, hint, severity } of partsRefused(workload, chart)) {
    const origin = severity === 'error' ? origins.of(path) : undefined;
    if (origin === undefined || isKnown(origin)) continue;
    const about = { code: 'kube-object-refused', severity: 'warning', message, ...(hint && { hint }) } as const;
    found.set(JSON.stringify(origin), decision.sourceOf(origin).problem(about, origin));
  }
  return [...told, ...found.values()];
}
