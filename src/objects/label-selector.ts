import { isMap, listOf, mapAt, mapOf, mapsIn, type Value, type ValueMap } from '../value.ts';

/** Whether labels match a Kubernetes label selector; a missing selector matches nothing. */
export function matchesSelector(selector: Value | undefined, labels: ValueMap): boolean {
  if (!isMap(selector)) return false;
  return (
    matchesLabels(mapOf(selector['matchLabels']), labels) &&
    mapsIn(selector['matchExpressions']).every((expression) => holds(expression, labels))
  );
}

/** Whether labels have all those of a map; a value that is not a string never matches. */
export function matchesLabels(selector: ValueMap, labels: ValueMap): boolean {
  return Object.keys(selector).every((key) => Object.hasOwn(labels, key) && labels[key] === selector[key]);
}

/** The labels of a Namespace, with the one that the API server adds; without the object only that one. */
export function namespaceLabels(namespace: string, object: ValueMap | undefined): ValueMap {
  return { 'kubernetes.io/metadata.name': namespace, ...mapAt(object, 'metadata', 'labels') };
}

function holds({ key, operator, values }: ValueMap, labels: ValueMap): boolean {
  const value = typeof key === 'string' && Object.hasOwn(labels, key) ? labels[key] : undefined;
  const isNamed = value !== undefined && listOf(values).includes(value);
  switch (operator) {
    case 'In':
      return isNamed;
    case 'NotIn':
      return !isNamed;
    case 'Exists':
      return value !== undefined;
    default:
      return operator === 'DoesNotExist' && value === undefined;
  }
}
