/** Why Kubernetes or Envoy would reject what a chart renders, written without glistio's rules. */
import { isList, isMap, type Value, type ValueMap, valueAt } from '../src/value.ts';
import { envoyErrors } from '../test/parity/envoy.ts';
import { kubernetesErrors } from '../test/parity/kubernetes.ts';

/** Why Kubernetes or Envoy would reject an object, in which YAML in a ConfigMap is parsed. */
export function faultsOf(object: ValueMap): string[] {
  const isWorkload = object['kind'] === 'Deployment' || object['kind'] === 'DaemonSet';
  const hollow = isWorkload && !isMap(valueAt(object, 'spec', 'template', 'spec')) ? ['no pod'] : [];
  // An override may take the whole metadata away.
  const nameless = typeof valueAt(object, 'metadata', 'name') === 'string' ? [] : ['no name'];
  return [...hollow, ...nameless, ...kubernetesErrors(object), ...bootstrapFaults(object), ...beyondTypes(object)].map(
    general,
  );
}

function bootstrapFaults(object: ValueMap): string[] {
  const data = object['kind'] === 'ConfigMap' ? object['data'] : undefined;
  const { metadata = null } = object;
  if (object['kind'] !== 'ConfigMap' || !isMap(metadata) || !String(metadata['name']).endsWith('-envoy-config'))
    return [];
  const config = isMap(data) ? (data['envoy.yaml'] ?? null) : null;
  if (!isMap(config)) return ['envoy.yaml is not a map'];
  // An extension that is unknown here may be known to Envoy.
  return envoyErrors(config).filter((error) => !error.includes('is unknown'));
}

const label = /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/;
const labelKey = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;
const dnsLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const dnsName = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const quantity = /^[+-]?[\d.]+([eE][+-]?\d+|[numkMGTPE]i?)?$/;

/** The required form of fields, by the end of their path; unset and empty ones are judged elsewhere. */
const forms: readonly (readonly [place: RegExp, form: RegExp])[] = [
  [/^\.metadata\.namespace$/, dnsLabel],
  [/^\.metadata\.name$|\.(serviceAccountName|priorityClassName)$$/, dnsName],
  [/\.((initC|c)ontainers|volumes)\[\d+\]\.name$/, dnsLabel],
  [/\.imagePullPolicy$/, /^(Always|IfNotPresent|Never)$/],
  [/\.dnsPolicy$/, /^(ClusterFirst|ClusterFirstWithHostNet|Default|None)$/],
  [/\.(containerPort|hostPort)$/, /^([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])$/],
];

/** What an object's finalizers may be: one of Kubernetes' own, or a name with a domain. */
const finalizer = /^(kubernetes|orphan|foregroundDeletion|[a-z0-9.-]+\/[\w.-]+)$/;

/**
 * What the API server and Envoy reject although the types are right: a port out of range, a constraint without its key,
 * a list in Envoy's runtime.
 */
function beyondTypes(value: Value, path = ''): string[] {
  if (isList(value)) {
    if (path === '.metadata.finalizers' && value.some((item) => !finalizer.test(String(item))))
      return [`${path}: no name`];
    const inRuntime = /overload\.global_downstream_max_connections$|healthy_panic_threshold\.value$/.test(path);
    return inRuntime ? [`${path}: a list`] : value.flatMap((item, index) => beyondTypes(item, `${path}[${index}]`));
  }
  if (!isMap(value)) return [];
  const lacks = (key: string): boolean => (value[key] ?? '') === '';
  if (/\.(initC|c)ontainers\[\d+\]$/.test(path) && (lacks('image') || lacks('name'))) return [`${path}: lacks a field`];
  if (/ontainers\[\d+\]\.ports\[\d+\]$/.test(path) && lacks('containerPort')) return [`${path}: no containerPort`];
  if (/\.secret$/.test(path) && lacks('secretName') && !('name' in value)) return [`${path}: no secretName`];
  const operator = value['operator'] ?? '';
  if (/\.tolerations\[\d+\]$/.test(path) && lacks('key') && operator !== 'Exists') return [`${path}: no key`];
  if (/topologySpreadConstraints\[\d+\]$/.test(path) && !('topologyKey' in value)) return [`${path}: no topologyKey`];
  return Object.entries(value).flatMap(([key, item]) => {
    const at = `${path}.${key}`;
    if (/\.(labels|annotations|nodeSelector)$/.test(path) && !labelKey.test(key)) return [`${path}: no key`];
    if (/\.(labels|nodeSelector)$/.test(path) && !label.test(String(item ?? ''))) return [`${path}: no label`];
    if (key === '@type' && !String(item).includes('/')) return [`${at}: no type`];
    if (/\.(requests|limits)$/.test(path) && typeof item === 'string' && !quantity.test(item))
      return [`${at}: no quantity`];
    const form = item === null || item === '' || isMap(item) ? undefined : forms.find(([place]) => place.test(at))?.[1];
    return form === undefined || form.test(String(item)) ? beyondTypes(item, at) : [`${at}: no such value`];
  });
}

/** A place without what varies between cases: indexes, names of proxies, line numbers. */
export function general(text: string): string {
  return text
    .replace(/gatewayProxies\.[\w-]+/g, 'gatewayProxies.NAME')
    .replace(/\[\d+\]|\/\d+(?=\/|:)/g, '[]')
    .replace(/line \d+/g, 'line N')
    .replace(/:\d+:\d+/g, ':L')
    .replaceAll('\n', ' ');
}
