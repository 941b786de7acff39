import { compareText, mapAt, textOf, type ValueMap } from '../value.ts';

/** Istio's order of objects: oldest first, then by name, then by namespace. No timestamp counts as the oldest. */
export function compareCreated(a: ValueMap, b: ValueMap): number {
  const [left, right] = [mapAt(a, 'metadata'), mapAt(b, 'metadata')];
  return (
    createdAt(left) - createdAt(right) ||
    compareText(textOf(left['name']) ?? '', textOf(right['name']) ?? '') ||
    compareText(textOf(left['namespace']) ?? '', textOf(right['namespace']) ?? '')
  );
}

/** The second in which an object was created; 0 if that is unknown. */
function createdAt(metadata: ValueMap): number {
  return Math.floor(Date.parse(textOf(metadata['creationTimestamp']) ?? '') / 1000) || 0;
}
