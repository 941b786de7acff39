import { type Pattern, parsePattern } from './pattern.ts';

/**
 * What Kubernetes, kubectl, Helm and those who run them write into objects by themselves. It says nothing about what was
 * asked for, so it is not compared (`--no-default-ignores` does, `--include` brings back one path).
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
  // Argo CD tracks with one of these, on the pods of a workload, too (its `SetAppInstanceLabel`).
  'metadata.labels["app.kubernetes.io/instance"]',
  'metadata.labels["argocd.argoproj.io/instance"]',
  'spec.template.metadata.labels["app.kubernetes.io/instance"]',
  'spec.template.metadata.labels["argocd.argoproj.io/instance"]',
  'metadata.labels["helm.toolkit.fluxcd.io/*"]',
  'metadata.labels["kustomize.toolkit.fluxcd.io/*"]',
  'spec.template.metadata.annotations["kubectl.kubernetes.io/restartedAt"]',
  // The sum of a ConfigMap's text says only that it changed, and the ConfigMap itself says what.
  'spec.template.metadata.annotations["checksum/*"]',
  // Controllers write these into service accounts.
  'ServiceAccount:secrets',
  'ServiceAccount:imagePullSecrets',
];

let parsed: readonly Pattern[] | undefined;

/** The patterns of what is never compared unless requested. */
export function noisePatterns(): readonly Pattern[] {
  parsed ??= noise.map((text) => {
    const pattern = parsePattern(text);
    if ('code' in pattern) throw new Error(pattern.message);
    return pattern;
  });
  return parsed;
}
