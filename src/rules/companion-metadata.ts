import { refusedAround } from '../apiserver/workload-rules.ts';
import { valueAt } from '../value.ts';
import type { RuleMatch } from './match.ts';
import { overridePathOf, type PrintedCompanion } from './rule.ts';

/**
 * What the API server refuses in the name, kind, labels and annotations of an object around a proxy's pod, at the
 * responsible value. Problems with the proxy's key or `global.additionalLabels` are reported at its workload, and those
 * with `service.name` by a rule about names of Services.
 */
export function companionMetadataOf({ decided, object }: PrintedCompanion): RuleMatch[] {
  const { kind, name, values } = decided;
  const found: RuleMatch[] = [];
  refusedAround(object, kind, (part, message, hint = 'Correct or remove it.') => {
    const own = ['extraAnnotations', part[2] ?? ''];
    const isOwn = part[1] === 'annotations' && valueAt(values.map, ...own) !== undefined;
    const path = overridePathOf(decided, part) ?? (isOwn ? [...values.path, ...own] : undefined);
    if (path !== undefined)
      found.push({ path, hint, message: `${message} (${kind} ${name}): the API server rejects it.` });
  });
  return found;
}
