import { nameOf } from '../../objects/object.ts';
import { isMap, mapAt, mapsIn, textOf, type ValueMap, wordOf } from '../../value.ts';
import { indexPods, type PodIndex } from '../gloo/endpoints.ts';
import { isAddress } from '../gloo/static-hosts.ts';
import { selectsPod } from '../service-ports.ts';
import { knowsPods, type Target, targetOfPod, targetsOf } from './targets.ts';
import { namespaceOrDefault, type World } from './world.ts';

/** Where an Upstream leads: to pods behind a Service, or to something known from the Upstream alone. */
export type Destination =
  | {
      readonly kind: 'pods';
      readonly service: ValueMap;
      /** The port of the Service; undefined if an Upstream names a pod by its address. */
      readonly port: ValueMap | undefined;
      readonly podPort: number | undefined;
      readonly targets: readonly Target[];
      /** The index of a host of a static Upstream; undefined for a Service. */
      readonly host: number | undefined;
    }
  | { readonly kind: 'outside'; readonly described: string; readonly host: number | undefined }
  | { readonly kind: 'missing'; readonly code: string; readonly text: string; readonly missing: string };

/** Addresses of Services and pods. */
export interface Addresses {
  /** Whether Gloo knows a pod by its address alone; else only by the name in the endpoint. */
  readonly knowsPodsByAddress: boolean;
  serviceAt(address: string): ValueMap | undefined;
  readonly pods: PodIndex;
}

export function addressesOf(world: World): Omit<Addresses, 'knowsPodsByAddress'> {
  const services = new Map(
    world.of('Service').map(({ object }) => [textOf(mapAt(object, 'spec')['clusterIP']) ?? '', object]),
  );
  return {
    serviceAt: (address) => services.get(address),
    pods: indexPods(world.of('Pod').map(({ object }) => object)),
  };
}

export function destinationsOf(spec: ValueMap, world: World, addresses: Addresses): readonly Destination[] {
  if (isMap(spec['kube'])) return [ofService(spec['kube'], world, addresses)];
  if (isMap(spec['static'])) {
    const hosts = mapsIn(spec['static']['hosts']);
    const found = hosts.slice(0, mostHosts).map((host, index) => ofHost(host, index, world, addresses));
    if (hosts.length <= mostHosts) return found;
    const text = `The Upstream has ${hosts.length} hosts, of which only ${mostHosts} are checked.`;
    return [...found, { kind: 'missing', code: 'too-many-hosts', text, missing: 'fewer hosts per run' }];
  }
  if (isMap(spec['consul'])) {
    const text = 'Consul was not asked, so the pods behind the Upstream are unknown.';
    return [{ kind: 'missing', code: 'pods-not-given', text, missing: 'what the addresses in Consul accept' }];
  }
  const cloud = ['aws', 'awsEc2', 'gcp', 'ai'].find((name) => isMap(spec[name]));
  if (cloud !== undefined) {
    const text = `The ${cloud} destination appears to be outside the mesh.`;
    return [{ kind: 'missing', code: 'outside-the-mesh', text, missing: `what the ${cloud} destination accepts` }];
  }
  // Gloo refuses an Upstream of no kind.
  return [
    { kind: 'outside', described: `the ${isMap(spec['azure']) ? 'azure' : 'pipe'} destination`, host: undefined },
  ];
}

const mostHosts = 100;

function ofService(kube: ValueMap, world: World, addresses: Addresses): Destination {
  const [name, namespace] = [textOf(kube['serviceName']) ?? '', textOf(kube['serviceNamespace']) ?? ''];
  const service = world.find('Service', namespace, name)?.object;
  if (service === undefined)
    return {
      ...{ kind: 'missing', code: 'service-not-given', missing: `Service ${namespace}/${name}` },
      text: `Service ${namespace}/${name} was not given, so the pods behind the Upstream are unknown.`,
    };
  const port = mapsIn(mapAt(service, 'spec')['ports']).find((one) => one['port'] === kube['servicePort']);
  if (port === undefined)
    return {
      ...{
        kind: 'missing',
        code: 'service-without-port',
        missing: `port ${wordOf(kube['servicePort'])} of Service ${namespace}/${name}`,
      },
      text: `Service ${namespace}/${name} has no port ${wordOf(kube['servicePort'])}, so Gloo finds no endpoint.`,
    };
  return podsOf(service, port, mapAt(kube, 'selector'), undefined, world, addresses);
}

