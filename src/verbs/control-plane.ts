import type { Chart } from '../chart/chart.ts';
import { filled, overwritten, printed, truthy } from '../go/template.ts';
import { isKubeAtLeast } from '../helm/capabilities.ts';
import { glooOf } from '../istio/gloo/release.ts';
import { containersOf } from '../objects/workload.ts';
import { mutualConfigMap, mutualPodOf } from '../proxy/objects/mtls-sidecars.ts';
import { contextOf, type ReleaseContext } from '../proxy/proxies.ts';
import { nothingFound } from '../proxy/scope.ts';
import { isList, isMap, mapAt, mapsIn, type Value, type ValueMap, valueAt } from '../value.ts';
import { readBare } from '../yaml/bare.ts';
import type { Prepared } from './prepare.ts';

/** The input for the objects outside the proxies. */
type Prerequisites = Pick<Prepared, 'values' | 'chart' | 'release' | 'capabilities'>;

interface Inputs extends Omit<Prerequisites, 'release'> {
  readonly namespace: string;
}

/**
 * What Istio's and mTLS values change outside the proxies, in parts of objects: the Namespace's labels for Istio, the
 * Settings' addresses and Istio options (none if the chart makes none), labels, environment and sidecars of Gloo's
 * Deployments, and which Jobs create certificates. Overrides are merged over them. Source: templates 0-namespace,
 * 1-gloo-deployment, 3-discovery-deployment, 5-gateway-deployment, 6.5-gateway-certgen-*, 18-settings and
 * 19-gloo-mtls-*.
 */
export function controlPlaneObjects({ release, ...known }: Prerequisites): readonly ValueMap[] {
  const { namespace } = release;
  const { values, chart } = known;
  const inputs = { ...known, namespace };
  const isMutual = on(values, 'global', 'glooMtls', 'enabled');
  const settings = settingsOf(inputs);
  return [
    namespaceOf(inputs),
    settings === undefined ? undefined : { ...settings, spec: { gloo: mapAt(settings, 'spec', 'gloo') } },
    isMutual ? mutualConfigMap(quietContextOf(inputs)) : undefined,
    glooDeployment(inputs),
    on(values, 'discovery', 'enabled') ? deploymentOf(inputs, 'discovery') : undefined,
    chart.has('gatewayDeployment') && on(values, 'gateway', 'enabled') ? deploymentOf(inputs, 'gateway') : undefined,
    ...certificateJobs(inputs),
  ].filter((object) => object !== undefined);
}

/** The same for users: each is marked as partial, so that it is not mistaken for the whole object. */
export function partialControlPlane(prepared: Prerequisites): ValueMap[] {
  const annotations = { 'glistio/partial': "Only what Istio's and mTLS values change. Do not apply." };
  return controlPlaneObjects(prepared).map((object) => ({
    ...object,
    metadata: { ...mapAt(object, 'metadata'), annotations },
  }));
}

/** The configuration of Gloo itself: its Settings and its environment. */
export function controlPlaneInputs({ release, ...known }: Prerequisites): readonly ValueMap[] {
  const inputs = { ...known, namespace: release.namespace };
  const gloo = glooDeployment(inputs);
  const own = containersOf(gloo).filter(({ name }) => name === 'gloo');
  const settings = settingsOf(inputs);
  const deployment = { ...gloo, spec: { template: { spec: { containers: own } } } };
  return settings === undefined ? [deployment] : [settings, deployment];
}

/** What the chart cannot use is reported with the objects around the proxies. */
function quietContextOf({ values, chart, namespace }: Inputs): ReleaseContext {
  return contextOf({ map: values, path: [], found: nothingFound(chart.index) }, chart, { name: '', namespace });
}

function on(values: ValueMap, ...path: readonly string[]): boolean {
  return truthy(valueAt(values, ...path));
}

/** What YAML reads from a value that the chart prints without quotes. */
function bare(value: Value | undefined): Value {
  return readBare(printed(value)) ?? null;
}

const injection = 'sidecar.istio.io/inject';
const revision = 'istio.io/rev';

