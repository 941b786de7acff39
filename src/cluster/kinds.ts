interface Resource {
  readonly apiVersion: string;
  readonly plural: string;
}

/** The kinds that glistio changes or reads. */
export const resources = {
  ConfigMap: { apiVersion: 'v1', plural: 'configmaps' },
  Deployment: { apiVersion: 'apps/v1', plural: 'deployments' },
  DaemonSet: { apiVersion: 'apps/v1', plural: 'daemonsets' },
  Service: { apiVersion: 'v1', plural: 'services' },
  Upstream: { apiVersion: 'gloo.solo.io/v1', plural: 'upstreams' },
  VirtualService: { apiVersion: 'gateway.solo.io/v1', plural: 'virtualservices' },
  PeerAuthentication: { apiVersion: 'security.istio.io/v1beta1', plural: 'peerauthentications' },
} as const satisfies Readonly<Record<string, Resource>>;

export type Kind = keyof typeof resources;

/** Read-only kinds. */
export const readResources = {
  ...resources,
  Pod: { apiVersion: 'v1', plural: 'pods' },
  Namespace: { apiVersion: 'v1', plural: 'namespaces' },
  Endpoints: { apiVersion: 'v1', plural: 'endpoints' },
  Secret: { apiVersion: 'v1', plural: 'secrets' },
  ServiceAccount: { apiVersion: 'v1', plural: 'serviceaccounts' },
  Settings: { apiVersion: 'gloo.solo.io/v1', plural: 'settings' },
  RouteTable: { apiVersion: 'gateway.solo.io/v1', plural: 'routetables' },
  UpstreamGroup: { apiVersion: 'gloo.solo.io/v1', plural: 'upstreamgroups' },
  // From the Kubernetes Gateway API; Gloo's kind of the same name is not read here.
  Gateway: { apiVersion: 'gateway.networking.k8s.io/v1', plural: 'gateways' },
  GatewayClass: { apiVersion: 'gateway.networking.k8s.io/v1', plural: 'gatewayclasses' },
  GatewayParameters: { apiVersion: 'gateway.gloo.solo.io/v1alpha1', plural: 'gatewayparameters' },
  XListenerSet: { apiVersion: 'gateway.networking.x-k8s.io/v1alpha1', plural: 'xlistenersets' },
  HTTPRoute: { apiVersion: 'gateway.networking.k8s.io/v1', plural: 'httproutes' },
  TCPRoute: { apiVersion: 'gateway.networking.k8s.io/v1alpha2', plural: 'tcproutes' },
  ReferenceGrant: { apiVersion: 'gateway.networking.k8s.io/v1beta1', plural: 'referencegrants' },
  AuthorizationPolicy: { apiVersion: 'security.istio.io/v1beta1', plural: 'authorizationpolicies' },
  Sidecar: { apiVersion: 'networking.istio.io/v1alpha3', plural: 'sidecars' },
  EnvoyFilter: { apiVersion: 'networking.istio.io/v1alpha3', plural: 'envoyfilters' },
  MutatingWebhookConfiguration: {
    apiVersion: 'admissionregistration.k8s.io/v1',
    plural: 'mutatingwebhookconfigurations',
  },
} as const satisfies Readonly<Record<string, Resource>>;

export type ReadKind = keyof typeof readResources;

/** The API path of a kind's objects: in one namespace, or in all. */
export function collectionOf(kind: ReadKind, namespace: string | undefined): string {
  const { apiVersion, plural } = readResources[kind];
  return collectionAt(apiVersion, plural, namespace);
}

/** The same for a version that is not in the table. */
export function collectionAt(apiVersion: string, plural: string, namespace: string | undefined): string {
  const group = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  return namespace === undefined
    ? `${group}/${plural}`
    : `${group}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

/**
 * The objects that a command may change together. `elsewhere` lists the kinds that it also changes in other namespaces.
 * `policy` and `route` change a single object, which needs no record.
 */
export const changedBy = {
  inject: { here: ['ConfigMap', 'Deployment', 'DaemonSet'], elsewhere: [] },
  uninject: { here: ['Upstream', 'Deployment', 'DaemonSet', 'ConfigMap'], elsewhere: ['Upstream'] },
  'enable-mtls': { here: ['Upstream'], elsewhere: [] },
  'disable-mtls': { here: ['Upstream'], elsewhere: [] },
} as const satisfies Readonly<Record<string, { readonly here: readonly Kind[]; readonly elsewhere: readonly Kind[] }>>;

/** A command that keeps a record while it changes a cluster. */
export type RecordedCommand = keyof typeof changedBy;
