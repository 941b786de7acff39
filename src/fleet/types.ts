import type { GlooValues } from '../values/types.gen.ts';

/** What a fleet, a group and a cluster can say, each on top of the one before; `schema/fleet.schema.json` describes the file. */
export interface FleetLayer {
  /** A release (`1.22.1`), a line (`1.21`) or a range (`^1.20`) of the chart. */
  readonly chartVersion?: string;
  readonly namespace?: string;
  readonly releaseName?: string;
  /** Files, relative to the fleet's, and values written here, from the lowest to the highest. */
  readonly values?: string | GlooValues | readonly (string | GlooValues)[];
  readonly set?: string | readonly string[];
  readonly setString?: string | readonly string[];
  readonly setJson?: string | readonly string[];
  readonly setFile?: string | readonly string[];
  readonly setLiteral?: string | readonly string[];
}

/** One cluster of a fleet, and one line of a fleet in JSON lines. */
export interface FleetCluster extends FleetLayer {
  /** What messages and folders call it. */
  readonly name: string;
  /** The groups whose layers it has, from the lowest to the highest. */
  readonly group?: string | readonly string[];
  /** For `diff`: a file with what is installed. */
  readonly installed?: string;
  /** For `diff`: the context of the kubeconfig by which the cluster is asked. */
  readonly context?: string;
  /** For `diff`: the kubeconfig that has the context. */
  readonly kubeconfig?: string;
}

/** A fleet file. */
export interface Fleet extends FleetLayer {
  readonly groups?: Readonly<Record<string, FleetLayer>>;
  readonly clusters: readonly FleetCluster[];
}
