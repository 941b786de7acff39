import { compared } from './compared.ts';
import { type Pattern, parsePattern } from './pattern.ts';

let parsed: readonly Pattern[] | undefined;

/**
 * The patterns of what Kubernetes, kubectl, Helm and deployment tools write into objects on their own: it is not compared
 * unless requested.
 */
export function noisePatterns(): readonly Pattern[] {
  parsed ??= compared.ignored.map((text) => {
    const pattern = parsePattern(text);
    if ('code' in pattern) throw new Error(pattern.message);
    return pattern;
  });
  return parsed;
}
