import type { Istio } from '../objects/istio-version.ts';
import { matchesLabels } from '../objects/label-selector.ts';
import { lookupTable, mapAt, mapsIn, textOf, type Value, type ValueMap } from '../value.ts';
import { compareCreated } from './created.ts';

/**
 * How a sidecar treats traffic to a port: by its declared protocol, by sniffing it, or as a port that no Service has.
 */
export type PortKind = 'http' | 'tcp' | 'auto' | 'none';

const kinds: Readonly<Record<string, PortKind>> = lookupTable({
  ...Object.fromEntries(['http', 'http2', 'http_proxy', 'grpc', 'grpc-web'].map((name) => [name, 'http'])),
  ...Object.fromEntries(['tcp', 'https', 'tls', 'mongo', 'redis', 'mysql'].map((name) => [name, 'tcp'])),
});

/** Ports where the server speaks first; there Istio does not wait for the client's bytes to detect the protocol. */
const serverFirst = new Set([25, 53, 3306, 27017]);

/**
 * The kind of a Service's port. `appProtocol` takes precedence over the port's name, of which the part before the first
 * `-` counts. Undefined for UDP. Source: Istio's ConvertProtocol.
 */
function kindOfServicePort(port: ValueMap, istio: Istio): PortKind | undefined {
  if (port['protocol'] === 'UDP') return undefined;
  const declared = textOf(port['appProtocol']);
  const known = declared === undefined ? undefined : kubernetesProtocol(declared, istio);
  if (known !== undefined) return known;
  const name = (declared ?? textOf(port['name']) ?? '').toLowerCase();
  if (name.startsWith('grpc-web')) return 'http';
  const prefix = name.split('-', 1)[0] ?? '';
  if (prefix === 'udp') return undefined;
  const kind = kinds[prefix];
  return kind ?? (serverFirst.has(Number(port['port'])) ? 'tcp' : 'auto');
}

function kubernetesProtocol(name: string, istio: Istio): PortKind | undefined {
  switch (name) {
    case 'kubernetes.io/h2c':
      return istio.has('kubernetesH2c') ? 'http' : undefined;
    case 'kubernetes.io/ws':
      return istio.has('kubernetesWebSockets') ? 'http' : undefined;
    case 'kubernetes.io/wss':
      return istio.has('kubernetesWebSockets') ? 'tcp' : undefined;
    default:
      return undefined;
  }
}

/** Whether a Service selects pods with these labels. One without a selector selects none. */
export function selectsPod(service: ValueMap, labels: ValueMap): boolean {
  const selector = mapAt(service, 'spec', 'selector');
  return Object.keys(selector).length > 0 && matchesLabels(selector, labels);
}

/** The pod's port behind a Service's port: `targetPort`, whose name is looked up, or else the Service's own number. */
export function targetPortOf(port: ValueMap, named: ReadonlyMap<string, number>): number | undefined {
  const target: Value | undefined = port['targetPort'] ?? port['port'];
  if (typeof target === 'string') return named.get(target) ?? (/^\d{1,5}$/.test(target) ? Number(target) : undefined);
  return typeof target === 'number' || typeof target === 'bigint' ? Number(target) : undefined;
}

/**
 * The kinds of a pod's ports, by number, from the Services that select it. If two Services have the same port the older
 * one decides, or the first by name if they have the same age.
 */
export function kindsOfPorts(
  services: readonly ValueMap[],
  istio: Istio,
  named: ReadonlyMap<string, number> = new Map(),
): ReadonlyMap<number, PortKind> {
  const found = new Map<number, PortKind>();
  for (const service of [...services].sort(compareCreated)) {
    for (const port of mapsIn(mapAt(service, 'spec')['ports'])) {
      const number = targetPortOf(port, named);
      const kind = kindOfServicePort(port, istio);
      if (number !== undefined && kind !== undefined && !found.has(number)) found.set(number, kind);
    }
  }
  return found;
}

/** Whether the port is declared as one where the app ends TLS itself. */
export function endsTlsItself(
  services: readonly ValueMap[],
  port: number,
  named: ReadonlyMap<string, number>,
): boolean {
  const declared = [...services]
    .sort(compareCreated)
    .flatMap((service) => mapsIn(mapAt(service, 'spec')['ports']))
    .find((one) => targetPortOf(one, named) === port);
  const protocol = textOf(declared?.['appProtocol']) ?? textOf(declared?.['name'])?.split('-', 1)[0] ?? '';
  return ['https', 'tls', 'kubernetes.io/wss'].includes(protocol.toLowerCase());
}
