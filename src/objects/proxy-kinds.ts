/** The kinds of objects around a gateway proxy's workload and bootstrap. */
export const proxyCompanionKinds: readonly string[] = [
  'ServiceAccount',
  'Service',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'Gateway',
];

/** The kinds of objects of a gateway proxy. */
export const proxyKinds: readonly string[] = ['ConfigMap', 'Deployment', 'DaemonSet', ...proxyCompanionKinds];
