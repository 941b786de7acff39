import { truthy } from '../go/template.ts';
import { formatPath, type Path } from '../problem.ts';
import type { CompanionKind } from '../proxy/objects/object.ts';
import { equal, isList, isMap, listOf, mapAt, mapsIn, textOf, type Value, type ValueMap } from '../value.ts';
import { companionMetadataOf } from './companion-metadata.ts';
import type { RuleMatch } from './match.ts';
import { companionsOfKind, type PrintedCompanion, type Rule, type Subject } from './rule.ts';
import { autoscalerVersionOf, boundsOf, budgetLimitsOf, budgetVersionOf, evictionsOf } from './scaling.ts';
import { nodePortRangeOf, nodePortsOf, serviceAddressesOf, serviceFieldsOf } from './service-fields.ts';

/** In manifests only pods and bootstraps are checked. */
const otherObjects = 'In manifests, only pods and Envoy’s bootstraps are checked.';

/** Problems with the objects around the proxies' workloads: what the API server refuses, or what does not work. */
export const companionRules: readonly Rule[] = [
  {
    code: 'autoscaler-bounds',
    severity: 'error',
    valuesOnly: otherObjects,
    summary: 'An autoscaler whose minimum and maximum contradict each other.',
    help: 'The API server refuses an autoscaler whose `maxReplicas` is missing, below 1, or below `minReplicas`, and a `minReplicas` below 1.',
    find: (subject) => each(subject, 'HorizontalPodAutoscaler', boundsOf),
  },
  {
    code: 'autoscaler-version',
    severity: 'error',
    valuesOnly: otherObjects,
    summary: 'An API version of autoscalers that only old versions of Kubernetes serve, or none.',
    help:
      '`horizontalPodAutoscaler.apiVersion` is printed unchanged, and the chart writes metrics and behaviour only for the versions that it knows. ' +
      'Kubernetes serves `autoscaling/v1` in every version, `autoscaling/v2` from 1.23 on, `v2beta2` up to 1.25 and `v2beta1` up to 1.24. ' +
      'Use `--kube-version` to set the cluster’s version, and `--api-versions` for additional versions that it serves.',
    find: (subject) => each(subject, 'HorizontalPodAutoscaler', (one) => autoscalerVersionOf(one, subject)),
  },
  {
    code: 'budget-with-both-limits',
    severity: 'error',
    valuesOnly: otherObjects,
    summary:
      'A disruption budget with limits that the API server refuses: `minAvailable` and `maxUnavailable`, or one that is not a number of pods.',
    help: 'The API server accepts only one of the two, as a number of pods or as `0%` to `100%`. One of them may be inherited from `gatewayProxy`.',
    find: (subject) => each(subject, 'PodDisruptionBudget', budgetLimitsOf),
  },
  {
    code: 'budget-version',
    severity: 'error',
    valuesOnly: otherObjects,
    summary: 'A disruption budget in an API version that the cluster does not serve.',
    help: 'Up to 1.14.0-beta17 the chart writes `policy/v1beta1`, which Kubernetes serves up to 1.24; `policy/v1` exists from 1.21 on. This is only found with `--kube-version`.',
    find: (subject) => each(subject, 'PodDisruptionBudget', (one) => budgetVersionOf(one, subject)),
  },
  {
    code: 'budget-without-eviction',
    severity: 'warning',
    valuesOnly: otherObjects,
    summary: 'A disruption budget that never allows an eviction, or that protects no pod.',
    help:
      'If all pods are required, a node that runs one cannot be drained: upgrades of the cluster hang until the budget is removed. ' +
      'The chart does not print a limit of 0, and Kubernetes allows no eviction under a budget without a limit either.',
    find: (subject) => each(subject, 'PodDisruptionBudget', (one) => evictionsOf(one, subject)),
  },
  {
    code: 'companion-metadata',
    severity: 'error',
    valuesOnly: otherObjects,
    summary: 'A name, kind, label or annotation of an object around the pod that the API server refuses.',
    help:
      'A `kubeResourceOverride` of a Service, a disruption budget, an autoscaler, a service account or a Gateway can change or remove what every ' +
      'object needs, and `service.extraAnnotations` is printed unchanged.',
    *find({ companions }) {
      for (const one of companions) yield* companionMetadataOf(one);
    },
  },
  {
    code: 'node-port-range',
    severity: 'warning',
    valuesOnly: otherObjects,
    summary: 'A node port outside the range that clusters allocate.',
    help: 'The API server accepts node ports from 30000 to 32767 unless it runs with a different `--service-node-port-range`.',
    find: (subject) => each(subject, 'Service', nodePortRangeOf),
  },
  {
    code: 'node-port-twice',
    severity: 'error',
    valuesOnly: otherObjects,
    summary: 'A node port that two ports of Services request.',
    help: 'A node port belongs to one port of one Service in the whole cluster. A proxy inherits the node ports of `gatewayProxy`.',
    find: nodePortsOf,
  },
  {
    code: 'object-name-twice',
    severity: 'error',
    valuesOnly: otherObjects,
    summary: 'Two objects of one kind with the same name.',
    help: 'The install fails on the second, or one replaces the other. `service.name` is inherited, and the keys `publicGw` and `public-gw` become the same name.',
    find: twinsOf,
  },
  {
    code: 'port-without-listener',
    severity: 'warning',
    valuesOnly: otherObjects,
    summary: 'A port of the Service with no listener behind it.',
    help:
      'Connections to the port are refused: no Gateway of the chart binds its target, and the pod has no such port. A Gateway of your own may bind it: ' +
      'then add its port to `podTemplate.extraPorts`.',
    find: (subject) => each(subject, 'Service', (one) => deadPortsOf(one, subject)),
  },
  {
    code: 'probe-without-health-check',
    severity: 'warning',
    valuesOnly: otherObjects,
    summary: 'A readiness probe for a path on which the Gateway has no health check.',
    help: 'Envoy answers the path with 404 unless a Gateway has `options.healthCheck` for it, or a VirtualService serves it, and the pods never become ready.',
    find: probesOf,
  },
  {
    code: 'service-address',
    severity: 'error',
    valuesOnly: otherObjects,
    summary: 'An invalid address or address range of a Service.',
    help: 'The API server refuses `loadBalancerSourceRanges` that are not ranges such as 198.51.100.0/24, and `externalIPs` that are not addresses.',
    find: (subject) => each(subject, 'Service', serviceAddressesOf),
  },
  {
    code: 'service-field',
    severity: 'error',
    valuesOnly: otherObjects,
    summary: 'A field of a Service that the API server does not accept, or not with this type of Service.',
    help:
      'Only the API server checks what `service.*` and its `kubeResourceOverride` write: words such as `Local` or `ClientIP`, ' +
      'addresses, and an `externalTrafficPolicy` that only a Service reachable from outside may have.',
    find: (subject) => each(subject, 'Service', serviceFieldsOf),
  },
  {
    code: 'service-ports',
    severity: 'error',
    valuesOnly: otherObjects,
    summary: 'A Service without ports, or with the same port twice.',
    help: 'The API server refuses both. If both Gateways are turned off, newer releases write no ports.',
    find: (subject) => each(subject, 'Service', portsOf),
  },
];

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
  const seen = new Map<string, string>();
  for (const { decided, object } of companions) {
    const { name, namespace = decided.namespace } = mapAt(object, 'metadata');
    const key = JSON.stringify([decided.kind, namespace, name]);
    const before = seen.get(key);
    seen.set(key, decided.proxy);
    if (before === undefined || before === decided.proxy) continue;
    if ([before, decided.proxy].some((proxy) => same.has(formatPath(['gatewayProxies', proxy])))) continue;
    const message = `The ${decided.kind} ${String(name)} of ${decided.proxy} has the same name as that of ${before}, and the install fails.`;
    // The other proxies inherit the name of gatewayProxy.
    const other = decided.proxy === 'gatewayProxy' ? before : decided.proxy;
    const path = [...decided.values.path, 'name'];
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
    const path = placeOf(decided, port);
    const isCustom = path.includes('customPorts') || !['http', 'https', 'failover'].includes(String(port['name']));
    if (target === null || bound.has(target) || (isCustom && known.has(target)) || isAdmin(target)) continue;
    const message = `Port ${String(port['port'])} of ${decided.name} leads to ${String(target)}, where nothing listens.`;
    yield {
      path,
      message,
      hint: isCustom
        ? `Add containerPort ${String(target)} to podTemplate.extraPorts, and apply a Gateway of your own that listens there.`
        : listenerFor(String(port['name']), target, gateways, mapAt(pod.proxy?.spec.map, 'gatewaySettings')),
    };
  }
}

/** The hint: how to have a Gateway listen on the target of the port for HTTP or HTTPS. */
function listenerFor(name: string, target: Value, gateways: readonly PrintedCompanion[], settings: ValueMap): string {
  const own = gateways.find(({ object }) => {
    const { ssl, httpGateway } = mapAt(object, 'spec');
    return (ssl === true) === (name === 'https') && httpGateway !== undefined;
  });
  const apply = `pply a Gateway of your own with bindPort ${String(target)}.`;
  const bindPort = mapAt(own?.object, 'spec')['bindPort'];
  if (typeof bindPort === 'number') return `Set podTemplate.${name}Port: ${bindPort}.`;
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
    const path = placeOf(decided, port);
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

/** The place of a Service's port in the values: of two equal ports, the later one. */
function placeOf({ values }: PrintedCompanion['decided'], port: ValueMap): Path {
  const { name } = port;
  const custom = listOf(values.map['customPorts']);
  const index = custom.findLastIndex((own) => equal(own, port));
  if (index >= 0) return [...values.path, 'customPorts', index];
  return [...values.path, name === 'http' || name === 'https' || name === 'failover' ? `${name}Port` : 'customPorts'];
}
