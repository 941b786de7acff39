import type { Chart } from '../../chart/chart.ts';
import type { Path, Problem } from '../../problem.ts';
import type { ValueMap } from '../../value.ts';
import { contextOf, everyProxy, type ReleaseContext } from '../proxies.ts';
import { has, inside, mapIn, nothingFound, report } from '../scope.ts';
import { gatewaysOf } from './gateways.ts';
import type { Companion } from './object.ts';
import { autoscalersOf, budgetsOf } from './scaling.ts';
import { servicesOf } from './service.ts';
import { serviceAccountsOf } from './service-account.ts';

/** What the chart decides about all that stands around the proxies' workloads. */
export interface Companions {
  readonly objects: readonly Companion[];
  /** What is printed of the values: whole blocks, and single values. */
  readonly printed: { readonly blocks: readonly Path[]; readonly scalars: readonly Path[] };
  /** What the chart cannot use; with an error among them what is printed means nothing. */
  readonly problems: readonly Problem[];
}

/**
 * Decides about the Services, autoscalers, disruption budgets, service accounts and Gateways of all proxies together, since a
 * proxy's may depend on those before it. With `gateway.enabled` off only the Gateways are left. Nothing throws: what cannot be
 * used is among the problems.
 */
export function companionsOf(
  values: ValueMap,
  chart: Chart,
  release: { readonly name: string; readonly namespace: string },
): Companions {
  const found = nothingFound(chart.index);
  const context = contextOf({ map: values, path: [], found }, chart, release);
  const isOn = has(mapIn(context.values, 'gateway'), 'enabled');
  findElsewhere(context);
  const proxies = everyProxy(context);
  const objects = isOn
    ? [
        ...serviceAccountsOf(proxies, context),
        ...servicesOf(proxies, context),
        ...autoscalersOf(proxies),
        ...budgetsOf(proxies),
        ...gatewaysOf(proxies),
      ]
    : gatewaysOf(proxies);
  return { objects, printed: found.printed, problems: found.problems };
}

/** What other templates of the chart stumble over, with which Helm installs nothing. */
function findElsewhere({ chart, values, global }: ReleaseContext): void {
  if (chart.has('kubeGatewayRead')) inside(values, 'kubeGateway');
  if (!chart.has('extraCustomResources') || !has(global, 'extraCustomResources')) return;
  const message = 'global.extraCustomResources calls a template that only a wrapping chart has.';
  report(global, 'needs-wrapping-chart', 'extraCustomResources', message, 'Remove it.');
}
