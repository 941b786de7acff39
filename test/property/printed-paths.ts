/**
 * Every path of the values that the chart prints as a string and that accepts any string, each with values that enable
 * its output. If Kubernetes accepts only certain strings (a pull policy, a quantity), all others are rejected.
 */
import type { Value, ValueMap } from '../../src/value.ts';

/** A string, or the key of a map, at a path; the other values enable its output. */
export interface PrintedPath {
  readonly name: string;
  readonly values: (text: string) => ValueMap;
  /** Strings that Envoy rejects there. */
  readonly refused?: RegExp;
  /** A release whose chart prints it. */
  readonly release: string;
}

const newest = '1.22.1';
const oldest = '1.5.0';

const at = (path: string, rest: ValueMap = {}, release = newest): PrintedPath => ({
  name: `${path} (${release})`,
  values: (text) => merge(rest, nest(path.split('/'), text)),
  release,
});
const keyAt = (path: string, value: Value, rest: ValueMap = {}, release = newest): PrintedPath => ({
  name: `a key of ${path} (${release})`,
  values: (text) => merge(rest, nest(path.split('/'), { ['' + text]: value })),
  release,
});

/** A path becomes a header's value. */
const inHeader = (path: PrintedPath): PrintedPath => ({ ...path, refused: /[\0\r\n]/ });

const proxy = 'gatewayProxies/gatewayProxy';
const pod = `${proxy}/podTemplate`;
const sds: ValueMap = { global: { istioSDS: { enabled: true } } };
const everywhere = [oldest, '1.8.20', '1.12.30', '1.17.0', newest];

export const printedPaths: readonly PrintedPath[] = [
  ...everywhere.flatMap((release) => [
    at(`${pod}/extraAnnotations/a`, {}, release),
    keyAt(`${pod}/extraAnnotations`, 'v', {}, release),
    at(`${pod}/extraGatewayProxyLabels/a`, {}, release),
    keyAt(`${pod}/extraGatewayProxyLabels`, 'v', {}, release),
    at(`${pod}/nodeName`, {}, release),
    at(`${pod}/nodeSelector/disk`, sds, release),
    keyAt(`${pod}/nodeSelector`, 'v', sds, release),
    at(`${pod}/tolerations/0/key`, sds, release),
    at(`${pod}/image/repository`, {}, release),
    at(`${pod}/image/registry`, {}, release),
    at(`${pod}/image/tag`, {}, release),
    at(`${pod}/image/pullSecret`, sds, release),
    at(`${pod}/extraPorts/0/name`, {}, release),
    at(
      `${pod}/customReadinessProbe/exec/command/0`,
      { gatewayProxies: { gatewayProxy: { podTemplate: { probes: true } } } },
      release,
    ),
    at(`${proxy}/kind/deployment/customEnv/0/value`, {}, release),
    at(`${proxy}/extraEnvoyArgs/0`, {}, release),
    at(`${proxy}/loopBackAddress`, graceful(), release),
    at(`${proxy}/configMap/data/a.txt`, {}, release),
    at(`${proxy}/configMap/data/envoy.yaml`, {}, release),
    keyAt(`${proxy}/configMap/data`, 'text', {}, release),
    at(`${proxy}/tracing/cluster/0/alt_stat_name`, {}, release),
    at('global/istioSDS/customSidecars/0/args/0', sds, release),
    at('global/istioSDS/customSidecars/0/env/0/value', sds, release),
    at('global/glooMtls/sds/image/repository', sds, release),
    at('k8s/clusterName', {}, release),
  ]),
  ...['1.8.20', '1.12.30', newest].flatMap((release) => [
    at(`${proxy}/envoyLogLevel`, {}, release),
    at(`${proxy}/envoyStaticClusters/0/alt_stat_name`, {}, release),
    // Envoy knows all fields except for those that it keeps for others.
    keyAt(`${proxy}/envoyStaticClusters/0/metadata/filter_metadata/own`, 'v', {}, release),
    at(`${proxy}/envoyBootstrapExtensions/0/typed_config/id`, {}, release),
    at(`${proxy}/extraVolumes/0/name`, {}, release),
    at(`${proxy}/extraProxyVolumeMounts/0/mountPath`, {}, release),
    at(`${proxy}/affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/0/topologyKey`, {}, release),
    at(`${proxy}/customStaticLayer/own`, {}, release),
    keyAt(`${proxy}/customStaticLayer`, true, {}, release),
    at(`${proxy}/istioMetaMeshId`, sds, release),
    at(`${proxy}/istioMetaClusterId`, sds, release),
    inHeader(
      at(
        `${proxy}/stats/routePrefixRewrite`,
        { gatewayProxies: { gatewayProxy: { stats: { enabled: true } } } },
        release,
      ),
    ),
    at(`${proxy}/kubeResourceOverride/metadata/annotations/a`, {}, release),
    keyAt(`${proxy}/kubeResourceOverride/metadata/annotations`, 'v', {}, release),
    at(`${proxy}/configMap/kubeResourceOverride/data/a.txt`, {}, release),
  ]),
  ...['1.12.30', newest].flatMap((release) => [
    at(`${proxy}/istioDiscoveryAddress`, sds, release),
    at(`${proxy}/xdsServiceAddress`, {}, release),
    at(`${proxy}/namespace`, {}, release),
    at('settings/writeNamespace', {}, release),
    at('global/glooMtls/istioProxy/image/tag', sds, release),
    at(
      'global/istioIntegration/istioSidecarRevTag',
      { global: { istioIntegration: { enableIstioSidecarOnGateway: true } } },
      release,
    ),
    at(`${proxy}/envoyOverloadManager/resourceMonitors/0/typed_config/id`, overload(), release),
    at('settings/aws/stsCredentialsRegion', { settings: { aws: { enableServiceAccountCredentials: true } } }, release),
    at(`${pod}/image/digest`, {}, release),
    inHeader(
      at(
        'global/glooStats/statsPrefixRewrite',
        { global: { glooStats: { enabled: true, enableStatsRoute: true } } },
        release,
      ),
    ),
  ]),
  at(`${proxy}/logLevel`, {}, '1.12.30'),
  at(`${proxy}/istioSpiffeCertProviderAddress`, sds),
  at(`${proxy}/envoyStatsConfig/stats_tags/0/regex`),
  at(`${proxy}/topologySpreadConstraints/0/topologyKey`),
  at(`${proxy}/kind/deployment/priorityClassName`),
  at(`${pod}/extraContainers/0/name`),
  at(`${pod}/extraInitContainers/0/command/0`),
  at(`${pod}/glooContainerSecurityContext/seLinuxOptions/level`),
  at(`${pod}/podSecurityContext/seLinuxOptions/user`, {
    gatewayProxies: { gatewayProxy: { podTemplate: { enablePodSecurityContext: true } } },
  }),
  at('global/additionalLabels/team'),
  keyAt('global/additionalLabels', 'v'),
  at('global/glooMtls/sds/logLevel', sds),
  at('global/glooMtls/istioProxy/logLevel', sds),
  at('global/glooMtls/sds/securityContext/seLinuxOptions/user', sds),
  at('global/glooMtls/sds/readinessProbe/exec/command/0', sds),
  at(`gatewayProxies/otherGw/podTemplate/extraAnnotations/a`),
];

