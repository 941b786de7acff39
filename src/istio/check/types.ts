import type { Problem } from '../../problem.ts';
import type { ValueMap } from '../../value.ts';
import type { Source } from '../../yaml/read.ts';

/** Whether requests to an Upstream arrive over the mesh's mutual TLS. */
export type Verdict = 'works' | 'refused' | 'plain-text' | 'unknown';

/** One link of the chain that leads to a verdict. */
export interface Reason {
  /** Stable, kebab-case. */
  readonly code: string;
  readonly text: string;
  /** Where it is written: the path in an object, and file and line if the object was read from a text. */
  readonly path?: string;
  readonly file?: string;
  readonly line?: number;
  /** What was not given and would decide. */
  readonly missing?: string;
}

export interface UpstreamRow {
  readonly upstream: { readonly namespace: string; readonly name: string };
  readonly verdict: Verdict;
  /**
   * Which proxies send the requests, by their label `gloo`; omitted if there are only those of the chart. Those of
   * Gateways also have rows for the Services that routes refer to, under the names that Gloo gives them (`kube-svc:…`).
   */
  readonly proxies?: 'gateway-proxy' | 'kube-gateway';
  /** Whether a route leads to it; omitted if no object was given that could have one. */
  readonly isRouted?: boolean;
  /** In the order of the chain; a verdict other than `works` lists only the reasons for it. */
  readonly reasons: readonly Reason[];
}

export interface MtlsCheck {
  readonly rows: readonly UpstreamRow[];
  readonly problems: readonly Problem[];
  /** What was taken from the values' files besides values: a release, a namespace. */
  readonly notes?: readonly string[];
}

/** Objects as texts of manifests (YAML, JSON, lists), or parsed. */
export type Objects = string | Source | readonly (string | Source | ValueMap | { readonly object: ValueMap })[];

/** What is known about Gloo and the mesh. Whatever is omitted is unknown, and the result says where that matters. */
export interface KnownWorld {
  /**
   * Objects of any kind: gateway proxies (Deployment or DaemonSet and ConfigMap), gloo's Deployment, Settings, Upstreams, Services,
   * Endpoints, Pods or the workloads that make them, Namespaces, PeerAuthentications, AuthorizationPolicies, istiod.
   */
  readonly objects?: Objects;
  /**
   * The kinds of which `objects` is complete; `true` for every kind. Otherwise the policies of a namespace count as
   * given if it has at least one; nothing else is assumed.
   */
  readonly complete?: boolean | readonly string[];
  /** Gloo's release, if no object shows it. */
  readonly glooVersion?: string | undefined;
  /** The namespace of Gloo; `gloo-system` by default. */
  readonly glooNamespace?: string | undefined;
  /** Istio's version, if there is no istiod among the objects. */
  readonly istioVersion?: string | undefined;
  /** Istio's root namespace; by default from the mesh's ConfigMap among the objects, else `istio-system`. */
  readonly rootNamespace?: string | undefined;
  /** By default from the mesh's ConfigMap, else `cluster.local`. */
  readonly trustDomain?: string | undefined;
}
