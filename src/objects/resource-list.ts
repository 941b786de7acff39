import type { Problem } from '../problem.ts';
import { isList, isMap, type Value, type ValueMap } from '../value.ts';
import { subjectOf } from './subjects.ts';

/** What a KRM function reads and writes: `ResourceList` of config.kubernetes.io. */
export function isResourceList(top: Value): top is ValueMap {
  return isMap(top) && top['kind'] === 'ResourceList' && String(top['apiVersion']).startsWith('config.kubernetes.io/');
}

/** The list with problems as the results of the function; anything else as it is. */
export function withResults(top: Value, problems: readonly Problem[]): Value {
  if (!isResourceList(top) || problems.length === 0) return top;
  const before = isList(top['results']) ? top['results'] : [];
  return { ...top, results: [...before, ...problems.map(resultOf)] };
}

function resultOf(problem: Problem): ValueMap {
  const { code, message, hint, severity, path } = problem;
  const subject = subjectOf(problem);
  return {
    message: hint === undefined ? message : `${message} (${hint})`,
    severity,
    ...(subject === undefined ? {} : { resourceRef: refOf(subject), ...fileOf(subject) }),
    ...(path === undefined ? {} : { field: { path } }),
    tags: { code },
  };
}

function refOf({ apiVersion, kind, metadata }: ValueMap): ValueMap {
  const { name, namespace } = isMap(metadata) ? metadata : ({} as ValueMap);
  const ref = { apiVersion, kind, name, namespace };
  return Object.fromEntries(Object.entries(ref).filter((entry): entry is [string, Value] => entry[1] !== undefined));
}

/** Where the caller read the object, which it says in annotations. */
function fileOf({ metadata }: ValueMap): ValueMap {
  const annotations = isMap(metadata) && isMap(metadata['annotations']) ? metadata['annotations'] : {};
  const [path, index] = ['path', 'index'].map(
    (name) => annotations[`internal.config.kubernetes.io/${name}`] ?? annotations[`config.kubernetes.io/${name}`],
  );
  if (typeof path !== 'string') return {};
  return { file: { path, ...(index === undefined ? {} : { index: Number(index) }) } };
}
