import { kebabCase } from '../../go/kebab.ts';
import { overwritten, printed, truthy } from '../../go/template.ts';
import { isList, type Value, type ValueList, type ValueMap } from '../../value.ts';
import { readBare } from '../../yaml/bare.ts';
import { maps } from '../blocks.ts';
import { inherited, namespaceIn, objectLabels, type Proxy, type ReleaseContext, statsOf } from '../proxies.ts';
import { quotedMap } from '../quoted-map.ts';
import { comparedText, port, text, whole } from '../read.ts';
import { addProblem, deviate, has, inside, insideIfGiven, mapIn, reportWrongType, type Scope } from '../scope.ts';
import { type Companion, companion } from './object.ts';

/** A Service in front of a proxy. What is undefined is omitted. */
interface Service {
  readonly name: string;
  readonly namespace: string | null;
  readonly labels: ValueMap;
  readonly annotations: ValueMap | undefined;
  readonly externalIps: ValueList | undefined;
  readonly externalTrafficPolicy: { readonly value: string | null } | undefined;
  readonly ports: readonly ServicePort[];
  readonly customPorts: ValueList | undefined;
  readonly selector: ValueMap;
  readonly type: string | null;
  readonly clusterIp: { readonly value: string | null } | undefined;
  readonly loadBalancerIp: { readonly value: string | null } | undefined;
  readonly loadBalancerSourceRanges: ValueList | undefined;
}

interface ServicePort {
  readonly name: string | undefined;
  readonly port: number | null;
  readonly targetPort: { readonly value: number | null } | undefined;
  readonly protocol: 'TCP' | undefined;
  readonly nodePort: { readonly value: number | null } | undefined;
}

const noPort = { name: undefined, targetPort: undefined, protocol: undefined, nodePort: undefined };

/** The Services of all enabled proxies. Source: 8-gateway-proxy-service.yaml. */
export function servicesOf(proxies: readonly Proxy[], { chart, values }: ReleaseContext): Companion[] {
  const services: Companion[] = [];
  // The template copies the first proxy before it checks whether there are any.
  if (chart.has('inheritance') && (proxies.length > 0 || chart.has('serviceValuesLeak')))
    inside(insideIfGiven(values, 'gatewayProxies'), 'gatewayProxy');
  let isSpread = false;
  let leaked: ValueMap | undefined;
  for (const proxy of proxies) {
    const { disabled } = proxy;
    const spec = specOf(proxy, leaked);
    if (chart.has('serviceValuesLeak')) leaked = spec.map;
    const isDropped = chart.has('configMapOfDisabledProxy')
      ? false
      : chart.has('inheritance')
        ? has(spec, 'disabled')
        : disabled;
    // Read even if the Service that it is for does not exist.
    if (chart.has('resourceOverride') && has(mapIn(proxy.own, 'service'), 'configDumpService'))
      inside(mapIn(spec, 'service'), 'configDumpService');
    if (isDropped) continue;
    const main = mainService(proxy, spec);
    if (main.override !== undefined && chart.has('serviceValuesLeak') && chart.has('resourceOverrideFills')) {
      if (isSpread) deviate(mapIn(spec, 'service'), 'service-override-spreads', 'kubeResourceOverride');
      isSpread = true;
    }
    services.push(main, ...configDumpService(proxy, spec), ...monitoringService(proxy, spec));
  }
  return services;
}

/** A proxy's values as only this template sees them: nothing is omitted, and annotations may stay with their proxy. */
function specOf(proxy: Proxy, leaked: ValueMap | undefined): Scope {
  const { own, context } = proxy;
  const { chart, values } = context;
  if (!chart.has('inheritance')) return own;
  const all = mapIn(values, 'gatewayProxies');
  if (chart.has('inheritanceFillsEmpty')) return { ...own, map: inherited(own.map, all, context) };
  const base = leaked ?? baseOf(all, context);
  return { ...own, map: overwritten(base, own.map) };
}

