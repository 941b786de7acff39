/** The kinds of objects that can be selected. */
export const shownKinds = [
  'deployment',
  'configmap',
  'serviceaccount',
  'service',
  'horizontalpodautoscaler',
  'poddisruptionbudget',
  'gateway',
  'gatewayparameters',
  'gatewayclass',
] as const;
export type ShownKind = (typeof shownKinds)[number];

/** Whether objects of a kind are selected: all by default. */
export function isShown(kind: string, show: ShownKind | readonly ShownKind[] | undefined): boolean {
  const word = kind === 'DaemonSet' ? 'deployment' : kind.toLowerCase();
  return show === undefined || [show].flat().some((one) => one === word);
}
