import { trimEndOf } from '../../trim.ts';
import { listOf, mapsIn, textOf, type ValueMap } from '../../value.ts';

/**
 * Whether an injected sidecar terminates the mesh's mTLS, or Istio's agent is only there to write certificates. Returns
 * why that is unknown for other uses of the agent.
 */
export function sidecarIn(spec: ValueMap, annotations: ValueMap): boolean | string {
  const all = [...mapsIn(spec['containers']), ...mapsIn(spec['initContainers'])];
  const agent = all.find(({ name }) => name === 'istio-proxy');
  const templates = textOf(annotations['inject.istio.io/templates']) ?? '';
  if (/\bgrpc-/.test(templates)) return 'has Istio’s gRPC agent instead of a sidecar';
  if (/\bgateway\b/.test(templates)) return 'is an Istio gateway';
  if (agent === undefined) return 'sidecar.istio.io/status' in annotations;
  if (listOf(agent['args']).includes('router')) return 'is an Istio gateway';
  const isWriter = mapsIn(agent['env']).some(({ name, value }) => name === 'DISABLE_ENVOY' && value === 'true');
  return !isWriter && all.every(({ name }) => name !== 'sds');
}

/**
 * Labels that controllers add to a template's pods, with values that only the pods themselves show. A selector that
 * asks for one may or may not match.
 */
export function isPodOnlyLabel(key: string): boolean {
  return podOnlyLabels.has(key) || key.startsWith('topology.istio.io/');
}

const podOnlyLabels: ReadonlySet<string> = new Set([
  ...['pod-template-hash', 'controller-revision-hash', 'rollouts-pod-template-hash', 'controller-uid', 'job-name'],
  ...['batch.kubernetes.io/controller-uid', 'batch.kubernetes.io/job-name', 'statefulset.kubernetes.io/pod-name'],
  ...['apps.kubernetes.io/pod-index', 'networking.istio.io/tunnel'],
]);

/** The labels of injected pods: those of their template, and those that Istio's injection template adds. */
export function injectedLabels(labels: ValueMap, workload: string): ValueMap {
  const first = (...keys: readonly string[]): string | undefined =>
    keys.map((key) => textOf(labels[key])).find((text) => text !== undefined && text !== '');
  const name = first('service.istio.io/canonical-name', 'app.kubernetes.io/name', 'app') ?? workload;
  const revision = first('service.istio.io/canonical-revision', 'app.kubernetes.io/version', 'version') ?? 'latest';
  return {
    ...labels,
    'security.istio.io/tlsMode': first('security.istio.io/tlsMode') ?? 'istio',
    // A name begins with a letter or digit, but may end with another character once it is cut.
    'service.istio.io/canonical-name': trimEndOf(name.slice(0, 63), '-_.'),
    'service.istio.io/canonical-revision': revision,
  };
}
