import { truthy } from '../go/template.ts';
import { formatPath } from '../problem.ts';
import type { Companion, CompanionKind } from '../proxy/objects/object.ts';
import { isList, isMap, mapAt, mapsIn, textOf, type Value, type ValueMap } from '../value.ts';
import { companionMetadataOf } from './companion-metadata.ts';
import type { RuleMatch } from './match.ts';
import { companionsOfKind, type PrintedCompanion, type RuleChecks, type Subject } from './rule.ts';
import { autoscalerVersionOf, boundsOf, budgetLimitsOf, budgetVersionOf, evictionsOf } from './scaling.ts';
import { metricsOf } from './scaling-metrics.ts';
import {
  nodePortRangeOf,
  nodePortsOf,
  serviceAddressesOf,
  serviceFieldsOf,
  servicePortPath,
} from './service-fields.ts';

/** Problems with the objects around the proxies' workloads: what the API server refuses, or what does not work. */
export const companionRules = {
  'autoscaler-bounds': (subject) => each(subject, 'HorizontalPodAutoscaler', boundsOf),
  'autoscaler-metric': (subject) => each(subject, 'HorizontalPodAutoscaler', (one) => metricsOf(one, subject)),
  'autoscaler-version': (subject) =>
    each(subject, 'HorizontalPodAutoscaler', (one) => autoscalerVersionOf(one, subject)),
  'budget-with-both-limits': (subject) => each(subject, 'PodDisruptionBudget', budgetLimitsOf),
  'budget-version': (subject) => each(subject, 'PodDisruptionBudget', (one) => budgetVersionOf(one, subject)),
  'budget-without-eviction': (subject) => each(subject, 'PodDisruptionBudget', (one) => evictionsOf(one, subject)),
  'companion-metadata': function* ({ companions }) {
    for (const one of companions) yield* companionMetadataOf(one);
  },
  'node-port-range': (subject) => each(subject, 'Service', nodePortRangeOf),
  'node-port-twice': nodePortsOf,
  'object-name-twice': twinsOf,
  'port-without-listener': (subject) => each(subject, 'Service', (one) => deadPortsOf(one, subject)),
  'probe-without-health-check': probesOf,
  'service-address': (subject) => each(subject, 'Service', serviceAddressesOf),
  'service-field': (subject) => each(subject, 'Service', serviceFieldsOf),
  'service-ports': (subject) => each(subject, 'Service', portsOf),
} satisfies RuleChecks;

function* each(
  subject: Subject,
  kind: CompanionKind,
  find: (one: PrintedCompanion) => Iterable<RuleMatch>,
): Iterable<RuleMatch> {
  for (const one of companionsOfKind(subject, kind)) yield* find(one);
}

function* twinsOf({ companions, known }: Subject): Iterable<RuleMatch> {
  // Two proxies with the same name are reported themselves; repeating it for each of their objects would be noise.
  const same = new Set(known.filter(({ code }) => code === 'same-name').map(({ path }) => formatPath(path)));
  const seen = new Map<string, Companion>();
  for (const { decided, object } of companions) {
    const { name, namespace = decided.namespace } = mapAt(object, 'metadata');
    const key = JSON.stringify([decided.kind, namespace, name]);
    const twin = seen.get(key);
    seen.set(key, decided);
    const before = twin?.proxy;
    if (twin === undefined || before === undefined || before === decided.proxy) continue;
    if ([before, decided.proxy].some((proxy) => same.has(formatPath(['gatewayProxies', proxy])))) continue;
    const message = `The ${decided.kind} ${String(name)} of ${decided.proxy} has the same name as that of ${before}, and the install fails.`;
    // The other proxies inherit the name of gatewayProxy.
    const other = decided.proxy === 'gatewayProxy' ? before : decided.proxy;
    const path = [...decided.values.path, 'name'];
    const renamed = [decided, twin].find(({ override }) => textOf(mapAt(override, 'metadata')['name']) !== undefined);
    if (renamed !== undefined) {
      yield { path: [...renamed.overridden.path, 'metadata', 'name'], message, hint: 'Remove it.' };
      continue;
    }
    if (decided.kind === 'Service' && truthy(decided.values.map['name'])) {
      const own = formatPath(['gatewayProxies', other, 'service', 'name']);
      yield { path, message, hint: `Set ${own}: ${String(name)}-2.` };
    } else yield { path: ['gatewayProxies', other], at: 'key', message, hint: 'Choose another key.' };
  }
}

