import { printed, truthy } from '../../go/template.ts';
import { described } from '../../schema/check-words.ts';
import { isMap, type Value, type ValueMap } from '../../value.ts';
import { readBare } from '../../yaml/bare.ts';
import { readYaml } from '../../yaml/read.ts';
import { writeYaml } from '../../yaml/write.ts';
import { block } from '../blocks.ts';
import { chartLabels, namespaceIn, type Proxy, type ReleaseContext } from '../proxies.ts';
import { bareText, port, scalar } from '../read.ts';
import { deviate, has, inside, insideIfGiven, mapIn, noteBlock, remark, type Scope } from '../scope.ts';
import { gatewaysIn, offGateway, type Written } from './gateway-documents.ts';
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
  readonly failover: { readonly reference: ValueMap } | undefined;
  readonly hybrid: ValueMap | undefined;
  readonly http: Value | undefined;
  readonly plainHttp: boolean;
  readonly options: Value | undefined;
  readonly useProxyProto: Value;
  readonly ssl: boolean;
}

/** The Gateways of all proxies. Source: 8-default-gateways.yaml, later _8-default-gateways.tpl. */
export function gatewaysOf(proxies: readonly Proxy[]): Companion[] {
  const [first] = proxies;
  if (first === undefined) return [];
  const { context } = first;
  if (context.chart.has('gatewaysInJob') && isJobOff(context)) {
    findUnapplied(context, 'writes no Gateways either');
    return [];
  }
  if (context.chart.has('inheritance')) inside(mapIn(context.values, 'gatewayProxies'), 'gatewayProxy');
  const written = proxies.flatMap(writtenFor);
  const found = gatewaysIn(written, context);
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
  const own = anyBlock(settings, ssl ? 'customHttpsGateway' : 'customHttpGateway', context);
  const isTraced = own === undefined && chart.has('gatewayTracing') && has(spec, 'tracing');
  const http = own ?? (isTraced ? tracingOf(proxy) : undefined);
  const hybrid = chart.has('hybridGateways')
    ? block(settings, ssl ? 'httpsHybridGateway' : 'httpHybridGateway')
    : undefined;
  const isWritten = http !== undefined || !isTraced;
  const options = optionsOf(settings, context);
  const common = commonFacts(proxy, settings, ssl ? '-ssl' : '');
  const facts: Gateway = {
    bindPort: bindPort(proxy, inside(spec, 'podTemplate'), ssl ? 'httpsPort' : 'httpPort'),
    failover: undefined,
    hybrid: hybrid && withoutWritten(hybrid, isWritten, options !== undefined),
    http: truthy(http) ? http : undefined,
    plainHttp: !isTraced && http === undefined,
    options,
    useProxyProto: scalar(settings, 'useProxyProto'),
    ssl,
    ...common,
    namespace: ssl && !chart.has('sslGatewayNamespace') ? context.releaseNamespace : common.namespace,
  };
  const identity = { kind: 'Gateway', name: facts.name, namespace: facts.namespace ?? '', proxy: key } as const;
  const overridden = chart.has('resourceOverride') ? settings : undefined;
  return companion(identity, facts, settings, overridden, ssl ? 'httpsGatewayKubeOverride' : 'httpGatewayKubeOverride');
}

/** Before the API server knew the fields of a Gateway it accepted any value for them, which Gloo then cannot read. */
function anyBlock(settings: Scope, key: string, { chart }: ReleaseContext): Value | undefined {
  const value = settings.map[key] ?? null;
  if (chart.has('gatewaySchema') || isMap(value) || !truthy(value)) return block(settings, key);
  const isWritten = typeof value === 'string' && value.includes(':');
  const hint = isWritten ? `Write the fields below ${key}, without | behind it.` : 'Write it as a map.';
  remarkUnread(settings, key, value, 'a map', hint);
  return value;
}

function remarkUnread(scope: Scope, key: string, value: Value, wanted: string, hint: string): void {
  const message = `${key} is ${described(value)}, which the API server takes and Gloo cannot read: it must be ${wanted}.`;
  remark(scope, 'wrong-type', key, message, hint);
}

/** A Gateway alone may be without a port; a proxy's pod and Service may not. */
function bindPort({ disabled, context }: Proxy, scope: Scope, key: string): number | null {
  const isAlone = disabled || !has(mapIn(context.values, 'gateway'), 'enabled');
  const value = scope.map[key] ?? null;
  if (!isAlone || (value !== null && value !== '')) return port(scope, key);
  remark(
    scope,
    'missing-value',
    key,
    `${key} is missing: the listener of this Gateway is on a port of Envoy's choice.`,
  );
  return null;
}

/** The name of a Secret, as the same API server accepted it. */
function secretOf(failover: Scope, { chart }: ReleaseContext): Value {
  const value = failover.map['secretName'] ?? null;
  const read = readBare(printed(value));
  if (chart.has('gatewaySchema') || typeof read === 'string' || read === null || read === undefined)
    return bareText(failover, 'secretName');
  remarkUnread(failover, 'secretName', value, 'a string', 'Write the name of a Secret.');
  return read;
}

/** The last of duplicate keys counts, so those that the chart itself writes later are dropped. */
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

function optionsOf(settings: Scope, context: ReleaseContext): Value | undefined {
  const { chart } = context;
  const logging = chart.has('accessLoggingService') ? anyBlock(settings, 'accessLoggingService', context) : undefined;
  const options = logging === undefined ? anyBlock(settings, 'options', context) : block(settings, 'options');
  if (options !== undefined && !isMap(options)) return options;
  const logs = logging === undefined ? {} : { accessLoggingService: logging };
  const whole: ValueMap = { ...options, ...logs };
  if (options === undefined) return logging && whole;
  if (chart.has('deepGatewayOptions') && logging !== undefined)
    deviate(settings, 'gateway-options-indentation', 'options');
  return chart.has('unevenGatewayOptions') ? (asIndented(options, logging !== undefined, settings) ?? whole) : whole;
}

/** What YAML reads from options whose first line is indented two spaces more than the others. */
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
    bindPort: bindPort(proxy, failover, 'port'),
    failover: { reference: { name: secretOf(failover, context), namespace: context.releaseNamespace } },
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
  const createdBy = context.chart.has('createdByWithHyphen') ? 'created-by' : 'created_by';
  return {
    name: `${name}${ending}`,
    namespace: namespaceIn(spec, context).printedNamespace,
    labels: chartLabels(
      context,
      isHook ? { [createdBy]: 'gloo-install', 'app.kubernetes.io/managed-by': 'Helm' } : undefined,
    ),
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
