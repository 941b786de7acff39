import { matchesLabels } from '../../objects/label-selector.ts';
import { compareText, isMap, mapAt, mapsIn, textOf, type Value, type ValueMap, wordOf } from '../../value.ts';
import { message } from './envoy-json.ts';
import type { Gloo } from './release.ts';

export const tlsModeLabel = 'security.istio.io/tlsMode';

/** An address that Gloo's EDS finds for a Service, with the labels that decide which transport socket Envoy uses. */
export interface FoundEndpoint {
  readonly address: string;
  readonly port: number;
  /** Undefined if no pod is known for the address. */
  readonly labels: ValueMap | undefined;
}

export interface Discovery {
  readonly endpoints: readonly FoundEndpoint[];
  readonly log: readonly string[];
}

/** How pods are looked up: by name and namespace, or by address among running pods that are not on the host network. */
export interface PodIndex {
  readonly byName: ReadonlyMap<string, ValueMap>;
  readonly byAddress: ReadonlyMap<string, ValueMap>;
}

export function indexPods(pods: readonly ValueMap[]): PodIndex {
  const byName = new Map<string, ValueMap>();
  const byAddress = new Map<string, ValueMap>();
  for (const pod of pods) {
    const { name, namespace } = mapAt(pod, 'metadata');
    byName.set(`${textOf(name) ?? ''}/${textOf(namespace) ?? ''}`, pod);
    const { phase, podIP } = mapAt(pod, 'status');
    const address = textOf(podIP);
    if (phase !== 'Running' || !address || mapAt(pod, 'spec')['hostNetwork'] === true) continue;
    byAddress.set(address, pod);
  }
  return { byName, byAddress };
}

export interface ServiceObjects {
  readonly services: readonly ValueMap[];
  readonly endpoints: readonly ValueMap[];
  readonly pods: PodIndex;
}

/** The Service that an Upstream refers to. */
export function serviceOf(kube: ValueMap, services: readonly ValueMap[]): ValueMap | undefined {
  return services.find((service) => {
    const { name, namespace } = mapAt(service, 'metadata');
    return name === kube['serviceName'] && (namespace ?? 'default') === kube['serviceNamespace'];
  });
}

/**
 * The endpoints of a kube Upstream. With Istio's sidecar on the gateway there is one per Service: the cluster IP with
 * the Service's labels. Source: Gloo's computeGlooEndpoints.
 */
export function discoverEndpoints(
  upstream: string,
  kube: ValueMap,
  objects: ServiceObjects,
  { gloo, hasSidecar }: { readonly gloo: Gloo; readonly hasSidecar: boolean },
): Discovery {
  const service = serviceOf(kube, objects.services);
  const ports = mapsIn(mapAt(service ?? {}, 'spec')['ports']);
  const port = ports.find((candidate) => candidate['port'] === kube['servicePort']);
  const [name, wanted] = [textOf(kube['serviceName']) ?? '', wordOf(kube['servicePort'] ?? 0)];
  if (service === undefined || port === undefined)
    return { endpoints: [], log: [`error: upstream ${upstream}: port ${wanted} not found for service ${name}`] };
  const clusterIp = textOf(mapAt(service, 'spec')['clusterIP']) ?? '';
  if (hasSidecar && clusterIp !== 'None') {
    const labels = mapAt(service, 'metadata', 'labels');
    return { endpoints: [{ address: clusterIp, port: Number(port['port']), labels }], log: [] };
  }
  const log: string[] = [];
  const found = new Map<string, FoundEndpoint>();
  for (const endpoints of objects.endpoints) {
    const metadata = mapAt(endpoints, 'metadata');
    if (metadata['name'] !== name || (metadata['namespace'] ?? 'default') !== kube['serviceNamespace']) continue;
    for (const subset of mapsIn(endpoints['subsets'])) {
      const number = portInSubset(subset, port, ports.length === 1);
      if (number === 0) {
        const dumped = dumpSubset(subset, gloo);
        log.push(`warn: upstream ${upstream}: port ${wanted} not found for service ${name} in endpoint ${dumped}`);
        continue;
      }
      for (const address of mapsIn(subset['addresses'])) {
        const one = endpointOf(address, number, kube, objects.pods);
        if (one === 'no pod') {
          const ip = `${gloo.has('edsLogsUpperCaseIp') ? 'IP' : 'ip'} ${textOf(address['ip']) ?? ''}`;
          log.push(`warn: error for upstream ${upstream} service ${name}: running pod not found with ${ip}`);
        } else if (one !== undefined) found.set(JSON.stringify([one.key]), one.endpoint);
      }
    }
  }
  const nameOf = ({ address, port }: FoundEndpoint): string => `ep-${address.replace(/[^0-9a-z]/g, '-')}-${port}-`;
  return { endpoints: [...found.values()].sort((a, b) => compareText(nameOf(a), nameOf(b))), log };
}

