import { compareVersions, parseVersion } from '../chart/version.ts';
import { parseImage } from '../objects/image-reference.ts';
import type { Path } from '../problem.ts';
import { isMap, lookupTable, type Value, type ValueMap, wordOf } from '../value.ts';
import type { DiffChange } from './report.ts';

/** Explains what a change means, if a rule covers it. `before` and `after` are the complete canonical objects. */
export function withMeaning(change: DiffChange, before: ValueMap | undefined, after: ValueMap | undefined): DiffChange {
  const meaning = meaningOf(change, before, after);
  return meaning === undefined ? change : { ...change, meaning };
}

function meaningOf(change: DiffChange, before: ValueMap | undefined, after: ValueMap | undefined): string | undefined {
  if (change.path.length === 0) return ofWholeObject(change);
  const { path } = change;
  if (change.reordered) return `the same items in another order: ${namesOf(change.after).join(', ')}`;
  if (change.object.kind === 'Service') return ofService(change);
  if (change.object.kind === 'HorizontalPodAutoscaler') return ofAutoscaler(change);
  const container = containerIn(path);
  if (container !== undefined) return ofContainer(change, container, path.slice(container.depth), before ?? after);
  if (path[0] === 'data') return path[1] === 'envoy.yaml' ? ofEnvoy(change, path.slice(2)) : undefined;
  return ofWorkload(change);
}

function ofWholeObject({ object: { kind, name }, change }: DiffChange): string {
  const [what, loss] = wholeObjects[kind] ?? ['gateway proxy NAME', 'is removed, and with it everything it serves'];
  const named = what.replace('NAME', () => name);
  return change === 'added' ? `${named} is new` : `${named} ${loss}`;
}

/** An object's display name, and what its removal means. */
const wholeObjects: Readonly<Record<string, readonly [what: string, loss: string]>> = lookupTable({
  ConfigMap: ["Envoy's configuration NAME", 'is removed: pods that mount it cannot start'],
  Gateway: ['Gateway NAME', 'is removed: Envoy no longer listens there'],
  HorizontalPodAutoscaler: ['autoscaler NAME', 'is removed: the number of pods stays as it is'],
  PodDisruptionBudget: ['disruption budget NAME', 'is removed: nothing limits how many pods are evicted at once'],
  Service: ['Service NAME', 'is removed, and with it its address'],
  ServiceAccount: ['service account NAME', 'is removed: no pod that uses it can start'],
});

function ofService({ path, change, before, after }: DiffChange): string | undefined {
  const [, field, port] = path;
  if (field === 'type') return `the Service is reached in another way: ${wordOf(before)} → ${wordOf(after)}`;
  if (field === 'loadBalancerIP') return 'the load balancer gets another address';
  if (field === 'loadBalancerSourceRanges') return 'the load balancer allows other addresses';
  if (field === 'selector') return 'traffic goes to other pods';
  if (field !== 'ports' || path.length !== 3 || change === 'changed') return undefined;
  return `port ${String(port)} of the Service ${change === 'added' ? 'opens' : 'closes'}`;
}

function ofAutoscaler({ path, before, after }: DiffChange): string | undefined {
  const limits: Readonly<Record<string, string>> = { minReplicas: 'at least', maxReplicas: 'at most' };
  const limit = path.length === 2 ? limits[String(path[1])] : undefined;
  return limit === undefined
    ? undefined
    : `the autoscaler keeps ${limit} ${wordOf(after)} pods instead of ${wordOf(before)}`;
}

function ofWorkload({ path, change, before, after }: DiffChange): string | undefined {
  const place = path.join('.');
  if (place === 'spec.replicas') return `the number of pods changes ${wordOf(before)} → ${wordOf(after)}`;
  if (place.startsWith('spec.selector.'))
    return 'a selector cannot be changed: delete the workload first, then create it again';
  if (place === 'spec.template.spec.serviceAccountName') return 'the pods get the rights of another service account';
  if (place.startsWith('spec.template.spec.volumes.'))
    return ofVolume(String(path[4]), path.length === 5 ? change : 'changed');
  if (place === 'spec.template.spec.hostNetwork')
    return after === true ? "the pods use the node's own network" : "the pods leave the node's own network";
  return undefined;
}

