import { trimEndOf } from '../trim.ts';
import { isList, isMap, type ValueMap } from '../value.ts';

/** Which workloads a policy applies to, and what it requires of clients. */
export interface PolicyOptions {
  /** The namespace it applies to; the whole mesh if omitted. With a workload, `default`. */
  readonly namespace?: string | undefined;
  /** Labels of the pods it applies to; all pods of the namespace if omitted. */
  readonly workload?: Readonly<Record<string, string>> | undefined;
  readonly mode?: 'STRICT' | 'PERMISSIVE' | undefined;
  /** Istio's root namespace, whose policies apply to the whole mesh. */
  readonly istioNamespace?: string | undefined;
}

/**
 * A PeerAuthentication, which decides whether the pods of a mesh, a namespace or a workload accept anything but mTLS.
 */
export function peerAuthentication(options: PolicyOptions = {}): ValueMap {
  const { workload, mode = 'STRICT', istioNamespace = 'istio-system' } = options;
  const labels = Object.entries(workload ?? {});
  const namespace = options.namespace ?? (labels.length > 0 ? 'default' : istioNamespace);
  return {
    apiVersion: 'security.istio.io/v1beta1',
    kind: 'PeerAuthentication',
    metadata: { name: nameOf(workload), namespace },
    spec: {
      ...(labels.length === 0 ? {} : { selector: { matchLabels: Object.fromEntries(labels) } }),
      mtls: { mode },
    },
  };
}

/**
 * A workload's policy has the workload's name; a namespace has only one policy for all pods, which Istio calls
 * `default`.
 */
function nameOf(workload: PolicyOptions['workload']): string {
  const label = workload?.['app'] ?? workload?.['app.kubernetes.io/name'] ?? Object.values(workload ?? {})[0] ?? '';
  const plain = label.toLowerCase().replace(/[^a-z0-9.-]+/g, '-');
  const name = trimEndOf(plain.replace(/^[.-]+/, ''), '.-');
  return name === '' ? 'default' : name;
}

/** What the pods of an Upstream require of clients. */
export type Mode = 'STRICT' | 'PERMISSIVE' | 'DISABLE';

/** The mode for pods, and what decided it. */
export interface EffectiveMode {
  readonly mode: Mode;
  /** The policy in words; undefined if there is none and Istio's default applies. */
  readonly by: ValueMap | undefined;
  /** Policies that may or may not apply to these pods, because not all labels are known. */
  readonly perhaps: readonly ValueMap[];
}

/** Pods as far as they are known. */
export interface Pods {
  readonly namespace: string;
  /** Labels that they certainly have. */
  readonly labels: ValueMap;
  /** The port that is called; undefined if only the Service's port is known. */
  readonly port: number | undefined;
}

/**
 * What Istio requires of clients of these pods: the workload's own policy decides, else its namespace's, else the
 * mesh's; of several the oldest, which in files is the first. A port's own mode wins within its policy. With `UNSET`
 * the next one decides.
 */
export function modeOf(pods: Pods, policies: readonly ValueMap[], rootNamespace: string): EffectiveMode {
  const perhaps: ValueMap[] = [];
  const levels: ValueMap[][] = [[], [], []];
  for (const policy of policies) {
    const namespace = metadataOf(policy)['namespace'];
    const labels = labelsOf(policy);
    if (labels !== undefined && namespace === pods.namespace) {
      const entries = Object.entries(labels);
      if (entries.every(([key, value]) => pods.labels[key] === value)) levels[0]?.push(policy);
      else if (entries.every(([key, value]) => [undefined, value].includes(pods.labels[key] as string | undefined)))
        perhaps.push(policy);
    } else if (labels === undefined && namespace === pods.namespace) levels[1]?.push(policy);
    if (labels === undefined && namespace === rootNamespace) levels[2]?.push(policy);
  }
  for (const level of levels) {
    const [policy] = level;
    const mode = policy === undefined ? undefined : modeIn(policy, pods.port);
    if (mode !== undefined) return { mode, by: policy, perhaps };
  }
  return { mode: 'PERMISSIVE', by: undefined, perhaps };
}

function modeIn(policy: ValueMap, port: number | undefined): Mode | undefined {
  const spec = isMap(policy['spec']) ? policy['spec'] : {};
  const ports = isMap(spec['portLevelMtls']) ? spec['portLevelMtls'] : {};
  const own = port === undefined ? undefined : ports[String(port)];
  return asMode(own) ?? asMode(spec['mtls']);
}

function asMode(mtls: ValueMap[string] | undefined): Mode | undefined {
  const mode = isMap(mtls) ? mtls['mode'] : undefined;
  return mode === 'STRICT' || mode === 'PERMISSIVE' || mode === 'DISABLE' ? mode : undefined;
}

/** The labels of a policy's pods; undefined if it applies to all of them. */
function labelsOf(policy: ValueMap): ValueMap | undefined {
  const spec = isMap(policy['spec']) ? policy['spec'] : {};
  const labels = isMap(spec['selector']) ? spec['selector']['matchLabels'] : undefined;
  return isMap(labels) && !isList(labels) && Object.keys(labels).length > 0 ? labels : undefined;
}

function metadataOf(object: ValueMap): ValueMap {
  return isMap(object['metadata']) ? object['metadata'] : {};
}
