import { hiddenPart, redactValue, secretsIn } from '../diff/redact.ts';
import { hiderOf } from '../diff/secret-messages.ts';
import { parsePath } from '../problem.ts';
import type { Origin } from '../schema/origin.ts';
import type { Value, ValueMap } from '../value.ts';

/** Where values come from, with those hidden that are secret, and in the names of options what they set. */
export function withoutSecrets(
  origins: readonly Origin[],
  values: ValueMap,
  texts: ReadonlyMap<string, string>,
): Origin[] {
  const secrets = new Set(secretsIn(values));
  const hider = hiderOf(texts);
  const shownValue = (value: Value | undefined, path: string): Value | undefined => {
    if (value === undefined) return undefined;
    // Of a single value of a list, the name that makes it a secret stands beside it.
    return typeof value === 'string' && secrets.has(value) ? hiddenPart : redactValue(value, parsePath(path));
  };
  return origins.map((origin) => ({
    ...origin,
    value: shownValue(origin.value, origin.path),
    ...(origin.layer === undefined ? {} : { layer: hider.name(origin.layer) }),
  }));
}
