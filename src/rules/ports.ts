import { repeatedIn } from '../apiserver/type-rule.ts';
import { printed, truthy } from '../go/template.ts';
import type { Path } from '../problem.ts';
import { listOf, lookupTable, mapOf, textOf, type Value } from '../value.ts';
import { type Agent, agentsOf, argumentOf } from './agent.ts';
import type { RuleMatch } from './match.ts';
import { envOf, type Item, type Pod, type PodContainer, type PrintedBootstrap, type Probe } from './pod.ts';
import type { RuleChecks } from './rule.ts';

/** A port on which a container listens. */
interface Listener {
  readonly port: number;
  readonly container: PodContainer;
  readonly path: Path;
  readonly what: string;
  /** Whether it is reachable only from within the pod. */
  readonly isLocal?: boolean;
}

/** Ports and their probes. */
export const portRules = {
  'port-conflict': function* ({ pods }) {
    for (const pod of pods) yield* conflicts(pod);
  },
  'duplicate-port-name': function* ({ pods }) {
    for (const { containers } of pods) {
      for (const { name, ports } of containers) {
        for (const { item } of repeatedIn(ports, ({ value }) => value['name'])) {
          yield {
            path: [...item.path, 'name'],
            message: `${name} would have two ports called ${printed(item.value['name'])}: the API server rejects that.`,
            hint: 'Give this one another name.',
          };
        }
      }
    }
  },
  'probe-without-listener': function* ({ pods }) {
    for (const pod of pods) {
      for (const container of pod.containers) {
        for (const probe of container.probes) yield* unanswered(probe, container, pod);
      }
    }
  },
} satisfies RuleChecks;

function* conflicts(pod: Pod): Iterable<RuleMatch> {
  const taken = new Map<number, Listener>();
  for (const listener of listenersOf(pod)) {
    const other = taken.get(listener.port);
    if (other === undefined) {
      taken.set(listener.port, listener);
    } else if (other.container !== listener.container || other.what !== listener.what) {
      if (other.container === listener.container && isDeclaration(other, listener)) continue;
      const whose = other.container === listener.container ? 'itself' : other.container.name;
      yield {
        path: listener.path,
        message: `${listener.container.name} (${listener.what}) and ${whose} (${other.what}) would both listen on port ${listener.port} of the pod, which only one of them can.`,
        hint: 'Choose another port.',
      };
    }
  }
}

/** Naming a port that the container opens anyway has no effect. */
function isDeclaration(a: Listener, b: Listener): boolean {
  return a.what.startsWith('ports') || b.what.startsWith('ports');
}

/** The listeners of a pod: first the chart's own, then those that the values declare. */
export function listenersOf(pod: Pod): Listener[] {
  const main = pod.containers.filter(({ role }) => role !== 'init');
  const proxy = main.find(({ role }) => role === 'proxy');
  const own = proxy === undefined ? [] : proxyListeners(pod, proxy);
  const sds = main
    .filter(({ role }) => role === 'sds')
    .map((container): Listener => ({ port: 8234, container, path: container.path, what: 'SDS' }));
  const agents = agentsOf(pod).flatMap(agentListeners);
  const declared = main.flatMap((container) =>
    container.ports.flatMap(({ value, path }): Listener[] => {
      const port = numberOf(value['containerPort']);
      const isOwn = container.role === 'proxy' && (value['name'] === 'http' || value['name'] === 'https');
      if (port === undefined || isOwn || value['protocol'] === 'UDP') return [];
      return [
        {
          port,
          container,
          path: typeof path.at(-1) === 'number' ? [...path, 'containerPort'] : path,
          what: `ports ${port}`,
        },
      ];
    }),
  );
  // Of two that conflict, the later one is reported: the sidecars' own ports are not values.
  return [...sds, ...agents, ...own, ...declared];
}

function proxyListeners({ bootstrap }: Pod, container: PodContainer): Listener[] {
  const declared = container.ports.flatMap(({ value, path }): Listener[] => {
    const port = numberOf(value['containerPort']);
    const name = value['name'];
    // Gloo's control plane makes Envoy listen there; the others only declare a port.
    return port === undefined || (name !== 'http' && name !== 'https')
      ? []
      : [{ port, container, path, what: `${name}Port` }];
  });
  return [...(bootstrap === undefined ? [] : bootstrapListeners(bootstrap, container)), ...declared];
}

/**
 * Envoy's listeners from its bootstrap alone: its admin interface, and the listeners for statistics and configuration.
 */
