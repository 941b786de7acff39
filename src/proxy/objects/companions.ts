import type { Chart } from '../../chart/chart.ts';
import type { Path, Problem } from '../../problem.ts';
import { isMap, type ValueMap, valueAt } from '../../value.ts';
import { contextOf, everyProxy, type ReleaseContext } from '../proxies.ts';
import { has, inside, mapIn, nothingFound, report } from '../scope.ts';
import { gatewaysOf } from './gateways.ts';
import type { Companion } from './object.ts';
import { autoscalersOf, budgetsOf } from './scaling.ts';
import { servicesOf } from './service.ts';
import { serviceAccountsOf } from './service-account.ts';

/** What the chart decides about everything around the proxies' workloads. */
export interface Companions {
  readonly objects: readonly Companion[];
  /** What is printed from the values: whole blocks, and single values. */
  readonly printed: { readonly blocks: readonly Path[]; readonly scalars: readonly Path[] };
  /** What the chart cannot use; with an error among them, what is printed is meaningless. */
  readonly problems: readonly Problem[];
}

/**
 * Decides about the Services, autoscalers, disruption budgets, service accounts and Gateways of all proxies together,
 * since a proxy's may depend on those before it. With `gateway.enabled` off only the Gateways are left. Never throws:
 * what cannot be used is among the problems.
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

/** Maps of the chart's defaults that its other templates read without checking that they exist. */
const readElsewhere = (
  'accessLogger crds discovery discovery.deployment gateway.certGenJob gateway.deployment gateway.proxyServiceAccount ' +
  'gateway.serviceAccount gateway.validation global.glooRbac global.image gloo gloo.deployment gloo.serviceAccount ingress ' +
  'k8s kubeGateway.portal namespace settings.aws settings.integrations'
)
  .split(' ')
  .map((path) => path.split('.'));

/** What makes other templates of the chart fail, so that Helm installs nothing. */
function findElsewhere({ chart, values, global }: ReleaseContext): void {
  if (chart.has('kubeGatewayRead')) inside(values, 'kubeGateway');
  const paths = [
    ...readElsewhere,
    ...(chart.has('discoveryAccountRead') ? [['discovery', 'serviceAccount']] : []),
    ...(chart.has('gatewaysInJob') || chart.has('gatewaysInConfigMap')
      ? ['cleanupJob', 'rolloutJob'].map((key) => ['gateway', key])
      : []),
  ];
  const defaults = chart.defaults();
  for (const path of paths) {
    const isRead = isMap(valueAt(defaults, ...path)) && (valueAt(values.map, ...path) ?? null) === null;
    const holder = path.slice(0, -1);
    // A map that is missing altogether is reported once.
    if (isRead && isMap(valueAt(values.map, ...holder))) inside(holder.reduce(mapIn, values), path.at(-1) ?? '');
  }
  if (!chart.has('extraCustomResources') || !has(global, 'extraCustomResources')) return;
  const message = 'global.extraCustomResources calls a template that only a wrapping chart has.';
  report(global, 'needs-wrapping-chart', 'extraCustomResources', message, 'Remove it.');
}