function* deadPortsOf({ decided, object }: PrintedCompanion, subject: Subject): Iterable<RuleMatch> {
  const pod = subject.pods.find(({ proxy }) => proxy?.key === decided.proxy);
  const gateways = companionsOfKind(subject, 'Gateway').filter((one) => one.decided.proxy === decided.proxy);
  // Without Gateways of the chart's own, others listen on unknown ports.
  if (pod === undefined || gateways.length === 0) return;
  const bound = new Set<Value>(gateways.map((one) => mapAt(one.object, 'spec')['bindPort'] ?? null));
  const inPod = pod.containers.flatMap((container) => container.ports);
  const known = new Set<Value>(inPod.flatMap(({ value }) => [value['containerPort'] ?? null, value['name'] ?? null]));
  for (const port of mapsIn(mapAt(object, 'spec')['ports'])) {
    const target = port['targetPort'] ?? port['port'] ?? null;
    const path = servicePortPath(decided, port);
    const isCustom = path.includes('customPorts') || !['http', 'https', 'failover'].includes(String(port['name']));
    if (target === null || bound.has(target) || (isCustom && known.has(target)) || isAdmin(target)) continue;
    const message = `Port ${String(port['port'])} of ${decided.name} leads to ${String(target)}, where nothing listens.`;
    yield {
      path,
      message,
      hint: isCustom
        ? `Add ${typeof target === 'string' ? 'a port named' : 'containerPort'} ${String(target)} to podTemplate.extraPorts, and apply a Gateway of your own that listens there.`
        : listenerFor(String(port['name']), target, gateways, mapAt(pod.proxy?.spec.map, 'gatewaySettings')),
    };
  }
}

/** The hint: how to have a Gateway listen on the target of the port for HTTP, HTTPS or failover. */
function listenerFor(name: string, target: Value, gateways: readonly PrintedCompanion[], settings: ValueMap): string {
  const own = gateways.find(({ decided, object }) => {
    const { ssl, httpGateway } = mapAt(object, 'spec');
    const isFailover = decided.values.path.at(-1) === 'failover';
    if (isFailover || name === 'failover') return isFailover && name === 'failover';
    return (ssl === true) === (name === 'https') && httpGateway !== undefined;
  });
  const apply = `pply a Gateway of your own with bindPort ${String(target)}.`;
  const bindPort = mapAt(own?.object, 'spec')['bindPort'];
  const isTaken = gateways.some((one) => one !== own && mapAt(one.object, 'spec')['bindPort'] === bindPort);
  if (typeof bindPort === 'number' && !isTaken)
    return `Set ${name === 'failover' ? 'failover.port' : `podTemplate.${name}Port`}: ${bindPort}.`;
  const disabler = name === 'https' ? 'disableHttpsGateway' : 'disableHttpGateway';
  return truthy(settings[disabler]) ? `Set gatewaySettings.${disabler}: false, or a${apply}` : `A${apply}`;
}

/** Where Envoy serves its metrics and the read-only part of its admin interface. */
function isAdmin(target: Value): boolean {
  return target === 8081 || target === 8082;
}

function* probesOf(subject: Subject): Iterable<RuleMatch> {
  for (const pod of subject.pods) {
    const probe = mapAt(pod.proxy?.pod.map, 'customReadinessProbe', 'httpGet');
    const path = textOf(probe['path']);
    if (pod.proxy === undefined || path === undefined || pod.proxy.pod.map['probes'] !== true) continue;
    const gateways = companionsOfKind(subject, 'Gateway').filter(({ decided }) => decided.proxy === pod.proxy?.key);
    const asked = gateways.find(({ object }) => mapAt(object, 'spec')['bindPort'] === probe['port']);
    if (asked === undefined) continue;
    const isHttps = mapAt(asked.object, 'spec')['ssl'] === true;
    const checked = mapAt(asked.object, 'spec', 'httpGateway', 'options', 'healthCheck')['path'];
    if (checked === path) continue;
    const other =
      typeof checked === 'string' ? `, but its health check is on ${checked}` : ', which has no health check';
    yield {
      path: [...pod.path, 'podTemplate', 'customReadinessProbe'],
      message: `The readiness probe asks Gateway ${asked.decided.name} for ${path}${other}: unless a route serves it, the pods never become ready.`,
      hint: `Set gatewaySettings.${isHttps ? 'customHttpsGateway' : 'customHttpGateway'}.options.healthCheck.path: ${path}.`,
    };
  }
}

function* portsOf({ decided, object }: PrintedCompanion): Iterable<RuleMatch> {
  const ports = mapAt(object, 'spec')['ports'] ?? null;
  const { values, name } = decided;
  if (!isList(ports) || ports.length === 0) {
    const message = `${name} has no port: the API server rejects it.`;
    yield {
      path: values.path,
      message,
      hint: 'Set gatewaySettings.disableHttpGateway: false, or use service.customPorts.',
    };
    return;
  }
  const seen = new Set<string>();
  for (const port of ports.filter(isMap)) {
    const isNamed = port['name'] !== undefined && port['name'] !== null;
    const number = `${String(port['port'])}/${String(port['protocol'] ?? 'TCP')}`;
    const keys = [number, ...(isNamed ? [`name ${String(port['name'])}`] : [])];
    const twice = keys.find((key) => seen.has(key));
    for (const key of keys) seen.add(key);
    const path = servicePortPath(decided, port);
    if (twice !== undefined)
      yield {
        path,
        message: `${name} has port ${twice} twice: the API server rejects it.`,
        hint: 'Give it another number and name.',
      };
    else if (!isNamed && ports.length > 1)
      yield {
        path,
        message: `Port ${number} of ${name} has no name, which is required when there are several ports: the API server rejects it.`,
        hint: 'Give it a name.',
      };
  }
}
