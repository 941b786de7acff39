import { lookupTable, type Value } from '../value.ts';
import { comparedJson } from './compared.gen.ts';

/** schema/compared-objects.yaml, which describes each. */
interface ComparedObjects {
  readonly ignored: readonly string[];
  readonly hollow: readonly string[];
  readonly listKeys: Readonly<Record<string, readonly string[]>>;
  readonly envoyListKeys: Readonly<Record<string, readonly string[]>>;
  readonly ordered: readonly string[];
  readonly defaults: Readonly<Record<string, Readonly<Record<string, Value>>>>;
}

// The JSON of scripts/gen-tables.ts.
export const compared = JSON.parse(comparedJson) as ComparedObjects;

/** How the items of a list are identified. */
export interface ListIdentity {
  /** The fields whose values identify an item. */
  readonly keys: readonly string[];
  /** Whether the order of the items is significant nevertheless. */
  readonly ordered?: true;
}

const identities: Readonly<Record<string, ListIdentity>> = lookupTable(
  Object.fromEntries(
    Object.entries({ ...compared.listKeys, ...compared.envoyListKeys }).map(([place, keys]): [string, ListIdentity] => [
      place,
      compared.ordered.includes(place) ? { keys, ordered: true } : { keys },
    ]),
  ),
);

/**
 * How the items of a list are identified, if they are: `place` is the type and the field of a Kubernetes list, or the
 * name of an Envoy field, which has no dot.
 */
export function listIdentity(place: string): ListIdentity | undefined {
  return identities[place];
}
