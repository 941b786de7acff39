import { secretsIn, shownValueAt } from '../diff/redact.ts';
import { hiderOf } from '../diff/secret-messages.ts';
import { parsePath } from '../problem.ts';
import type { Origin } from '../schema/origin.ts';
import type { ValueMap } from '../value.ts';

/** The sources of values, with secrets hidden, also those in the text of `--set` options. */
export function withoutSecrets(
  origins: readonly Origin[],
  values: ValueMap,
  texts: ReadonlyMap<string, string>,
): Origin[] {
  const secrets = new Set(secretsIn(values));
  const hider = hiderOf(texts);
  return origins.map((origin) => ({
    ...origin,
    value: origin.value === undefined ? undefined : shownValueAt(origin.value, parsePath(origin.path), secrets),
    ...(origin.layer === undefined ? {} : { layer: hider.name(origin.layer) }),
  }));
}
