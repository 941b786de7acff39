import type { Chart } from '../../chart/chart.ts';
import { truthy } from '../../go/template.ts';
import { type FoundProblem, formatPath, type Path, type Problem } from '../../problem.ts';
import { isMap, type ValueMap, valueIn } from '../../value.ts';
import { printCompanion } from '../print.ts';
import { contextOf, everyProxy, type Proxy, type ReleaseContext } from '../proxies.ts';
import { reportingTo } from '../reading.ts';
import { gradeReplaced } from '../replaced.ts';
import { deviate, has, inside, insideIfGiven, mapIn, nothingFound, type PrintedPlaces, report } from '../scope.ts';
import { defaultProfileOf } from '../security.ts';
import { gatewaysOf } from './gateways.ts';
import { mutualPodOf } from './mtls-sidecars.ts';
import type { Companion } from './object.ts';
import { autoscalersOf, budgetsOf } from './scaling.ts';
import { servicesOf } from './service.ts';
import { serviceAccountsOf } from './service-account.ts';
import { findInSettings, findRevision } from './settings.ts';

/** What the chart decides about everything around the proxies' workloads. */
export interface Companions {
  readonly objects: readonly Companion[];
  /** What is printed from the values: whole blocks, and single values. */
  readonly printed: PrintedPlaces;
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
  const proxies = isOn ? everyProxy(context) : readForGateways(context);
  const objects = isOn
    ? [
        ...serviceAccountsOf(proxies, context),
        ...servicesOf(proxies, context),
        ...autoscalersOf(proxies),
        ...budgetsOf(proxies),
        ...gatewaysOf(proxies),
      ]
    : gatewaysOf(proxies);
  if (found.pending.length > 0)
    gradeReplaced(found, {
      before: objects.map((object) => printCompanion({ ...object, override: undefined }, { chart }).text),
      after: objects.map((object) => printCompanion(object, { chart }).text),
    });
  return { objects, printed: found.printed, problems: found.problems };
}

/** The proxies as only the Gateways' template reads them: what makes the other templates fail is not reached. */
function readForGateways(context: ReleaseContext): Proxy[] {
  const { values, global, chart } = context;
  const unread = nothingFound(chart.index);
  const quiet = { ...context, values: { ...values, found: unread }, global: { ...global, found: unread } };
  const proxies = everyProxy(quiet).map((proxy) => reportingTo(values.found, proxy));
  // This template also requires each to be a map.
  const isOfProxies = ({ path = '' }: FoundProblem): boolean => /^gatewayProxies(?:\.[^.]*)?$/.test(path);
  values.found.problems.push(...unread.problems.filter(isOfProxies));
  return proxies;
}

/** Maps of the chart's defaults whose fields its other templates read without checking that the map exists. */
const readElsewhere: readonly { readonly when: readonly Path[]; readonly maps: readonly Path[] }[] = [
  readWith(
    [],
    'crds discovery gateway.certGenJob gateway.certGenJob.cron gateway.certGenJob.image ' +
      'gateway.deployment gateway.deployment.image gateway.validation global.glooMtls ' +
      'global.glooRbac global.image global.istioIntegration gloo gloo.deployment gloo.deployment.image gloo.serviceAccount ingress ' +
      'kubeGateway.portal namespace settings settings.integrations settings.integrations.knative',
  ),
  readWith(['gateway.enabled'], 'gateway.proxyServiceAccount gateway.serviceAccount k8s settings.aws'),
  readWith(['gateway.enabled', 'gateway.validation.enabled'], 'gateway.validation.webhook'),
  readWith(['discovery.enabled'], 'discovery.deployment discovery.deployment.image'),
  readWith(
    ['global.glooMtls.enabled'],
    'global.glooMtls.envoy global.glooMtls.envoy.image global.glooMtls.sds global.glooMtls.sds.image',
  ),
];

function readWith(when: readonly string[], maps: string): { readonly when: Path[]; readonly maps: Path[] } {
  return { when: when.map((path) => path.split('.')), maps: maps.split(' ').map((path) => path.split('.')) };
}

/** What makes other templates of the chart fail, so that Helm installs nothing. */
function findElsewhere(context: ReleaseContext): void {
  const { chart, values, global } = context;
  if (chart.has('kubeGatewayRead')) inside(values, 'kubeGateway');
  const isOn = (path: Path): boolean => truthy(valueIn(values.map, path));
  const paths: Path[] = [];
  for (const { when, maps } of readElsewhere) if (when.every(isOn)) paths.push(...maps);
  // The Service for discovery's statistics reads it, even if discovery is off.
  if (chart.has('podMonitorPort')) paths.push(['discovery', 'deployment']);
  if (isOn(['gateway', 'enabled']) || chart.has('resourceOverride')) paths.push(['accessLogger']);
  if (chart.has('discoveryAccountRead')) paths.push(['discovery', 'serviceAccount']);
  if (chart.has('gatewaysInJob') || chart.has('gatewaysInConfigMap'))
    for (const job of ['cleanupJob', 'rolloutJob']) paths.push(['gateway', job], ['gateway', job, 'image']);
  const defaults = chart.defaults();
  for (const path of paths) {
    if (isMap(valueIn(values.map, path)) || !isMap(valueIn(defaults, path))) continue;
    const holder = path.slice(0, -1);
    // A map that is missing altogether is reported once.
    if (isMap(valueIn(values.map, holder)))
      inside(
        holder.reduce((scope, key) => mapIn(scope, String(key)), values),
        String(path.at(-1)),
      );
  }
  findInSettings(values, chart);
  findRevision(values, chart);
  if (chart.has('podSecurityStandards'))
    defaultProfileOf(insideIfGiven(insideIfGiven(global, 'podSecurityStandards'), 'container'));
  const mtls = mapIn(global, 'glooMtls');
  const hasImage = (name: string): boolean => isMap(mapIn(mtls, name).map['image']);
  if (has(mtls, 'enabled') && hasImage('envoy') && hasImage('sds')) mutualPodOf(context);
  if (chart.has('kubeSdsOnOneLine') && isOn(['kubeGateway', 'enabled'])) {
    for (const [scope, key] of [
      [mtls, 'sdsResources'],
      [mapIn(mtls, 'sds'), 'securityContext'],
    ] as const)
      if (has(scope, key)) deviate(scope, 'kube-sds-on-one-line', key, { path: formatPath([...scope.path, key]) });
  }
  if (!chart.has('extraCustomResources') || !has(global, 'extraCustomResources')) return;
  const message = 'global.extraCustomResources calls a template that only a wrapping chart has.';
  report(global, 'needs-wrapping-chart', 'extraCustomResources', message, 'Remove it.');
}