/** The last port of the only Service port, or of the same name; 0 for none. */
function portInSubset(subset: ValueMap, port: ValueMap, isOnly: boolean): number {
  const matching = mapsIn(subset['ports']).filter(
    (candidate) => isOnly || (textOf(candidate['name']) ?? '') === (textOf(port['name']) ?? ''),
  );
  return Number(matching.at(-1)?.['port'] ?? 0);
}

function endpointOf(
  address: ValueMap,
  port: number,
  kube: ValueMap,
  pods: PodIndex,
): { readonly key: readonly unknown[]; readonly endpoint: FoundEndpoint } | 'no pod' | undefined {
  const ip = textOf(address['ip']) ?? '';
  const { kind, name, namespace } = mapAt(address, 'targetRef');
  const named = kind === 'Pod' ? `${textOf(name) ?? ''}/${textOf(namespace) ?? ''}` : '';
  const pod = pods.byName.get(named) ?? pods.byAddress.get(ip);
  const labels = pod === undefined ? undefined : mapAt(pod, 'metadata', 'labels');
  const selector = mapAt(kube, 'selector');
  if (Object.keys(selector).length > 0) {
    if (labels === undefined) return 'no pod';
    if (!matchesLabels(selector, labels) || ip === '') return undefined;
  }
  return { key: [ip, port, named], endpoint: { address: ip, port, labels } };
}

/** A subset as Go prints it with %v, which is what Gloo logs; runs of spaces from empty fields are collapsed. */
function dumpSubset(subset: ValueMap, gloo: Gloo): string {
  const addresses = (key: string): string =>
    mapsIn(subset[key])
      .map(({ ip, hostname, nodeName, targetRef }) =>
        struct([textOf(ip) ?? '', textOf(hostname) ?? '', textOf(nodeName) ?? '<nil>', dumpReference(targetRef)]),
      )
      .join(' ');
  const ports = mapsIn(subset['ports'])
    .map(({ name, port, protocol, appProtocol }) => {
      const shown = [textOf(name) ?? '', wordOf(port ?? 0), textOf(protocol) ?? ''];
      return struct(gloo.has('endpointAppProtocol') ? [...shown, textOf(appProtocol) ?? '<nil>'] : shown);
    })
    .join(' ');
  return `{[${addresses('addresses')}] [${addresses('notReadyAddresses')}] [${ports}]}`;
}

function struct(parts: readonly string[]): string {
  return `{${parts.join(' ').replace(/ +/g, ' ')}}`;
}

function dumpReference(value: Value | undefined): string {
  if (!isMap(value)) return 'nil';
  const parts = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map((key) => {
    const label =
      key === 'uid' ? 'UID' : key === 'apiVersion' ? 'APIVersion' : `${key.charAt(0).toUpperCase()}${key.slice(1)}`;
    return `${label}:${textOf(value[key]) ?? ''},`;
  });
  return `&ObjectReference{${parts.join('')}}`;
}

/** An endpoint as Envoy gets it. Only the presence of the mesh label counts, not its value. */
export function envoyEndpoint(
  { address, port, labels = {} }: FoundEndpoint,
  { subsetKeys, marksMesh }: { readonly subsetKeys: readonly string[]; readonly marksMesh: boolean },
): ValueMap {
  const shown = { ...Object.fromEntries(subsetKeys.map((key) => [key, ''])), ...labels };
  const filterMetadata = {
    ...(Object.keys(shown).length === 0 ? {} : { 'envoy.lb': shown }),
    ...(marksMesh && Object.hasOwn(labels, tlsModeLabel)
      ? { 'envoy.transport_socket_match': { tlsMode: 'istio' } }
      : {}),
  };
  return {
    endpoint: { address: { socketAddress: message({ address, portValue: port }) } },
    ...(Object.keys(filterMetadata).length === 0 ? {} : { metadata: { filterMetadata } }),
  };
}