function namespaceOf({ values, chart, namespace }: Inputs): ValueMap | undefined {
  if (!on(values, 'namespace', 'create')) return undefined;
  const mesh = mapAt(values, 'global', 'istioIntegration');
  const isLabelled = knowsIntegration(chart) && truthy(mesh['labelInstallNamespace']);
  const labels: ValueMap =
    chart.has('sidecarRevision') && truthy(mesh['istioSidecarRevTag'])
      ? { [revision]: bare(mesh['istioSidecarRevTag']) }
      : { 'istio-injection': 'enabled' };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, ...(isLabelled ? { labels } : {}) } };
}

function knowsIntegration(chart: Chart): boolean {
  return chart.has('autoinjectionAnnotation') || chart.has('autoinjectionLabel');
}

/** The Settings, as far as they concern Istio, mTLS and the namespaces that Gloo watches. */
export function settingsOf({ values, chart, namespace }: Omit<Inputs, 'capabilities'>): ValueMap | undefined {
  const own = mapAt(values, 'settings');
  if (!truthy(own['create'])) return undefined;
  const watched = truthy(own['singleNamespace'])
    ? [namespace]
    : isList(own['watchNamespaces'])
      ? own['watchNamespaces'].map(printed)
      : [];
  const object: ValueMap = {
    ...{ apiVersion: 'gloo.solo.io/v1', kind: 'Settings', metadata: { name: 'default', namespace } },
    spec: {
      discoveryNamespace: truthy(own['writeNamespace']) ? printed(own['writeNamespace']) : namespace,
      ...(watched.length === 0 ? {} : { watchNamespaces: watched }),
      ...(isList(own['watchNamespaceSelectors']) ? { watchNamespaceSelectors: own['watchNamespaceSelectors'] } : {}),
      gloo: { ...addressesOf(values, chart), ...istioOptions(values, chart) },
    },
  };
  const whole = laidOver(object, own['kubeResourceOverride'], chart);
  const spec = mapAt(whole, 'spec');
  const shown = ['discoveryNamespace', 'watchNamespaces', 'watchNamespaceSelectors'];
  const gloo = picked(mapAt(spec, 'gloo'), ['xdsBindAddr', 'restXdsBindAddr', 'enableRestEds', 'istioOptions']);
  return { ...identityOf(whole), spec: { ...picked(spec, shown), gloo } };
}

function addressesOf(values: ValueMap, chart: Chart): ValueMap {
  const isMutual = on(values, 'global', 'glooMtls', 'enabled');
  const ports = mapAt(values, 'gloo', 'deployment');
  const rest = valueAt(values, 'settings', 'enableRestEds');
  const isSaid = chart.has('restEdsSetting') && (!isMutual || chart.has('restEdsWithGlooMtls'));
  return {
    xdsBindAddr: isMutual ? '127.0.0.1:9999' : `0.0.0.0:${printed(ports['xdsPort'])}`,
    restXdsBindAddr: isMutual ? '127.0.0.1:9998' : `0.0.0.0:${printed(ports['restXdsPort'])}`,
    ...(isSaid ? { enableRestEds: truthy(rest) || chart.has('bareRestEds') ? bare(rest) : false } : {}),
  };
}

function istioOptions(values: ValueMap, chart: Chart): ValueMap {
  const integration = mapAt(values, 'global', 'istioIntegration');
  const control = glooOf(chart.release);
  if (!control.has('istioOptionsField')) return {};
  const isEither = chart.has('istioIntegrationSidecars') && !chart.has('istioIntegrationCluster');
  const isIntegrated = truthy(integration['enabled']) || (isEither && on(values, 'global', 'istioSDS', 'enabled'));
  return {
    istioOptions: {
      appendXForwardedHost: bare(integration['appendXForwardedHost']),
      ...(control.has('autoMtls') ? { enableAutoMtls: bare(integration['enableAutoMtls']) } : {}),
      ...(control.has('autoMtlsBySettings') ? { enableIntegration: isIntegrated } : {}),
    },
  };
}

