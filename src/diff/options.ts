import type { Problem } from '../problem.ts';
import { noisePatterns } from './noise.ts';
import { type ObjectGlob, type Pattern, parsePattern } from './pattern.ts';
import { parseObjectPattern } from './scope.ts';

export interface DiffOptions {
  /** Paths that are not compared, besides those that are ignored anyway; see {@link Pattern}. */
  readonly ignore?: readonly string[];
  /** More to compare: objects as `Kind` or `Kind/name`, or paths that would be ignored. */
  readonly include?: readonly string[];
  /** Whether what Kubernetes, Helm and others write into objects by themselves is left out; true by default. */
  readonly defaultIgnores?: boolean;
  /** All objects of the gateway proxies, or only the workloads and their ConfigMaps; all where left out. */
  readonly objects?: 'all' | 'workloads';
  /** The namespace of objects that do not say theirs; `gloo-system` by default. */
  readonly namespace?: string;
  /** Whether values that look like secrets are shown. */
  readonly showSecrets?: boolean;
  /** What messages call the two sides. */
  readonly names?: { readonly left: string; readonly right: string };
}

/** The options in the form in which the comparison needs them. */
export interface DiffPlan {
  readonly ignore: readonly Pattern[];
  readonly include: readonly Pattern[];
  readonly objects: readonly ObjectGlob[];
  /** Whether what the API server assigns to a Service is compared. */
  readonly assigned: boolean;
  readonly problems: readonly Problem[];
}

/** Reads every pattern; one that cannot be read is a problem. */
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
