import { truthy } from '../../go/template.ts';
import { isMap, type Value, type ValueMap } from '../../value.ts';
import { readYaml } from '../../yaml/read.ts';
import { writeYaml } from '../../yaml/write.ts';
import { chartLabels, namespaceIn, type Proxy, type ReleaseContext } from '../proxies.ts';
import { bareText, block, port, scalar } from '../read.ts';
import { deviate, has, inside, insideIfGiven, mapIn, noteBlock, remark, type Scope } from '../scope.ts';
import { type Companion, companion } from './object.ts';

/** One of the Gateways that the chart creates for a proxy. What is undefined is omitted. */
interface Gateway {
  readonly name: string;
  readonly namespace: string | null;
  readonly labels: ValueMap;
  readonly annotations: ValueMap | undefined;
  readonly bindAddress: '0.0.0.0' | '::';
  readonly bindPort: number | null;
  readonly proxy: string;
  readonly failover: { readonly secret: string | null; readonly namespace: string } | undefined;
  readonly hybrid: ValueMap | undefined;
  readonly http: ValueMap | string | undefined;
  readonly plainHttp: boolean;
  readonly options: ValueMap | undefined;
  readonly useProxyProto: Value;
  readonly ssl: boolean;
}

/**
 * The text for a Gateway: the object, if there is one, and whether it follows the previous one without a document
 * marker.
 */
interface Written {
  readonly gateway: Companion | undefined;
  readonly runsOn: boolean;
}

const offGateway: Written = { gateway: undefined, runsOn: false };

/** The Gateways of all proxies. Source: 8-default-gateways.yaml, later _8-default-gateways.tpl. */
export function gatewaysOf(proxies: readonly Proxy[]): Companion[] {
  const [first] = proxies;
  if (first === undefined) return [];
  const { context } = first;
  if (context.chart.has('gatewaysInJob') && isJobOff(context)) {
    findUnapplied(context, 'writes no Gateways either');
    return [];
  }
  const written = proxies.flatMap(writtenFor);
  const found: Companion[] = [];
  let emptyBefore = 0;
  for (const { gateway, runsOn } of written) {
    if (gateway === undefined) {
      emptyBefore++;
      continue;
    }
    // Two objects in one document share their keys, and the later ones count.
    if (runsOn) found.pop();
    findGlued(gateway, context, emptyBefore);
    emptyBefore = 0;
    found.push(gateway);
  }
  if (found.length > 0 && context.chart.has('gatewaysInConfigMap') && isJobOff(context))
    findUnapplied(context, 'leaves the Gateways in a ConfigMap that nothing applies');
  if (context.chart.has('gatewaysInJob')) for (const gateway of found) findExpanded(gateway);
  return found;
}

function writtenFor(proxy: Proxy): Written[] {
  const { own, spec, context } = proxy;
  const { chart } = context;
  const disabler = chart.has('ownGatewayDisabled') ? own : spec;
  const isDisabled = !chart.has('configMapOfDisabledProxy') && has(disabler, 'disabled');
  if (!has(spec, 'gatewaySettings') || isDisabled) return [];
  const settings = insideIfGiven(spec, 'gatewaySettings');
  const isOn = !chart.has('gatewaysEnabled') || has(settings, 'enabled');
  const written: Written[] = [];
  const isLeftOut = (key: string): boolean => chart.has('partialGateways') && has(settings, key);
  if (!has(settings, 'disableGeneratedGateways')) {
    const runsOn = chart.has('gatewaysRunTogether');
    if (!isLeftOut('disableHttpGateway'))
      written.push({ gateway: isOn ? httpGateway(proxy, settings, false) : undefined, runsOn });
    else if (chart.has('sslGatewayOnMarker')) written.push(offGateway);
    if (!isLeftOut('disableHttpsGateway'))
      written.push({ gateway: isOn ? httpGateway(proxy, settings, true) : undefined, runsOn: false });
    else if (chart.has('sslGatewayOnMarker')) written.push(offGateway);
  }
  if (has(insideIfGiven(spec, 'failover'), 'enabled'))
    written.push({
      gateway: isOn ? failoverGateway(proxy, settings) : undefined,
      runsOn: chart.has('failoverReplacesGateway'),
    });
  else if (chart.has('sslGatewayOnMarker')) written.push(offGateway);
  return written;
}

