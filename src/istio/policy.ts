import { trimEndOf } from '../trim.ts';
import type { ValueMap } from '../value.ts';

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
