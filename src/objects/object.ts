import { formatPath, type ObjectRef, type Path, type Place, type Problem } from '../problem.ts';
import { isList, isMap, mapAt, mapOf, textOf, type Value, type ValueList, type ValueMap } from '../value.ts';

/** A Kubernetes object and its identity. Missing parts of the identity are empty. */
export interface KubeObject extends ObjectRef {
  readonly apiVersion: string;
  readonly object: ValueMap;
  /** Whether glistio rendered it. */
  readonly isRendered?: true;
  /** Where a path inside the object is written. */
  place(path?: Path): Pick<Problem, 'path' | 'file' | 'line' | 'column'>;
  /** Creates a problem about the object, with the place of a path inside it. */
  problem(about: Omit<Problem, 'file' | 'line' | 'column' | 'path' | 'subject'>, path?: Path): Problem;
}

/** The origin of an object: its file, and the place of a path inside the object. */
export interface ObjectOrigin {
  readonly file: string;
  placeOf(path: Path): Place | undefined;
}

/** Cluster-scoped kinds that occur in manifests around a gateway. */
const clusterScoped: ReadonlySet<string> = new Set(
  'Namespace Node PersistentVolume StorageClass PriorityClass CustomResourceDefinition APIService GatewayClass IngressClass RuntimeClass'.split(
    ' ',
  ),
);

function isClusterScoped(kind: string): boolean {
  return clusterScoped.has(kind) || /^(?:Cluster|Mutating|Validating|CSI)\w+$/.test(kind);
}

/** An object with its identity; `namespace` is the default for an object without one. */
export function kubeObject(object: ValueMap, namespace = '', origin?: ObjectOrigin): KubeObject {
  const kind = textOf(object['kind']) ?? '';
  const identity = {
    apiVersion: textOf(object['apiVersion']) ?? '',
    kind,
    namespace: namespaceOf(object) ?? (isClusterScoped(kind) ? '' : namespace),
    name: nameOf(object),
  };
  const place: KubeObject['place'] = (path = []) => {
    const found = origin?.placeOf(path);
    return {
      ...(path.length === 0 ? {} : { path: formatPath(path) }),
      ...(origin === undefined ? {} : { file: origin.file }),
      ...(found === undefined ? {} : { line: found.line, column: found.column }),
    };
  };
  return {
    ...{ ...identity, object, place },
    problem: (about, path) => ({ ...about, ...place(path), subject: identity }),
  };
}

/** Whether an object has the fields that the API server requires of every object. */
export function isIdentified({ object }: KubeObject): boolean {
  const { apiVersion, kind, metadata } = object;
  return [apiVersion, kind, mapOf(metadata)['name']].every((part) => typeof part === 'string');
}

/**
 * Returns the objects in a document, each with its path: the document itself, or the items of a list (`kubectl get -o
 * yaml`, a bare list). Anything but a map is ignored.
 */
export function membersOf(top: Value): readonly (readonly [object: ValueMap, path: Path])[] {
  if (isList(top)) return mapsWithPaths(top, []);
  if (!isMap(top)) return [];
  const { kind, items } = top;
  return typeof kind === 'string' && kind.endsWith('List') && isList(items)
    ? mapsWithPaths(items, ['items'])
    : [[top, []]];
}

function mapsWithPaths(list: ValueList, path: Path): (readonly [ValueMap, Path])[] {
  return list.flatMap((item, index) => (isMap(item) ? [[item, [...path, index]] as const] : []));
}

/** The namespace of an object; undefined if it does not set one. */
export function namespaceOf(object: ValueMap): string | undefined {
  return textOf(mapAt(object, 'metadata')['namespace']) || undefined;
}

/** The name of an object; empty if it has none. */
export function nameOf(object: ValueMap): string {
  return textOf(mapAt(object, 'metadata')['name']) ?? '';
}

/** `kind namespace/name`, as used in messages. */
export function describeObject(object: ValueMap): string {
  const full = [namespaceOf(object), nameOf(object) || '?'].filter((part) => part !== undefined).join('/');
  return `${textOf(object['kind']) ?? 'object'} ${full}`;
}