function baseOf(all: Scope, { chart }: ReleaseContext): ValueMap {
  const base = mapIn(all, 'gatewayProxy');
  if (!chart.has('serviceOwnAnnotations')) return base.map;
  // The template removes the annotations from the Service's values, whatever they are.
  const { extraAnnotations: _, ...service } = inside(inside(all, 'gatewayProxy'), 'service').map;
  return { ...base.map, service };
}

function mainService(proxy: Proxy, given: Scope): Companion {
  const { key, own, context } = proxy;
  const { chart } = context;
  const isOverridden =
    chart.has('resourceOverride') && has(own, 'service') && has(mapIn(given, 'service'), 'kubeResourceOverride');
  const spec = { ...given, isOverridden };
  const service = inside(spec, 'service');
  const isOfType = (type: string): boolean => service.map['type'] === type;
  const { namespace, printedNamespace } = namespaceIn(spec, context);
  const name = nameOf(proxy, service);
  const facts: Service = {
    name,
    namespace: printedNamespace,
    labels: objectLabels(proxy),
    annotations: quotedMap(service, 'extraAnnotations'),
    externalIps: chart.has('externalIps') ? bareItems(service, 'externalIPs') : undefined,
    externalTrafficPolicy: givenText(service, 'externalTrafficPolicy'),
    ports: portsOf(proxy, spec, service),
    customPorts: maps(service, 'customPorts', 'ports'),
    selector: { 'gateway-proxy-id': proxy.name, 'gateway-proxy': 'live' },
    type: comparedText(service, 'type'),
    clusterIp: isOfType('ClusterIP') ? givenText(service, 'clusterIP') : undefined,
    loadBalancerIp: isOfType('LoadBalancer') ? givenText(service, 'loadBalancerIP') : undefined,
    loadBalancerSourceRanges: isOfType('LoadBalancer') ? bareItems(service, 'loadBalancerSourceRanges') : undefined,
  };
  const overridden = chart.has('resourceOverride') && has(own, 'service') ? service : undefined;
  return companion({ kind: 'Service', name, namespace, proxy: key }, facts, service, overridden);
}

function nameOf({ name }: Proxy, service: Scope): string {
  const given = service.map['name'] ?? null;
  if (!truthy(given)) return name;
  if (typeof given !== 'string') reportWrongType(service, 'name', 'a string', given);
  const printedName = kebabCase(printed(given));
  if (readBare(printedName) !== printedName)
    deviate(service, 'bare-name', 'name', { what: 'The name', value: JSON.stringify(printedName) });
  return printedName;
}

function givenText(scope: Scope, key: string): { readonly value: string | null } | undefined {
  return has(scope, key) ? { value: text(scope, key) } : undefined;
}

/** The ports in order, which matters to some load balancers. */
function portsOf({ context: { chart, global } }: Proxy, spec: Scope, service: Scope): ServicePort[] {
  const pod = inside(spec, 'podTemplate');
  // The template reads a variable, which may be null; any other value that is not a map makes it fail.
  const readSettings = (spec.map['gatewaySettings'] ?? null) === null ? mapIn : inside;
  const settings = chart.has('gatewaysDecideServicePorts') ? readSettings(spec, 'gatewaySettings') : undefined;
  const portFor = (name: 'http' | 'https', disabled: string): ServicePort[] => {
    if (settings !== undefined && has(settings, disabled)) return [];
    const hasNodePort = service.map['type'] === 'NodePort' && has(service, `${name}NodePort`);
    return [
      {
        name,
        port: port(service, `${name}Port`),
        targetPort: { value: port(pod, `${name}Port`) },
        protocol: 'TCP',
        nodePort: hasNodePort ? { value: whole(service, `${name}NodePort`) } : undefined,
      },
    ];
  };
  const http = portFor('http', 'disableHttpGateway');
  const https = portFor('https', 'disableHttpsGateway');
  const failover = insideIfGiven(spec, 'failover');
  const ports = has(service, 'httpsFirst') ? [...https, ...http] : [...http, ...https];
  if (has(failover, 'enabled')) {
    const number = port(failover, 'port');
    ports.push({
      name: 'failover',
      port: number,
      targetPort: { value: number },
      protocol: 'TCP',
      nodePort: { value: whole(failover, 'nodePort') },
    });
  }
  if (chart.has('serviceMonitorPort') && has(inside(global, 'glooStats'), 'serviceMonitor'))
    ports.push({ ...noPort, name: 'http-monitoring', port: 8081 });
  return ports;
}

