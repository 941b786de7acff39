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
  /** Where it is written: the path in an object, and the file and line where the object came from a text. */
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
   * Which proxies send the requests, by their label `gloo`; left out where there are those of the chart alone. Those of Gateways
   * also have rows for the Services that routes name, under the names that Gloo gives them (`kube-svc:…`).
   */
  readonly proxies?: 'gateway-proxy' | 'kube-gateway';
  /** Whether a route leads to it; left out where no object was given that could have one. */
  readonly isRouted?: boolean;
  /** In the order of the chain; a verdict other than `works` has the reasons for it alone. */
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

/** What is known of Gloo and the mesh. What is left out is not known, and the check says where that matters. */
export interface KnownWorld {
  /**
   * Objects of any kind: gateway proxies (Deployment or DaemonSet and ConfigMap), gloo's Deployment, Settings, Upstreams, Services,
   * Endpoints, Pods or the workloads that make them, Namespaces, PeerAuthentications, AuthorizationPolicies, istiod.
   */
  readonly objects?: Objects;
  /**
   * Of which kinds `objects` has all that there are; `true` for every kind. Without it, policies of a namespace from which there
   * is at least one count as given; of any other nothing is known.
   */
  readonly complete?: boolean | readonly string[];
  /** Gloo's release, where no object says it. */
  readonly glooVersion?: string | undefined;
  /** The namespace of Gloo; `gloo-system` by default. */
  readonly glooNamespace?: string | undefined;
  /** Istio's version, where no istiod is among the objects. */
  readonly istioVersion?: string | undefined;
  /** Istio's root namespace; by default as the mesh's ConfigMap among the objects says, else `istio-system`. */
  readonly rootNamespace?: string | undefined;
  /** By default as the mesh's ConfigMap says, else `cluster.local`. */
  readonly trustDomain?: string | undefined;
}
