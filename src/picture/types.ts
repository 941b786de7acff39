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
  /** Something that is missing but required. */
  readonly isMissing: boolean;
}

/** An arrow between two boxes. */
export interface PictureEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** On the path of the mesh's certificates, or of requests. */
  readonly isCertificates: boolean;
  /** Something that is missing but required. */
  readonly isMissing: boolean;
}

/** The pod of one workload and its surroundings. */
export interface PodPicture {
  /** `Deployment gloo-system/gateway-proxy`. */
  readonly title: string;
  readonly rows: readonly string[];
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
}

/** A workload and the objects that belong to it. */
export interface PicturedProxy {
  readonly workload: KubeObject;
  readonly configMap: KubeObject | undefined;
  readonly services: readonly KubeObject[];
  /** Those that request a certificate from the pod's SDS server. */
  readonly upstreams: readonly KubeObject[];
  /** The problems of the workload and its ConfigMap. */
  readonly problems: readonly Problem[];
}
