/** How deep collections may be nested, aliases counted as what they stand for. */
export const maxDepth = 500;

/**
 * Whether data that comes from JSON.parse, which reads any depth, is nested deeper than values from YAML can be; every walk over
 * values counts on that bound. Never throws: it goes no deeper than the bound itself.
 */
export function isTooDeep(value: unknown, levels = maxDepth): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  const inner = Array.isArray(value) ? value : Object.values(value);
  return inner.some((item) => isTooDeep(item, levels - 1));
}