function podsOf(
  service: ValueMap,
  port: ValueMap,
  selector: ValueMap,
  host: number | undefined,
  world: World,
  addresses: Addresses,
): Destination {
  const [namespace, name] = [namespaceOrDefault(service), nameOf(service)];
  const selected = targetsOf(service, selector, world);
  const { targets, unknown } =
    selected.length > 0 ? { targets: selected, unknown: [] } : byAddress(namespace, name, world, addresses);
  if (unknown.length > 0)
    return {
      ...{ kind: 'missing', code: 'address-without-pod', missing: `the pods at ${unknown.slice(0, 5).join(', ')}` },
      text: `The Endpoints of Service ${namespace}/${name} have addresses that do not belong to any pod that was given.`,
    };
  if (targets.length > 0) return { kind: 'pods', service, port, podPort: undefined, targets, host };
  const labels = Object.entries({ ...mapAt(service, 'spec', 'selector'), ...selector }).map(
    ([key, value]) => `${key}=${wordOf(value)}`,
  );
  const which =
    labels.length === 0
      ? `the Endpoints of Service ${namespace}/${name} and their pods`
      : `pods in ${namespace} with the labels ${labels.join(',')}, or the workload that creates them`;
  const isNone = knowsPods(namespace, world);
  return {
    ...{ kind: 'missing', code: isNone ? 'no-pods' : 'pods-not-given', missing: which },
    text: isNone
      ? `None of the pods that were given is behind Service ${namespace}/${name}.`
      : `The pods behind Service ${namespace}/${name} were not given.`,
  };
}

/** The pods of a Service without a selector, by the addresses in its Endpoints, and the addresses of no known pod. */
function byAddress(
  namespace: string,
  name: string,
  world: World,
  addresses: Addresses,
): { readonly targets: readonly Target[]; readonly unknown: readonly string[] } {
  const endpoints = world.find('Endpoints', namespace, name)?.object ?? {};
  const { byName, byAddress: at } = addresses.pods;
  const known = new Map(world.inNamespace('Pod', namespace).map((pod) => [pod.object, pod]));
  const targets: Target[] = [];
  const unknown: string[] = [];
  for (const address of mapsIn(endpoints['subsets']).flatMap((subset) => mapsIn(subset['addresses']))) {
    const target = mapAt(address, 'targetRef');
    const ip = textOf(address['ip']) ?? '';
    const named = byName.get(`${textOf(target['name']) ?? ''}/${textOf(target['namespace']) ?? ''}`);
    const pod = named ?? (addresses.knowsPodsByAddress ? at.get(ip) : undefined);
    const source = pod === undefined ? undefined : known.get(pod);
    if (source === undefined) unknown.push(ip);
    else targets.push(targetOfPod(source, world));
  }
  return { targets, unknown };
}

/** A host that is a Service's name or address, a pod's address, or something outside. */
function ofHost(host: ValueMap, index: number, world: World, addresses: Addresses): Destination {
  const address = textOf(host['addr']) ?? '';
  const number = Number(host['port'] ?? 0);
  const service = isAddress(address) ? addresses.serviceAt(address) : serviceNamed(address, world);
  if (service === 'not given')
    return {
      ...{ kind: 'missing', code: 'service-not-given', missing: `the Service with the name ${address}` },
      text: `The Service of ${address} was not given, so the pods behind the Upstream are unknown.`,
    };
  if (service !== undefined) {
    // The name of a headless Service leads to its pods, so the port is theirs.
    const isHeadless = mapAt(service, 'spec')['clusterIP'] === 'None';
    const port = mapsIn(mapAt(service, 'spec')['ports']).find((one) => one['port'] === number);
    if (isHeadless) return podsOf(service, { port: number }, {}, index, world, addresses);
    if (port !== undefined) return podsOf(service, port, {}, index, world, addresses);
  }
  const pod = addresses.pods.byAddress.get(address);
  const source =
    pod === undefined
      ? undefined
      : world.inNamespace('Pod', namespaceOrDefault(pod)).find(({ object }) => object === pod);
  if (pod !== undefined && source !== undefined) {
    const behind = world
      .of('Service')
      .find(
        ({ object }) =>
          namespaceOrDefault(object) === namespaceOrDefault(pod) &&
          selectsPod(object, mapAt(pod, 'metadata', 'labels')),
      );
    return {
      kind: 'pods',
      service: behind?.object ?? {},
      port: undefined,
      podPort: number,
      targets: [targetOfPod(source, world)],
      host: index,
    };
  }
  return { kind: 'outside', described: `${address}:${number}`, host: index };
}

/**
 * A Service by its name in the cluster: with its namespace, or without it in Gloo's namespace. Names of single pods
 * below a Service are not followed.
 */
function serviceNamed(address: string, world: World): ValueMap | undefined | 'not given' {
  const [name = '', namespace = world.glooNamespace, ...rest] = address.toLowerCase().replace(/\.$/, '').split('.');
  const isInCluster = rest.includes('svc');
  const found = rest.length === 0 || rest[0] === 'svc' ? world.find('Service', namespace, name)?.object : undefined;
  return found ?? (isInCluster ? 'not given' : undefined);
}
