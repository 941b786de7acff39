/** The cases of test/oracle/kinds.yaml: values of kinds that the recorded cases lack, by the kind's name. */
import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import type { ValueMap } from '../../src/value.ts';
import type { Case } from './suite.ts';

export const kindsPinsFile = new URL('../oracle/kinds-digests.txt', import.meta.url);

/** Each case with its index among those of its kind. */
export function readKinds(): Map<string, Case[]> {
  const text = readFileSync(new URL('../oracle/kinds.yaml', import.meta.url), 'utf8');
  const kinds = load(text) as Readonly<Record<string, readonly ValueMap[]>>;
  return new Map(
    Object.entries(kinds).map(([kind, list]) => [
      kind,
      list.map((values, index) => ({
        id: `${kind} ${index + 1}`,
        files: [JSON.stringify(values)],
        release: 'gloo',
        namespace: 'gloo-system',
      })),
    ]),
  );
}