function graceful(): ValueMap {
  const podTemplate = { probes: true, livenessProbeEnabled: true, gracefulShutdown: { enabled: true } };
  return { gatewayProxies: { gatewayProxy: { podTemplate } } };
}

function overload(): ValueMap {
  return { gatewayProxies: { gatewayProxy: { envoyOverloadManager: { enabled: true } } } };
}

/** Required fields of these lists' items. */
const needed: Readonly<Record<string, ValueMap>> = {
  cluster: { name: 'own' },
  customEnv: { name: 'OWN' },
  customSidecars: { name: 'own', image: 'own:1' },
  env: { name: 'OWN' },
  envoyBootstrapExtensions: {
    name: 'own',
    typed_config: { '@type': 'type.googleapis.com/envoy.config.core.v3.Node' },
  },
  envoyStaticClusters: { name: 'own' },
  extraContainers: { name: 'own', image: 'own:1' },
  extraInitContainers: { name: 'own', image: 'own:1' },
  extraPorts: { containerPort: 9000 },
  extraProxyVolumeMounts: { name: 'own', mountPath: '/own' },
  extraVolumes: { name: 'own', emptyDir: {} },
  requiredDuringSchedulingIgnoredDuringExecution: { topologyKey: 'zone' },
  resourceMonitors: {
    name: 'own',
    typed_config: { '@type': 'type.googleapis.com/envoy.config.core.v3.Node' },
  },
  topologySpreadConstraints: { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' },
};

function nest([first, ...rest]: readonly string[], value: Value): ValueMap {
  if (first === undefined) throw new RangeError('an empty path');
  const inner =
    rest.length === 0
      ? value
      : rest[0] === '0'
        ? [rest.length === 1 ? value : merge(needed[first] ?? {}, nest(rest.slice(1), value))]
        : nest(rest, value);
  return { [first]: inner };
}

function merge(a: ValueMap, b: ValueMap): ValueMap {
  const result: Record<string, Value> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const own = result[key];
    result[key] = isPlainMap(own) && isPlainMap(value) ? merge(own, value) : value;
  }
  return result;
}

function isPlainMap(value: Value | undefined): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