function ofVolume(name: string, change: DiffChange['change']): string | undefined {
  if (!name.startsWith('istio')) return undefined;
  const holds: Readonly<Record<string, string>> = {
    'istio-certs': 'the certificates that the Istio sidecar writes and the SDS sidecar serves',
    'istio-token': 'the token with which the Istio sidecar requests certificates',
    'istiod-ca-cert': "Istio's root certificate",
    'istio-envoy': "the Istio sidecar's own configuration",
  };
  const what = holds[name];
  return what === undefined || change === 'changed'
    ? undefined
    : `the volume for ${what} ${change === 'added' ? 'is added' : 'is removed'}`;
}

interface ContainerPlace {
  readonly name: string;
  readonly role: string;
  /** The index in the path where the part inside the container starts. */
  readonly depth: number;
}

function containerIn(path: Path): ContainerPlace | undefined {
  const [, , , list, name] = path;
  if ((list !== 'containers' && list !== 'initContainers') || typeof name !== 'string') return undefined;
  return { name, role: roleOf(name), depth: 5 };
}

/** A container's purpose, by the name that the chart assigns. */
function roleOf(name: string): string {
  if (name === 'istio-proxy') return 'Istio sidecar';
  if (name === 'sds') return 'SDS sidecar';
  return /^[\w-]+-gateway-proxy$|^gateway-proxy/.test(name) ? 'Envoy proxy' : `container ${name}`;
}

function ofContainer(
  { change, before, after }: DiffChange,
  { name, role }: ContainerPlace,
  path: Path,
  owner: ValueMap | undefined,
): string | undefined {
  const [field, item, detail] = path;
  if (field === undefined) return ofWholeContainer(name, role, change, change === 'added' ? after : before);
  if (field === 'name' && typeof after === 'string') return `${role}: the same container under another name`;
  if (field === 'image' && typeof before === 'string' && typeof after === 'string') return ofImage(role, before, after);
  // A value of another type has no items.
  if (item === undefined && !/Probe$/.test(String(field))) return undefined;
  if (field === 'env')
    return ofVariable(
      String(item),
      change,
      detail === undefined ? valueOf(before) : wordOf(before),
      detail === undefined ? valueOf(after) : wordOf(after),
    );
  if (/Probe$/.test(String(field)) && item === undefined && change !== 'changed') {
    return change === 'added' ? `${role}: gets a ${String(field)}` : `${role}: no ${String(field)} any more`;
  }
  if (field === 'volumeMounts' && detail === undefined && change === 'removed')
    return `${role}: nothing is mounted at ${String(item)} any more`;
  if (field === 'ports' && detail === undefined && owner !== undefined)
    return `${role}: port ${String(item)} ${change === 'added' ? 'opens' : 'closes'}`;
  return undefined;
}

function ofWholeContainer(
  name: string,
  role: string,
  change: DiffChange['change'],
  container: Value | undefined,
): string {
  const image = isMap(container) && typeof container['image'] === 'string' ? ` (${container['image']})` : '';
  if (change === 'added') return `${role} added${image}`;
  if (name === 'sds') return `${role} removed: upstreams with sslConfig.sds get no certificates`;
  if (name === 'istio-proxy') return `${role} removed: nothing requests certificates from Istio`;
  return `${role} removed`;
}

/** Variables that determine how a sidecar connects to its mesh. */
const variables: Readonly<Record<string, string>> = lookupTable({
  CA_ADDR: 'where the Istio sidecar requests certificates',
  CLUSTER_ID: 'the cluster as Istio knows it',
  DISABLE_ENVOY: 'whether the Istio sidecar runs an Envoy of its own',
  ISTIO_META_CLUSTER_ID: 'the cluster as Istio knows it',
  ISTIO_META_MESH_ID: 'the mesh that the proxy belongs to',
  ISTIO_MTLS_SDS_ENABLED: "whether the SDS sidecar serves Istio's certificates",
  GLOO_MTLS_SDS_ENABLED: "whether the SDS sidecar serves Gloo's own certificates",
  JWT_POLICY: 'which token the Istio sidecar presents',
  OUTPUT_CERTS: 'where the Istio sidecar writes the certificates',
  PILOT_CERT_PROVIDER: "who signs Istio's certificates",
  PROXY_CONFIG: "the Istio sidecar's mesh configuration",
});

