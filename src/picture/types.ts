import type { KubeObject } from '../objects/object.ts';
import type { Problem } from '../problem.ts';

/** What is wrong with something that is drawn. */
export interface Fault {
  readonly code: string;
  readonly message: string;
}

/** A box: a container or a volume of the pod, or something outside. */
export interface PictureNode {
  readonly id: string;
  readonly kind: 'container' | 'volume' | 'outside';
  readonly title: string;
  readonly rows: readonly string[];
  readonly faults: readonly Fault[];
  /** Something that should be there. */
  readonly isMissing: boolean;
}

/** An arrow between two boxes. */
export interface PictureEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** On the way of the mesh's certificates, or of requests. */
  readonly isCertificates: boolean;
  /** Something that should be there. */
  readonly isMissing: boolean;
}

/** The pod of one workload and what it has to do with. */
export interface PodPicture {
  /** `Deployment gloo-system/gateway-proxy`. */
  readonly title: string;
  readonly rows: readonly string[];
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
}

/** A workload and what belongs to it. */
export interface PicturedProxy {
  readonly workload: KubeObject;
  readonly configMap: KubeObject | undefined;
  readonly services: readonly KubeObject[];
  /** Those whose requests ask the pod's SDS server for a certificate. */
  readonly upstreams: readonly KubeObject[];
  /** What was found in the workload and its ConfigMap. */
  readonly problems: readonly Problem[];
}
