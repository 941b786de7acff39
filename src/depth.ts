/** The maximum depth of nested collections, with aliases expanded. */
export const maxDepth = 500;

/**
 * Whether data from JSON.parse, which accepts any depth, is nested deeper than values from YAML can be; every recursive
 * function relies on that limit. Never throws, because it stops at the limit.
 */
export function isTooDeep(value: unknown, levels = maxDepth): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  const inner = Array.isArray(value) ? value : Object.values(value);
  return inner.some((item) => isTooDeep(item, levels - 1));
}
