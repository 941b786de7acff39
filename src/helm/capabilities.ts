import type { Problem } from '../problem.ts';

/** The Kubernetes version that the objects are for. */
export interface KubeVersion {
  readonly major: number;
  readonly minor: number;
}

/** What Helm tells a chart about the cluster. */
export interface Capabilities {
  /** Undefined if no version is given; Helm's default is newer than anything that charts ask for. */
  readonly kube: KubeVersion | undefined;
  /** API versions that the cluster serves besides Kubernetes' own. */
  readonly apiVersions: readonly string[];
}

/** A cluster about which nothing is known. */
export const anyCluster: Capabilities = { kube: undefined, apiVersions: [] };

export interface CapabilityOptions {
  /** As Helm's `--kube-version`: 1.27, v1.27.3, v1.27.3-gke.100. */
  readonly kubeVersion?: string;
  /** As Helm's `--api-versions`: autoscaling/v2beta2. */
  readonly apiVersions?: readonly string[];
}

/** What is known about the cluster; a problem `bad-option` if the version is invalid. */
export function capabilitiesOf({ kubeVersion, apiVersions = [] }: CapabilityOptions): {
  readonly capabilities: Capabilities;
  readonly problems: readonly Problem[];
} {
  const kube = kubeVersion === undefined ? undefined : parseKubeVersion(kubeVersion);
  const isBad = kubeVersion !== undefined && kube === undefined;
  return { capabilities: { kube, apiVersions }, problems: isBad ? [unknownVersion(kubeVersion)] : [] };
}

/** Parses a version as Helm 3.19 does (`k8sversion.ParseGeneric`): two numbers or more, and any suffix is ignored. */
function parseKubeVersion(text: string): KubeVersion | undefined {
  const [matched, major, minor] = /^v?(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(?!\d)/.exec(text.trim()) ?? [];
  return matched === undefined ? undefined : { major: Number(major), minor: Number(minor) };
}

function unknownVersion(text: string): Problem {
  return {
    code: 'bad-option',
    severity: 'error',
    message: `${JSON.stringify(text.slice(0, 60))} is not a version of Kubernetes.`,
    hint: 'write 1.27, 1.27.3 or v1.27.3-gke.100, as kubectl version prints it',
  };
}

/** Whether a template's `semverCompare ">=1.N"` holds. */
export function isKubeAtLeast({ kube }: Capabilities, minor: number): boolean {
  return kube === undefined || !isKubeBefore(kube, minor);
}

/** Whether a cluster is older than Kubernetes 1.N. */
export function isKubeBefore({ major, minor }: KubeVersion, bound: number): boolean {
  return major < 1 || (major === 1 && minor < bound);
}
