import type { Layers } from '../helm/layered.ts';
import { formatPath, type Problem, parsePath } from '../problem.ts';

/**
 * A problem with Gloo's values in terms of the values that the user wrote, if those are of a chart that wraps Gloo's:
 * its path, and the paths in its message and hint, get the wrapping chart's keys as prefix. Call it before the problem
 * has a file: a problem with a place already refers to the user's own text.
 */
export function withPrefix(problem: Problem, layers: Layers): Problem {
  const { path, file, message, hint, suggestion } = problem;
  if (layers.prefix.length === 0 || path === undefined || file !== undefined) return problem;
  const written = (text: string): string => formatPath(layers.asWritten(parsePath(text)));
  const known = [...ancestorsOf(path), ...(suggestion === undefined ? [] : [suggestion])].sort(
    (a, b) => b.length - a.length,
  );
  const rewrite = (text: string): string => rewritten(text, known, written);
  return {
    ...problem,
    path: written(path),
    message: rewrite(message),
    ...(hint === undefined ? {} : { hint: rewrite(hint) }),
    ...(suggestion === undefined ? {} : { suggestion: written(suggestion) }),
  };
}

/** The path and its ancestors; of top-level keys only those that are not ordinary words. */
function ancestorsOf(path: string): string[] {
  const steps = parsePath(path);
  return steps.flatMap((_, index) => {
    const one = formatPath(steps.slice(0, index + 1));
    return index > 0 || one === 'gatewayProxies' ? [one] : [];
  });
}

/** What looks like a path of values in a sentence: keys separated by dots, with indexes. */
const pathLike = /(?<![\w.$/-])[A-Za-z][\w-]*(?:\.[\w-]+|\\\.[\w-]+|\[\d+\])*/g;

function rewritten(text: string, known: readonly string[], written: (path: string) => string): string {
  if (known.length === 0) return text;
  return text.replace(pathLike, (token) => {
    if (token.startsWith('gatewayProxies.') || known.includes(token)) return written(token);
    const start = known.findLast((path) => token.startsWith(path) && !/^[\w-]/.test(token.slice(path.length)));
    return start === undefined ? token : written(start) + token.slice(start.length);
  });
}
