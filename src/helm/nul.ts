import { formatPath, type Path, type Problem } from '../problem.ts';
import { isList, isMap, type Value } from '../value.ts';

/**
 * Strings and keys with a NUL character, which YAML can only write as an escape and which Kubernetes passes to programs
 * whose arguments and environment end at one.
 */
export function findNuls(value: Value): Problem[] {
  return hasNul(value) ? nulsAt(value, []) : [];
}

/** Nearly always the complete answer, without any need for paths. */
function hasNul(value: Value | undefined): boolean {
  if (typeof value === 'string') return value.includes('\0');
  if (typeof value !== 'object' || value === null) return false;
  if (isList(value)) return value.some(hasNul);
  for (const key of Object.keys(value)) if (key.includes('\0') || hasNul(value[key])) return true;
  return false;
}

function nulsAt(value: Value, path: Path): Problem[] {
  if (typeof value === 'string') return value.includes('\0') ? [problemAt(path)] : [];
  if (isList(value)) return value.flatMap((item, index) => nulsAt(item, [...path, index]));
  if (!isMap(value)) return [];
  return Object.keys(value).flatMap((key) => {
    const at = [...path, key];
    return key.includes('\0') ? [problemAt(at)] : nulsAt(value[key] ?? null, at);
  });
}

function problemAt(path: Path): Problem {
  return {
    code: 'control-character',
    severity: 'error',
    message: 'The control character U+0000 is not allowed in a value.',
    path: formatPath(path),
    hint: 'remove it',
  };
}
