import type { Chart } from '../chart/chart.ts';
import type { KubeObject } from '../objects/object.ts';
import { deviate, type Found, mapIn, type Scope } from '../proxy/scope.ts';
import { listOf, mapOf, type Value, type ValueMap, valueAt, withValueAt } from '../value.ts';
import { readBare } from '../yaml/bare.ts';
import { encodeKube } from './decode.ts';
import { type GatewayPort, type KubeWorld, portsOf } from './gateway.ts';

/** What the control plane knows from its Settings, its Service and its environment. */
export interface KubeController {
  readonly istioIntegration: boolean;
  readonly xdsHost: string;
  readonly xdsPort: number;
  readonly glooMtls: boolean;
  /** The namespace in which it runs. */
  readonly namespace: string;
  readonly aws:
    | { readonly enableServiceAccountCredentials: boolean; readonly stsClusterName: string; readonly stsUri: string }
    | undefined;
}

export interface KubeMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly annotations: ValueMap | undefined;
  readonly labels: ValueMap | undefined;
  /** Undefined for a Gateway that is not in a cluster. */
  readonly owner: ValueMap | undefined;
}

/** A Gateway that gets a proxy, with everything that determines the proxy's objects. */
export interface KubeProxy {
  readonly chart: Chart;
  readonly gateway: KubeObject;
  readonly control: KubeController;
  /** The name of its objects. */
  readonly name: string;
  /** The merged parameters' `spec.kube`, encoded as by Go. */
  readonly kube: Scope;
  readonly ports: readonly GatewayPort[];
  /** Returns the collector for problems in an object. */
  foundIn(object: KubeObject): Found;
  readonly mutualTls: { readonly istio: boolean; readonly gloo: boolean };
  readonly selector: ValueMap;
  readonly labels: ValueMap;
  readonly owner: KubeMetadata['owner'];
}

export interface ProxySource {
  readonly gateway: KubeObject;
  readonly spec: ValueMap;
  readonly world: KubeWorld;
  readonly control: KubeController;
  readonly chart: Chart;
}

/** Determines the proxy of a Gateway. */
export function kubeProxyOf(source: ProxySource, ofParameters: Found, foundIn: KubeProxy['foundIn']): KubeProxy {
  const { gateway, spec, world, control, chart } = source;
  const given = spec['kube'];
  const encoded = given === undefined ? {} : encodeKube(given as ValueMap, chart); // Encoding a map returns a map.
  const kube: Scope = { map: withoutUser(encoded), path: ['spec', 'kube'], found: ofParameters };
  const service = mapIn(kube, 'service').map;
  const nodePortOf = (port: number): Value | undefined =>
    service['type'] === 'NodePort' ? nodePortIn(service['ports'], port) : undefined;
  const { name, object } = gateway;
  const uid = valueAt(object, 'metadata', 'uid');
  const [printedName, objectName] = [printedAs(gateway, foundIn(gateway)), cutName(`gloo-proxy-${name}`)];
  const selector = {
    'app.kubernetes.io/name': objectName,
    'app.kubernetes.io/instance': printedName,
    'gateway.networking.k8s.io/gateway-name': printedName,
  };
  return {
    chart,
    gateway,
    control,
    name: objectName,
    kube,
    ports: portsOf(gateway, world, chart, nodePortOf),
    foundIn,
    mutualTls: { istio: control.istioIntegration, gloo: control.glooMtls && chart.has('kubeGlooMtls') },
    selector,
    labels: {
      gloo: 'kube-gateway',
      'helm.sh/chart': `gloo-gateway-${chart.release}`,
      ...selector,
      'app.kubernetes.io/version': chart.release,
      'app.kubernetes.io/managed-by': 'Helm',
    },
    owner: uid === undefined ? undefined : { apiVersion: gateway.apiVersion, kind: gateway.kind, name, uid },
  };
}

/** Names of objects and label values are limited to 63 characters. */
function cutName(name: string): string {
  return name.slice(0, 63).replace(/-$/, '');
}

/** The name of an object of the proxy, and its labels and annotations that are not its own. */
export function objectMetadata(
  { name, gateway, labels, owner }: KubeProxy,
  more: { readonly suffix?: string; readonly labels?: ValueMap; readonly annotations?: ValueMap } = {},
): KubeMetadata {
  return {
    name: `${name}${more.suffix ?? ''}`,
    namespace: gateway.namespace,
    annotations: more.annotations,
    labels: { ...labels, ...more.labels },
    owner,
  };
}

function nodePortIn(ports: Value | undefined, wanted: number): Value | undefined {
  return valueAt(
    listOf(ports).find((one) => valueAt(one, 'port') === wanted),
    'nodePort',
  );
}

/**
 * The control plane's chart prints the name without quotes: null is an empty string to Go, and a value of another type
 * stays a string here.
 */
function printedAs({ name, object }: KubeObject, found: Found): string {
  const read = readBare(name);
  if (read === name) return name;
  if (read === null) return '';
  deviate(mapIn({ map: object, path: [], found }, 'metadata'), 'bare-name', 'name', {
    what: 'The name',
    value: JSON.stringify(name),
  });
  return name;
}

/** If requested, the cluster assigns the user ids of all containers. */
function withoutUser(kube: ValueMap): ValueMap {
  if (kube['floatingUserId'] !== true) return kube;
  const contexts = [
    ['podTemplate'],
    ['envoyContainer'],
    ['sdsContainer'],
    ['istio', 'istioProxyContainer'],
    ['aiExtension'],
  ];
  return contexts.reduce((left, path) => {
    const user = [...path, 'securityContext', 'runAsUser'];
    return valueAt(left, ...user) === undefined ? left : mapOf(withValueAt(left, user, undefined));
  }, kube);
}