function glooDeployment(inputs: Inputs): ValueMap {
  const { values, chart } = inputs;
  const isMutual = on(values, 'global', 'glooMtls', 'enabled');
  const control = glooOf(chart.release);
  const hasSidecar =
    control.has('sidecarEndpoints') && on(values, 'global', 'istioIntegration', 'enableIstioSidecarOnGateway');
  const isBySds = control.has('autoMtls') && !control.has('autoMtlsBySettings');
  const told = [
    isBySds && on(values, 'global', 'istioSDS', 'enabled') ? 'GG_EXPERIMENTAL_ISTIO_MTLS_SDS_ENABLED' : '',
    hasSidecar ? `ENABLE_ISTIO_${chart.has('integrationVariable') ? 'INTEGRATION' : 'SIDECAR_ON_GATEWAY'}` : '',
    isMutual && chart.has('sdsVariableOfGloo') ? 'GLOO_MTLS_SDS_ENABLED' : '',
  ].filter((name) => name !== '');
  const variables = (names: readonly string[]): ValueMap[] => names.map((name) => ({ name, value: 'true' }));
  const { sidecars, own, ...volumes } = mutualPodOf(quietContextOf(inputs));
  const spec = { ...volumes, containers: [...sidecars, { name: 'gloo', ...own, env: variables(told) }] };
  return deploymentOf(inputs, 'gloo', { spec });
}

const mutualSidecars: readonly Value[] = ['envoy-sidecar', 'sds'];
const shownOfContainers = ['name', 'env', 'ports', 'readinessProbe', 'livenessProbe', 'volumeMounts'];

function deploymentOf(inputs: Inputs, name: 'gloo' | 'discovery' | 'gateway', own: ValueMap = {}): ValueMap {
  const { values, chart, namespace } = inputs;
  const object: ValueMap = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace } };
  const override = valueAt(values, name, 'deployment', 'kubeResourceOverride');
  const whole = laidOver({ ...object, spec: { template: { ...podMetadata(inputs, name), ...own } } }, override, chart);
  const pod = mapAt(whole, 'spec', 'template');
  const spec = picked(mapAt(pod, 'spec'), ['volumes', 'containers']);
  const containers = mapsIn(spec['containers']).map((one) =>
    mutualSidecars.includes(one['name'] ?? null) ? one : picked(one, shownOfContainers),
  );
  const template = {
    ...aboutMesh(mapAt(pod, 'metadata')),
    ...(truthy(spec) ? { spec: { ...spec, ...(containers.length === 0 ? {} : { containers }) } } : {}),
  };
  return { ...identityOf(whole), ...(truthy(template) ? { spec: { template } } : {}) };
}

/** How a pod requests or refuses Istio's injection: with a label, in older releases with an annotation. */
function podMetadata({ values, chart }: Inputs, name: 'gloo' | 'discovery' | 'gateway'): ValueMap {
  if (!knowsIntegration(chart)) return {};
  const mesh = mapAt(values, 'global', 'istioIntegration');
  const isWanted = name === 'discovery' && truthy(mesh['whitelistDiscovery']);
  const holder = chart.has('autoinjectionLabel') ? 'labels' : 'annotations';
  if (isWanted && chart.has('sidecarRevision') && truthy(mesh['istioSidecarRevTag']))
    return { metadata: { labels: { [revision]: bare(mesh['istioSidecarRevTag']) } } };
  if (!isWanted && !truthy(mesh['disableAutoinjection'])) return {};
  const own = valueAt(values, name, 'deployment', 'stats');
  const stats = truthy(own) ? mapAt(own) : mapAt(values, 'global', 'glooStats');
  if (chart.has('autoinjectionWithStats') && name !== 'discovery' && !truthy(stats['enabled'])) return {};
  return { metadata: { [holder]: { [injection]: isWanted ? 'true' : 'false' } } };
}

function aboutMesh(metadata: ValueMap): ValueMap {
  const kept = Object.entries(metadata).flatMap(([holder, entries]) => {
    const about = picked(mapAt(entries), [injection, revision]);
    return truthy(about) ? [[holder, about] as const] : [];
  });
  return kept.length === 0 ? {} : { metadata: Object.fromEntries(kept) };
}

