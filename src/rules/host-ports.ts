import { truthy } from '../go/template.ts';
import { mapAt, mapOf, type Value } from '../value.ts';
import type { Pod } from './pod.ts';
import { listenersOf } from './ports.ts';
import type { RuleChecks } from './rule.ts';

/** Ports on nodes. */
export const hostPortRules = {
  'host-port-conflict': function* ({ pods }) {
    const atNode = pods.flatMap((pod) => {
      const ports = nodePortsOf(pod);
      return ports.size === 0 ? [] : [{ pod, ports }];
    });
    for (const [index, { pod, ports }] of atNode.entries()) {
      for (const { pod: other, ports: taken } of atNode.slice(0, Math.min(index, 20))) {
        const shared = [...ports.keys()].filter((key) => taken.has(key)).map((key) => ports.get(key));
        if (shared.length === 0 || areApart(pod, other)) continue;
        const list = shared.map((port) => `${port?.port} (${port?.what})`).join(', ');
        yield {
          path: pod.proxy === undefined ? pod.of('hostNetwork') : [...pod.path, 'kind', 'daemonSet', 'hostPort'],
          message: `${pod.name} and ${other.name} both request port${shared.length === 1 ? '' : 's'} ${list} on each node: the pods of one of them stay pending or do not start.`,
          hint: 'Give them node selectors that exclude each other: not all of these ports can be changed.',
        };
        break;
      }
    }
  },
} satisfies RuleChecks;

interface NodePort {
  readonly port: number;
  readonly what: string;
}

/** The node's ports that a pod uses, by port, protocol and address. */
function nodePortsOf(pod: Pod): ReadonlyMap<string, NodePort> {
  const found = new Map<string, NodePort>();
  const add = (port: Value | undefined, protocol: Value | undefined, address: string, what: string): void => {
    const key = `${String(port)}/${String(protocol ?? 'TCP')}/${address}`;
    if (!found.has(key)) found.set(key, { port: Number(port), what });
  };
  for (const { value } of pod.containers.flatMap(({ ports }) => ports))
    if (truthy(value['hostPort']))
      add(value['hostPort'], value['protocol'], String(value['hostIP'] ?? ''), String(value['name'] ?? 'hostPort'));
  if (pod.spec['hostNetwork'] !== true) return found;
  for (const { port, what, isLocal } of listenersOf(pod)) {
    if (isLocal === true) add(port, 'TCP', localAddress(pod), what);
    else add(port, 'TCP', '', what);
  }
  return found;
}

/** Different addresses of the loopback network do not conflict. */
function localAddress({ bootstrap }: Pod): string {
  const address = mapAt(bootstrap?.config, 'admin', 'address');
  return String(mapOf(address['socket_address'] ?? address['socketAddress'])['address']);
}

/** Whether two pods can never be on the same node, judging by their node selectors. */
function areApart(a: Pod, b: Pod): boolean {
  const [first, second] = [mapOf(a.spec['nodeSelector']), mapOf(b.spec['nodeSelector'])];
  const excludes = Object.entries(first).some(([key, value]) => key in second && second[key] !== value);
  const [node, otherNode] = [a.spec['nodeName'], b.spec['nodeName']];
  return excludes || (truthy(node) && truthy(otherNode) && node !== otherNode);
}
