import type { Chart } from '../chart/chart.ts';
import { hasErrors } from '../problem.ts';
import { decide } from '../proxy/decide.ts';
import { companionsOf } from '../proxy/objects/companions.ts';
import { type Manifest, print, printCompanion } from '../proxy/print.ts';
import { proxiesOf } from '../proxy/proxies.ts';
import type { ValueMap } from '../value.ts';

/** Renders the objects of all proxies and those around them; undefined if the chart cannot use the values. */
export function drawProxies(
  values: ValueMap,
  chart: Chart,
  release: { readonly name: string; readonly namespace: string },
): { readonly own: readonly Manifest[]; readonly around: readonly Manifest[] } | undefined {
  const { proxies, problems } = proxiesOf(values, chart, release);
  const decisions = proxies.map(decide);
  const companions = companionsOf(values, chart, release);
  if ([problems, companions.problems, ...decisions.map((one) => one.problems)].some(hasErrors)) return undefined;
  const printed = decisions.map(print).flatMap(({ configMap, workload }) => [configMap, workload]);
  return {
    own: printed.filter((one) => one !== undefined),
    around: companions.objects.map((object) => printCompanion(object, { chart })),
  };
}