function ofVariable(name: string, change: DiffChange['change'], before: string, after: string): string | undefined {
  const what = variables[name];
  if (what === undefined) return undefined;
  if (change === 'removed') return `${what} is no longer set`;
  // A variable with `valueFrom` has no text to show.
  if (after === '' || `${before}${after}`.length >= 100 || /\n/.test(before + after))
    return `${what} ${change === 'added' ? 'is given' : 'changes'}`;
  return change === 'added' ? `${what}: ${after}` : `${what}: ${before} → ${after}`;
}

function ofImage(role: string, before: string, after: string): string | undefined {
  const [old, next] = [partsOf(before), partsOf(after)];
  const versions = `${old.tag} → ${next.tag}`;
  if (old.name !== next.name) return `${role}: another image, ${old.name}:${old.tag} → ${next.name}:${next.tag}`;
  const moved = old.registry === next.registry ? '' : `, from ${next.registry} instead of ${old.registry}`;
  if (old.tag === next.tag)
    return `${role} image ${next.name}:${next.tag}${moved === '' ? ', with another digest' : moved}`;
  return `${role} image ${next.name} ${versions}${directionOf(old.tag, next.tag)}${moved}`;
}

/** An image without its digest: the registry, the name in it, and the tag. */
function partsOf(image: string): { readonly registry: string; readonly name: string; readonly tag: string } {
  // Without a name it is not an image reference.
  const { base, tag, digest } = image.startsWith('@') ? { ...parseImage(''), base: image } : parseImage(image);
  const [host = '', ...path] = base.split('/');
  const isRegistry = path.length > 0 && (host === 'localhost' || /[.:]/.test(host));
  const [registry, name] = isRegistry ? [host, path.join('/')] : ['docker.io', base];
  return { registry, name, tag: tag ?? digest?.slice(0, 19) ?? 'latest' };
}

function directionOf(before: string, after: string): string {
  const [old, next] = [versionIn(before), versionIn(after)];
  return old !== undefined && next !== undefined && compareVersions(old, next) > 0 ? ' (a downgrade)' : '';
}

/** The version at the start of a tag, which may name a variant, as in 1.22.0-distroless. */
function versionIn(tag: string): ReturnType<typeof parseVersion> {
  return parseVersion(tag) ?? parseVersion(/^v?\d+\.\d+\.\d+/.exec(tag)?.[0] ?? '');
}

function ofEnvoy({ change, before, after }: DiffChange, path: Path): string | undefined {
  const [section, list, name, field] = path;
  if (section !== 'static_resources' || typeof name !== 'string') return undefined;
  if (list === 'clusters')
    return field === undefined ? ofCluster(name, change) : ofClusterField(name, String(path.at(-1)), before, after);
  if (list !== 'listeners' || field !== undefined) return undefined;
  const serves: Readonly<Record<string, string>> = {
    prometheus_listener: 'metrics for Prometheus',
    read_config_listener: "Envoy's own configuration for reading",
  };
  const what = serves[name] ?? `listener ${name}`;
  return change === 'added' ? `Envoy serves ${what}` : `Envoy serves ${what} no longer`;
}

function ofCluster(name: string, change: DiffChange['change']): string | undefined {
  if (name === 'gateway_proxy_sds') {
    return change === 'added'
      ? 'SDS cluster added: upstreams with sslConfig.sds get certificates'
      : 'SDS cluster removed: upstreams with sslConfig.sds will fail';
  }
  if (/xds/.test(name) || /:9977$/.test(name))
    return change === 'added'
      ? 'Envoy can get configuration from Gloo there'
      : 'Envoy no longer gets configuration from Gloo there';
  return undefined;
}

function ofClusterField(
  cluster: string,
  field: string,
  before: Value | undefined,
  after: Value | undefined,
): string | undefined {
  if (field === 'port_value' || field === 'address')
    return `Envoy reaches ${cluster} at another ${field === 'address' ? 'address' : 'port'}: ${wordOf(before)} → ${wordOf(after)}`;
  return field === 'connect_timeout'
    ? `Envoy waits ${wordOf(after)} instead of ${wordOf(before)} for a connection to ${cluster}`
    : undefined;
}

function namesOf(value: Value | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** The variable's value, or where it comes from. */
function valueOf(variable: Value | undefined): string {
  return isMap(variable) && typeof variable['value'] === 'string' ? variable['value'] : '';
}
