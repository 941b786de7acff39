import { formatPath, type Path, type Problem } from '../problem.ts';
import { isList, isMap, type Value } from './value.ts';

/**
 * Texts and keys with a NUL character, which YAML can only write as an escape and which Kubernetes hands to programs that
 * end their arguments and environment with one.
 */
export function findNuls(value: Value, path: Path = []): Problem[] {
  if (typeof value === 'string') return value.includes('\0') ? [problemAt(path)] : [];
  if (isList(value)) return value.flatMap((item, index) => findNuls(item, [...path, index]));
  if (!isMap(value)) return [];
  return Object.keys(value).flatMap((key) => {
    const at = [...path, key];
    return key.includes('\0') ? [problemAt(at)] : findNuls(value[key] ?? null, at);
  });
}

function problemAt(path: Path): Problem {
  return {
    code: 'control-character',
    severity: 'error',
    message: 'The control character U+0000 must not stand in a value.',
    path: formatPath(path),
    hint: 'remove it',
  };
}
