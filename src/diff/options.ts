import type { Problem } from '../problem.ts';
import { noisePatterns } from './noise.ts';
import { type ObjectGlob, type Pattern, parsePattern } from './pattern.ts';
import { parseObjectPattern } from './scope.ts';

export interface DiffOptions {
  /** Further paths to ignore; see {@link Pattern}. */
  readonly ignore?: readonly string[];
  /** What to compare in addition: objects as `Kind` or `Kind/name`, or paths that are ignored by default. */
  readonly include?: readonly string[];
  /** Whether to ignore what Kubernetes, Helm and others write into objects on their own; true by default. */
  readonly defaultIgnores?: boolean;
  /** All objects of the gateway proxies (the default), or only the workloads and their ConfigMaps. */
  readonly objects?: 'all' | 'workloads';
  /** The namespace of objects without one; `gloo-system` by default. */
  readonly namespace?: string;
  /** Whether values that look like secrets are shown. */
  readonly showSecrets?: boolean;
  /** The names of the two sides in messages. */
  readonly names?: { readonly left: string; readonly right: string };
}

/** The options as the comparison needs them. */
export interface DiffPlan {
  readonly ignore: readonly Pattern[];
  readonly include: readonly Pattern[];
  readonly objects: readonly ObjectGlob[];
  /** Whether to compare what the API server assigns to a Service. */
  readonly assigned: boolean;
  readonly problems: readonly Problem[];
}

/** Parses every pattern; an invalid one is a problem. */
export function planOf({ ignore = [], include = [], defaultIgnores = true }: DiffOptions): DiffPlan {
  const problems: Problem[] = [];
  const read = (text: string): Pattern[] => {
    const pattern = parsePattern(text);
    if (!('code' in pattern)) return [pattern];
    problems.push(pattern);
    return [];
  };
  const objects: ObjectGlob[] = [];
  const paths: Pattern[] = [];
  for (const text of include) {
    const object = parseObjectPattern(text);
    if (object !== undefined) objects.push(object);
    else paths.push(...read(text));
  }
  return {
    ignore: [...(defaultIgnores ? noisePatterns() : []), ...ignore.flatMap(read)],
    include: paths,
    objects,
    assigned: !defaultIgnores,
    problems,
  };
}
