import { jsonName } from '../go/json-name.ts';
import { describeKind, isList, isMap, lookupTable, textOf, type Value, type ValueMap } from '../value.ts';
import { readYaml } from '../yaml/read.ts';

type FieldType = 'string' | 'integer' | 'boolean' | 'duration' | 'choice' | 'map' | 'strings' | 'map of strings';

/** The fields of Istio's ProxyConfig (mesh/v1alpha1), of every version from 1.6 to 1.30. */
const fields: Readonly<Record<string, FieldType>> = lookupTable(
  Object.fromEntries(
    Object.entries({
      string:
        'configPath binaryPath serviceCluster discoveryAddress zipkinAddress statsdUdpAddress envoyMetricsServiceAddress availabilityZone ' +
        'customConfigFile proxyBootstrapTemplatePath meshId',
      integer: 'proxyAdminPort statNameLength concurrency statusPort fileFlushMinSizeKb',
      boolean: 'holdApplicationUntilProxyStarts',
      duration:
        'drainDuration parentShutdownDuration discoveryRefreshDelay connectTimeout terminationDrainDuration fileFlushInterval',
      choice: 'tracingServiceName controlPlaneAuthPolicy interceptionMode',
      map:
        'tracing sds envoyAccessLogService envoyMetricsService readinessProbe proxyStatsMatcher gatewayTopology image privateKeyProvider ' +
        'proxyHeaders statsCompression',
      strings: 'extraStatTags caCertificatesPem',
      'map of strings': 'proxyMetadata runtimeValues',
    }).flatMap(([type, names]) => names.split(' ').map((name) => [name, type as FieldType] as const)),
  ),
);

/** PROXY_CONFIG as the agent reads it; undefined if it is not a map. */
export function readProxyConfig(text: string): ValueMap | undefined {
  const { value } = readYaml({ name: 'PROXY_CONFIG', text });
  return isMap(value) ? value : undefined;
}

/** The address of istiod in a PROXY_CONFIG; undefined if it has none, or cannot be read. */
export function discoveryAddressIn(text: string): string | undefined {
  return textOf(readProxyConfig(text)?.['discoveryAddress']) || undefined;
}

/** How the agent's Envoy authenticates istiod, if a PROXY_CONFIG says so: by name, or by the number in the protocol. */
export function controlPlanePolicyIn(text: string): 'NONE' | 'MUTUAL_TLS' | undefined {
  const config = readProxyConfig(text) ?? {};
  const policy = config['controlPlaneAuthPolicy'] ?? config['control_plane_auth_policy'];
  if (policy === undefined || policy === null) return undefined;
  if (policy === 'NONE' || Number(policy) === 0) return 'NONE';
  return policy === 'MUTUAL_TLS' || Number(policy) === 1 ? 'MUTUAL_TLS' : undefined;
}

/** Whether a field exists, in lower camel case or with underscores. */
export function isProxyConfigField(name: string): boolean {
  return jsonName(name) in fields;
}

/**
 * Why Istio's agent cannot read a PROXY_CONFIG, and so does not start: `is not a YAML map`, or the first field of
 * another type. Only what every version refuses, whether it reads with jsonpb (up to 1.11) or protojson; fields inside
 * messages are not checked.
 */
export function proxyConfigFault(text: string): string | undefined {
  if (text.trim() === '') return undefined;
  const config = readProxyConfig(text);
  if (config === undefined) return 'is not a YAML map';
  const misfit = misfitIn(config);
  return misfit === undefined ? undefined : `cannot be read (${misfit})`;
}

function misfitIn(config: ValueMap): string | undefined {
  for (const [name, value] of Object.entries(config)) {
    const type = fields[jsonName(name)];
    if (type === undefined || value === null) continue;
    const wrong = (path: string, must: string, found: Value): string =>
      `${path} must be ${must}, but is ${describeKind(found)}`;
    if (type === 'map of strings') {
      if (!isMap(value)) return wrong(name, 'a map of strings', value);
      const bad = Object.entries(value).find(([, item]) => typeof item !== 'string' && item !== null);
      if (bad !== undefined) return wrong(`${name}.${bad[0]}`, 'a string', bad[1]);
    } else if (type === 'strings') {
      if (!isList(value)) return wrong(name, 'a list of strings', value);
      const bad = value.findIndex((item) => typeof item !== 'string');
      if (bad >= 0) return wrong(`${name}[${bad}]`, 'a string', value[bad] ?? null);
    } else if (!fits[type][1](value)) return wrong(name, fits[type][0], value);
  }
  return undefined;
}

const isWhole = (text: string): boolean => /^-?\d{1,10}$/.test(text) && Math.abs(Number(text)) < 2 ** 31;

const fits: Readonly<
  Record<Exclude<FieldType, 'strings' | 'map of strings'>, readonly [string, (value: Value) => boolean]>
> = {
  string: ['a string', (value) => typeof value === 'string'],
  integer: ['an integer', (value) => ['string', 'number', 'bigint'].includes(typeof value) && isWhole(String(value))],
  boolean: ['a boolean', (value) => typeof value === 'boolean'],
  duration: [
    'a duration such as 45s',
    (value) => typeof value === 'string' && /^-?(?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h))+$/.test(value),
  ],
  choice: ['a name', (value) => typeof value === 'string' || typeof value === 'number'],
  map: ['a map', isMap],
};