/** The Jobs that create certificates, and whether Istio is configured to leave their pods alone. */
function certificateJobs(inputs: Inputs): ValueMap[] {
  const { values, chart } = inputs;
  const isMutual = on(values, 'global', 'glooMtls', 'enabled');
  const job = mapAt(values, 'gateway', 'certGenJob');
  const cron = mapAt(job, 'cron');
  const validates = on(values, 'gateway', 'enabled') && on(values, 'gateway', 'validation', 'enabled');
  const hasWebhook = validates && on(values, 'gateway', 'validation', 'webhook', 'enabled');
  const renews = truthy(cron['enabled']);
  const all = [
    { name: 'gateway-certgen', isThere: validates && truthy(job['enabled']), over: job['kubeResourceOverride'] },
    { name: 'gloo-mtls-certgen', isThere: isMutual, over: job['mtlsKubeResourceOverride'] },
    {
      name: 'gateway-certgen-cronjob',
      isThere: chart.has('webhookCertgenCronJob') && hasWebhook && renews,
      over: cron['validationWebhookKubeResourceOverride'],
    },
    {
      name: 'gloo-mtls-certgen-cronjob',
      isThere: chart.has('mtlsCertgenCronJob') && isMutual && renews,
      over: cron['mtlsKubeResourceOverride'],
    },
  ];
  return all.filter(({ isThere }) => isThere).map(({ name, over }) => jobOf(inputs, name, over));
}

function jobOf(inputs: Inputs, name: string, override: Value | undefined): ValueMap {
  const { values, chart, namespace } = inputs;
  const isOff = on(values, 'global', 'istioIntegration', 'disableAutoinjection');
  const isLabelled = chart.has('jobsLeftAlone') || (isOff && chart.has('certgenFollowsAutoinjection'));
  const isAnnotated = isOff && knowsIntegration(chart) && name === 'gateway-certgen' && !isLabelled;
  const said = { [injection]: 'false' };
  const metadata = isLabelled ? { labels: said } : isAnnotated ? { annotations: said } : {};
  const isRepeated = name.endsWith('-cronjob');
  const around = (spec: ValueMap): ValueMap => (isRepeated ? { jobTemplate: { spec } } : spec);
  const identity = {
    apiVersion: 'batch/v1',
    kind: isRepeated ? 'CronJob' : 'Job',
    metadata: { name, namespace },
  };
  const own = around({ template: { metadata }, ...timeToLive(inputs, name) });
  const whole = laidOver({ ...identity, spec: own }, override, chart);
  const spec = mapAt(whole, 'spec', ...(isRepeated ? ['jobTemplate', 'spec'] : []));
  const template = aboutMesh(mapAt(spec, 'template', 'metadata'));
  const kept = { ...(truthy(template) ? { template } : {}), ...picked(spec, ['ttlSecondsAfterFinished']) };
  return { ...identityOf(whole), ...(truthy(kept) ? { spec: around(kept) } : {}) };
}

/** When Kubernetes removes a finished Job. */
function timeToLive({ values, chart, capabilities }: Inputs, name: string): ValueMap {
  const job = mapAt(values, 'gateway', 'certGenJob');
  const { setTtlAfterFinished: isWanted = null, ttlSecondsAfterFinished: seconds } = job;
  if (chart.has('certgenTtlUnlessOff'))
    return (isWanted === null || truthy(isWanted)) && truthy(seconds) ? { ttlSecondsAfterFinished: bare(seconds) } : {};
  const isByKube = chart.has('certgenTtlByKubernetes');
  if (isByKube ? !isKubeAtLeast(capabilities, 12) : !chart.has('certgenTtl')) return {};
  if (isByKube && name !== 'gateway-certgen') return { ttlSecondsAfterFinished: 60 };
  return truthy(isWanted) ? { ttlSecondsAfterFinished: bare(seconds) } : {};
}

function laidOver(object: ValueMap, override: Value | undefined, chart: Chart): ValueMap {
  if (!chart.has('resourceOverride') || !isMap(override) || !truthy(override)) return object;
  return chart.has('resourceOverrideFills') ? filled(override, object) : overwritten(object, override);
}

/** The name of an object, which an override may change. */
function identityOf(object: ValueMap): ValueMap {
  return {
    ...picked(object, ['apiVersion', 'kind']),
    metadata: picked(mapAt(object, 'metadata'), ['name', 'namespace']),
  };
}

function picked(map: ValueMap, keys: readonly string[]): ValueMap {
  return Object.fromEntries(keys.flatMap((key) => (map[key] === undefined ? [] : [[key, map[key]] as const])));
}