function httpGateway(proxy: Proxy, settings: Scope, ssl: boolean): Companion {
  const { key, spec, context } = proxy;
  const { chart } = context;
  const own = customGateway(settings, ssl ? 'customHttpsGateway' : 'customHttpGateway', context);
  const isTraced = own === undefined && chart.has('gatewayTracing') && has(spec, 'tracing');
  const http = own ?? (isTraced ? tracingOf(proxy) : undefined);
  const hybrid = chart.has('hybridGateways')
    ? block(settings, ssl ? 'httpsHybridGateway' : 'httpHybridGateway')
    : undefined;
  const isWritten = http !== undefined || !isTraced;
  const options = optionsOf(settings, context);
  const facts: Gateway = {
    ...commonFacts(proxy, settings, ssl ? '-ssl' : ''),
    bindPort: port(inside(spec, 'podTemplate'), ssl ? 'httpsPort' : 'httpPort'),
    failover: undefined,
    hybrid: hybrid && withoutWritten(hybrid, isWritten, options !== undefined),
    http: truthy(http) ? http : undefined,
    plainHttp: !isTraced && http === undefined,
    options,
    useProxyProto: scalar(settings, 'useProxyProto'),
    ssl,
    ...(ssl && !chart.has('sslGatewayNamespace') ? { namespace: context.releaseNamespace } : {}),
  };
  const identity = { kind: 'Gateway', name: facts.name, namespace: facts.namespace ?? '', proxy: key } as const;
  const overridden = chart.has('resourceOverride') ? settings : undefined;
  return companion(identity, facts, settings, overridden, ssl ? 'httpsGatewayKubeOverride' : 'httpGatewayKubeOverride');
}

/**
 * Before the API server knew the fields of a Gateway it also accepted a string for them, which Gloo then cannot read.
 */
function customGateway(settings: Scope, key: string, { chart }: ReleaseContext): ValueMap | string | undefined {
  const value = settings.map[key] ?? null;
  if (chart.has('gatewaySchema') || typeof value !== 'string' || value === '') return block(settings, key);
  const message = `${key} is a string, which the API server accepts but Gloo cannot read: it must be a map.`;
  remark(settings, 'wrong-type', key, message, `Write the fields below ${key}, without | behind it.`);
  return value;
}

