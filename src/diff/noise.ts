import { type Pattern, parsePattern } from './pattern.ts';

/**
 * What Kubernetes, kubectl, Helm and deployment tools write into objects on their own. Users did not ask for it, so it
 * is not compared (`--no-default-ignores` compares it, `--include` a single path).
 */
const noise: readonly string[] = [
  'status',
  'metadata.uid',
  'metadata.resourceVersion',
  'metadata.generation',
  'metadata.creationTimestamp',
  'metadata.managedFields',
  'metadata.selfLink',
  'metadata.ownerReferences',
  'spec.template.metadata.creationTimestamp',
  'metadata.annotations["deployment.kubernetes.io/revision"]',
  'metadata.annotations["deprecated.daemonset.template.generation"]',
  'metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"]',
  'metadata.annotations["kubernetes.io/change-cause"]',
  'metadata.annotations["meta.helm.sh/*"]',
  'metadata.annotations["postrenderer.helm.sh/*"]',
  'metadata.annotations["argocd.argoproj.io/tracking-id"]',
  'metadata.annotations["argocd.argoproj.io/installation-id"]',
  'metadata.annotations["reconcile.fluxcd.io/*"]',
  'metadata.annotations["kustomize.toolkit.fluxcd.io/*"]',
  'metadata.annotations["internal.config.kubernetes.io/*"]',
  'metadata.annotations["config.kubernetes.io/*"]',
  'metadata.labels["app.kubernetes.io/managed-by"]',
  'metadata.labels["helm.sh/chart"]',
  // Argo CD tracks objects with one of these, on pod templates as well (`SetAppInstanceLabel`).
  'metadata.labels["app.kubernetes.io/instance"]',
  'metadata.labels["argocd.argoproj.io/instance"]',
  'spec.template.metadata.labels["app.kubernetes.io/instance"]',
  'spec.template.metadata.labels["argocd.argoproj.io/instance"]',
  'metadata.labels["helm.toolkit.fluxcd.io/*"]',
  'metadata.labels["kustomize.toolkit.fluxcd.io/*"]',
  'spec.template.metadata.annotations["kubectl.kubernetes.io/restartedAt"]',
  // A ConfigMap's checksum shows only that it changed; the ConfigMap itself shows how.
  'spec.template.metadata.annotations["checksum/*"]',
  // Controllers write these into service accounts.
  'ServiceAccount:secrets',
  'ServiceAccount:imagePullSecrets',
];

let parsed: readonly Pattern[] | undefined;

/** The patterns of what is not compared unless requested. */
export function noisePatterns(): readonly Pattern[] {
  parsed ??= noise.map((text) => {
    const pattern = parsePattern(text);
    if ('code' in pattern) throw new Error(pattern.message);
    return pattern;
  });
  return parsed;
}
