import type { GlooValues } from '../schema/types.gen.ts';

/** The keys of a fleet, a group and a cluster, each overriding the previous ones. */
export interface FleetLayer {
  readonly chartVersion?: string;
  readonly namespace?: string;
  readonly releaseName?: string;
  /** Kubernetes version of the cluster, such as 1.27. */
  readonly kubeVersion?: string;
  /** The values are those of a chart that wraps Gloo's, with Gloo's under this key; several are levels. */
  readonly partialOf?: string | readonly string[];
  /** Files, relative to the fleet's, and inline values, from lowest to highest. */
  readonly values?: string | GlooValues | readonly (string | GlooValues)[];
  /**
   * Files with Gateways of the Kubernetes Gateway API and related objects; those of fleet, groups and cluster are
   * combined.
   */
  readonly gateways?: string | readonly string[];
  readonly set?: string | readonly string[];
  readonly setString?: string | readonly string[];
  readonly setJson?: string | readonly string[];
  readonly setFile?: string | readonly string[];
  readonly setLiteral?: string | readonly string[];
}

/** One cluster of a fleet. */
export interface FleetCluster extends FleetLayer {
  readonly name: string;
  /** The groups whose layers it has, from lowest to highest. */
  readonly group?: string | readonly string[];
  /** For `diff`: a file with what is installed. */
  readonly installed?: string;
  /** For `diff`: the context to access the cluster with. */
  readonly context?: string;
  readonly kubeconfig?: string;
}

/** A fleet file. */
export interface Fleet extends FleetLayer {
  readonly groups?: Readonly<Record<string, FleetLayer>>;
  readonly clusters: readonly FleetCluster[];
}