/** A duplicate key counts as it is written last. */
function withoutWritten(hybrid: ValueMap, http: boolean, options: boolean): ValueMap | undefined {
  const written = new Set(['useProxyProto', 'ssl', 'proxyNames']);
  if (http) written.add('httpGateway');
  if (options) written.add('options');
  const kept = Object.entries(hybrid).filter(([name]) => !written.has(name));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function tracingOf({ spec, context: { chart, values } }: Proxy): ValueMap | undefined {
  const tracing = insideIfGiven(spec, 'tracing');
  if (!has(tracing, 'provider')) return undefined;
  const first = mapIn(mapIn(values, 'gatewayProxies'), 'gatewayProxy');
  const holder = chart.has('gatewayTracingOfFirst') ? inside(first, 'tracing') : tracing;
  noteBlock(holder, 'provider');
  return { options: { httpConnectionManagerSettings: { tracing: holder.map['provider'] ?? null } } };
}

function optionsOf(settings: Scope, { chart }: ReleaseContext): ValueMap | undefined {
  const options = block(settings, 'options');
  const logs = chart.has('accessLoggingService') && has(settings, 'accessLoggingService');
  if (logs) noteBlock(settings, 'accessLoggingService');
  const whole: ValueMap = {
    ...options,
    ...(logs ? { accessLoggingService: settings.map['accessLoggingService'] ?? null } : {}),
  };
  if (options === undefined) return logs ? whole : undefined;
  if (chart.has('deepGatewayOptions') && logs) deviate(settings, 'gateway-options-indentation', 'options');
  return chart.has('unevenGatewayOptions') ? (asIndented(options, logs, settings) ?? whole) : whole;
}

/** What YAML reads from options whose first line is indented by two spaces more than the others. */
function asIndented(options: ValueMap, logs: boolean, settings: Scope): ValueMap | undefined {
  const lines = writeYaml(options)
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`));
  const text = `options:\n  ${lines.join('\n')}${logs ? '    accessLoggingService: {}\n' : ''}`;
  const { value, problems } = readYaml({ name: 'options', text });
  const read = isMap(value) && problems.every(({ severity }) => severity !== 'error') ? value['options'] : undefined;
  if (isMap(read)) return read;
  deviate(settings, 'gateway-options-indentation', 'options');
  return undefined;
}

function failoverGateway(proxy: Proxy, settings: Scope): Companion {
  const { key, spec, context } = proxy;
  const failover = insideIfGiven(spec, 'failover');
  const facts: Gateway = {
    ...commonFacts(proxy, settings, '-failover'),
    bindPort: port(failover, 'port'),
    failover: { secret: bareText(failover, 'secretName'), namespace: context.releaseNamespace },
    hybrid: undefined,
    http: undefined,
    plainHttp: false,
    options: undefined,
    useProxyProto: null,
    ssl: false,
  };
  const identity = { kind: 'Gateway', name: facts.name, namespace: facts.namespace ?? '', proxy: key } as const;
  return companion(identity, facts, failover, context.chart.has('resourceOverride') ? failover : undefined);
}

function commonFacts(
  { name, spec, context }: Proxy,
  settings: Scope,
  ending: string,
): Pick<Gateway, 'name' | 'namespace' | 'labels' | 'annotations' | 'bindAddress' | 'proxy'> {
  const isHook = context.chart.has('gatewaysAsHooks') && mayBeRefused(context);
  return {
    name: `${name}${ending}`,
    namespace: namespaceIn(spec, context).printedNamespace,
    labels: {
      ...chartLabels(context),
      ...(isHook ? { created_by: 'gloo-install', 'app.kubernetes.io/managed-by': 'Helm' } : {}),
    },
    annotations: isHook ? hookAnnotations(context) : undefined,
    bindAddress: has(settings, 'ipv4Only') ? '0.0.0.0' : '::',
    proxy: name,
  };
}

function mayBeRefused({ values }: ReleaseContext): boolean {
  const gateway = inside(values, 'gateway');
  if (!has(gateway, 'enabled')) return false;
  const validation = inside(gateway, 'validation');
  return (
    has(validation, 'enabled') &&
    has(inside(validation, 'webhook'), 'enabled') &&
    validation.map['failurePolicy'] === 'Fail'
  );
}

function hookAnnotations({ releaseName, releaseNamespace }: ReleaseContext): ValueMap {
  return {
    'meta.helm.sh/release-name': releaseName,
    'meta.helm.sh/release-namespace': releaseNamespace,
    'helm.sh/hook': 'post-install,post-upgrade',
    'helm.sh/hook-weight': '10',
  };
}

/** An override's text has no line break at the start, so it may end up on the line of its marker. */
function findGlued(
  { overridden, override, kind, facts }: Companion,
  { chart }: ReleaseContext,
  emptyBefore: number,
): void {
  const scope = { ...overridden, path: overridden.path.slice(0, -1) };
  const key = String(overridden.path.at(-1));
  const isLost = emptyBefore % 2 === 1;
  if (chart.has('sslGatewayOnMarker') && isLost && 'ssl' in facts && facts.ssl === true)
    deviate(scope, 'gateway-behind-disabled-one', undefined);
  if (!truthy(override)) return;
  if (chart.has('gatewaysInConfigMap')) deviate(scope, 'gateway-override-on-marker', key);
  else if (!chart.has('gatewaysInJob') && isLost) deviate(scope, 'override-behind-empty-object', key, { kind });
}

function isJobOff({ chart, values }: ReleaseContext): boolean {
  return chart.has('rolloutJobOptional') && !has(mapIn(mapIn(values, 'gateway'), 'rolloutJob'), 'enabled');
}

/** The rollout Job applies the Gateways, and may be turned off. */
function findUnapplied({ values }: ReleaseContext, consequence: string): void {
  const job = mapIn(mapIn(values, 'gateway'), 'rolloutJob');
  const message = `Without the rollout Job the chart of this release ${consequence}.`;
  remark(
    job,
    'gateways-not-applied',
    'enabled',
    message,
    'Set gateway.rolloutJob.enabled: true, or apply Gateways of your own.',
  );
}

/** What a shell changes in a here-document whose delimiter is not quoted. */
function findExpanded({ facts, override, values }: Companion): void {
  const text = JSON.stringify([facts, override ?? null]);
  if (/\$[\w{(@*#?!$-]|`/.test(text))
    deviate({ ...values, path: values.path.slice(0, -1) }, 'gateway-read-by-shell', String(values.path.at(-1)));
}