function bootstrapListeners(bootstrap: PrintedBootstrap, container: PodContainer): Listener[] {
  const { config } = bootstrap;
  const resources = mapOf(config['static_resources'] ?? config['staticResources']);
  const holders = [
    { holder: mapOf(config['admin']), name: '', what: 'Envoy’s admin port' },
    ...listOf(resources['listeners']).map((listener) => {
      const name = textOf(mapOf(listener)['name']) ?? '';
      return { holder: mapOf(listener), name, what: listenerNames[name] ?? `listener ${name}` };
    }),
  ];
  return holders.flatMap(({ holder, name, what }): Listener[] => {
    const address = mapOf(holder['address']);
    const socket = mapOf(address['socket_address'] ?? address['socketAddress']);
    const port = numberOf(socket['port_value'] ?? socket['portValue']);
    return port === undefined
      ? []
      : [{ port, container, path: bootstrap.of(name), what, isLocal: isLoopback(socket['address']) }];
  });
}

/** The purposes of the chart's own listeners. */
const listenerNames: Readonly<Record<string, string>> = lookupTable({
  prometheus_listener: 'stats',
  read_config_listener: 'readConfig',
});

function agentListeners({ container, version, has }: Agent): Listener[] {
  // Before 1.11 there was no such setting, and Envoy runs whatever its value is.
  const knowsSetting = version === undefined || has('disableEnvoy');
  const argument = (name: string): number | undefined =>
    has('argumentsIgnored') ? undefined : numberOf(argumentOf(container, name));
  const at = (port: number, what: string): Listener => ({ port, container, path: container.path, what });
  const status = at(argument('statusPort') ?? 15020, 'Istio’s status port');
  if (knowsSetting && envOf(container, 'DISABLE_ENVOY')?.value === 'true') return [status];
  return [
    status,
    { ...at(argument('proxyAdminPort') ?? 15000, 'Envoy’s admin port'), isLocal: true },
    ...(status.port === 15021 ? [] : [at(15021, 'Istio’s health port')]),
    at(15090, 'Envoy’s metrics'),
  ];
}

function* unanswered(probe: Probe, container: PodContainer, pod: Pod): Iterable<RuleMatch> {
  const asked = (['httpGet', 'tcpSocket', 'grpc'] as const)
    .map((kind): Item => ({ value: mapOf(probe.value[kind]), path: [...probe.path, kind, 'port'] }))
    .find(({ value }) => value['port'] !== undefined);
  if (asked === undefined) return;
  const { path } = asked;
  const wanted = asked.value['port'] ?? null;
  const port = numberOf(wanted);
  const about = `The ${probe.kind} of ${container.name} asks port ${printed(wanted)}`;
  if (port === undefined) {
    const names = container.ports.map(({ value }) => value['name']).filter((name) => truthy(name));
    if (typeof wanted !== 'string' || names.includes(wanted)) return;
    const known = names.length === 0 ? 'its ports have no names' : `its ports are ${names.map(printed).join(', ')}`;
    yield {
      path,
      message: `${about}, but ${known}: the probe always fails.`,
      hint: 'Use one of its ports, by name or number.',
    };
    return;
  }
  // It cannot be known where else an unknown program listens.
  if (container.role === 'custom' ? !isAgentOf(pod, container) : container.role === 'extra') return;
  const answering = listenersOf(pod).filter((listener) => listener.port === port);
  const isElsewhere = (textOf(asked.value['host']) ?? '') !== '';
  if (isElsewhere || answering.some(({ isLocal }) => isLocal !== true)) return;
  yield answering.length > 0
    ? {
        path,
        message: `${about}, which only listens on the loopback address, where the kubelet cannot reach it: the probe always fails.`,
        hint: 'Ask 8081 (/ready, while stats are on), or run a command inside: exec.',
      }
    : {
        path,
        message: `${about}, but nothing in the pod listens there: the probe always fails.`,
        hint: 'Use a port on which something listens.',
      };
}

function isAgentOf(pod: Pod, container: PodContainer): boolean {
  return agentsOf(pod).some((agent) => agent.container === container);
}

function isLoopback(address: Value | undefined): boolean {
  return /^(127\.|::1$|localhost$)/.test(textOf(address) ?? '');
}

function numberOf(value: Value | undefined): number | undefined {
  const number = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  return typeof number === 'bigint' ? Number(number) : typeof number === 'number' ? number : undefined;
}
