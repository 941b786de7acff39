/** The kinds of objects that can be asked for. */
export const shownKinds = [
  'deployment',
  'configmap',
  'serviceaccount',
  'service',
  'horizontalpodautoscaler',
  'poddisruptionbudget',
  'gateway',
] as const;
export type ShownKind = (typeof shownKinds)[number];
