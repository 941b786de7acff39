import { refusedAround } from '../apiserver/workload-rules.ts';
import { isMap, textOf, type Value, valueAt } from '../value.ts';
import type { RuleMatch } from './match.ts';
import type { PrintedCompanion } from './rule.ts';

/**
 * What the API server refuses of the name, kind, labels and annotations of an object around a proxy's pod, at the value
 * that makes it so. What comes from the proxy's key or from `global.additionalLabels` is reported at its workload.
 */
export function companionMetadataOf({ decided, object }: PrintedCompanion): RuleMatch[] {
  const { kind, override, overridden, values } = decided;
  const found: RuleMatch[] = [];
  refusedAround(object, kind, (part, message, hint = 'Correct or remove it.') => {
    const [, field, key = ''] = part;
    const own = field === 'annotations' ? ['extraAnnotations', String(key)] : ['name'];
    const isOwn = field === 'annotations' || (field === 'name' && textOf(values.map['name']) !== undefined);
    const depth = depthIn(override, part);
    const path =
      depth !== undefined
        ? [...overridden.path, ...part.slice(0, depth)]
        : isOwn && valueAt(values.map, ...own) !== undefined
          ? [...values.path, ...own]
          : undefined;
    if (path !== undefined)
      found.push({ path, hint, message: `${message} (${kind} ${decided.name}): the API server rejects it.` });
  });
  return found;
}

/** How many steps of a path an override decides: all, or up to a null that takes the rest away. */
function depthIn(override: Value | undefined, part: readonly (string | number)[]): number | undefined {
  let value = override;
  for (const [depth, step] of part.entries()) {
    if (value === null) return depth;
    if (!isMap(value) || !Object.hasOwn(value, step)) return undefined;
    value = value[step];
  }
  return part.length;
}