/** A list whose items the chart prints without quotes. */
function bareItems(scope: Scope, key: string): ValueList | undefined {
  const value = scope.map[key] ?? null;
  if (!truthy(value)) return undefined;
  if (!isList(value)) {
    reportWrongType(scope, key, 'a list', value);
    return undefined;
  }
  return value.map((item, index): Value => {
    const read = readBare(printed(item), 'item');
    if (typeof read === 'string') return read;
    addProblem(
      { ...scope, path: [...scope.path, key, index] },
      'error',
      {
        code: 'wrong-type',
        message: `Each item of ${key} must be a string.`,
        hint: `Put quotes into the value: '"…"'.`,
      },
      undefined,
    );
    return null;
  });
}

function configDumpService(proxy: Proxy, spec: Scope): Companion[] {
  const { key, name: id, own, context } = proxy;
  const { chart } = context;
  if (!chart.has('configDumpService') || !has(spec, 'readConfig') || !has(spec, 'readConfigMulticluster')) return [];
  const isShared = chart.has('configDumpServiceShared');
  const name = isShared ? 'gateway-proxy-config-dump-service' : `${id}-config-dump-service`;
  const selector: ValueMap = { gloo: 'gateway-proxy', ...(isShared ? {} : { 'gateway-proxy-id': id }) };
  const facts = plainService(proxy, spec, { name, selector, ports: [{ ...noPort, port: 8082, protocol: 'TCP' }] });
  const service = mapIn(spec, 'service');
  const ownService = mapIn(own, 'service');
  const overridden =
    chart.has('resourceOverride') && has(ownService, 'configDumpService')
      ? mapIn(service, 'configDumpService')
      : undefined;
  const { namespace } = namespaceIn(spec, context);
  return [companion({ kind: 'Service', name, namespace, proxy: key }, facts, service, overridden)];
}

function monitoringService(proxy: Proxy, spec: Scope): Companion[] {
  const { key, name: id, context } = proxy;
  const stats = statsOf(spec, context.global);
  if (!context.chart.has('podMonitorPort') || !has(stats, 'enabled') || !has(stats, 'serviceMonitorEnabled')) return [];
  const name = `${id}-monitoring-service`;
  const selector = { gloo: 'gateway-proxy', 'gateway-proxy-id': id };
  const facts = plainService(proxy, spec, {
    name,
    selector,
    ports: [{ ...noPort, name: 'http-monitoring', port: 8081 }],
  });
  const { namespace } = namespaceIn(spec, context);
  return [companion({ kind: 'Service', name, namespace, proxy: key }, facts, stats)];
}

/** A cluster-internal Service; the values only decide whether it exists. */
function plainService(proxy: Proxy, spec: Scope, parts: Pick<Service, 'name' | 'selector' | 'ports'>): Service {
  const { chart } = proxy.context;
  const { app, ...labels } = objectLabels(proxy);
  return {
    ...parts,
    namespace: namespaceIn(spec, proxy.context).printedNamespace,
    labels: chart.has('labelledServices')
      ? { app: app ?? null, ...labels }
      : chart.has('configDumpServiceShared')
        ? { gloo: 'gateway-proxy' }
        : labels,
    annotations: undefined,
    externalIps: undefined,
    externalTrafficPolicy: undefined,
    customPorts: undefined,
    type: 'ClusterIP',
    clusterIp: undefined,
    loadBalancerIp: undefined,
    loadBalancerSourceRanges: undefined,
  };
}
