import type { Problem } from '../problem.ts';
import { isMap, listOf, mapAt, mapsIn, type Value, type ValueMap, wordOf } from '../value.ts';
import { kubeObject } from './object.ts';

/** The input and output of a KRM function: `ResourceList` of config.kubernetes.io. */
export function isResourceList(top: Value): top is ValueMap {
  return isMap(top) && top['kind'] === 'ResourceList' && wordOf(top['apiVersion']).startsWith('config.kubernetes.io/');
}

/** Adds problems to the list as results of the function; any other text is returned unchanged. */
export function withResults(top: Value, problems: readonly Problem[]): Value {
  if (!isResourceList(top) || problems.length === 0) return top;
  const files = new Map(mapsIn(top['items']).map((item) => [keyOf(kubeObject(item)), fileOf(item)]));
  return { ...top, results: [...listOf(top['results']), ...problems.map((problem) => resultOf(problem, files))] };
}

function resultOf(problem: Problem, files: ReadonlyMap<string, ValueMap>): ValueMap {
  const { code, message, hint, severity, path, subject } = problem;
  return {
    message: hint === undefined ? message : `${message} (${hint})`,
    severity,
    ...(subject === undefined ? {} : { resourceRef: refOf(subject), ...files.get(keyOf(subject)) }),
    ...(path === undefined ? {} : { field: { path } }),
    tags: { code },
  };
}

type Subject = NonNullable<Problem['subject']>;

function keyOf({ apiVersion, kind, namespace, name }: Subject): string {
  return JSON.stringify([apiVersion, kind, namespace, name]);
}

function refOf({ apiVersion, kind, name, namespace }: Subject): ValueMap {
  return Object.fromEntries(Object.entries({ apiVersion, kind, name, namespace }).filter(([, part]) => part !== ''));
}

/** The file from which the caller read the object, stored in annotations. */
function fileOf(object: ValueMap): ValueMap {
  const annotations = mapAt(object, 'metadata', 'annotations');
  const [path, index] = ['path', 'index'].map(
    (name) => annotations[`internal.config.kubernetes.io/${name}`] ?? annotations[`config.kubernetes.io/${name}`],
  );
  if (typeof path !== 'string') return {};
  return { file: { path, ...(index === undefined ? {} : { index: Number(index) }) } };
}
