import type { Value, ValueMap } from '../value.ts';
import type { ListIdentity } from './identity.ts';

/** What is known of one field of a type. */
export interface Field {
  /** The type of the value, or of each item or entry; `''` where nothing more is known. */
  readonly type: string;
  readonly shape: 'one' | 'list' | 'map';
  /** For lists: what names an item. */
  readonly identity?: ListIdentity;
  /** Whether leaving it out says the same as an empty one. */
  readonly hollow?: true;
  /** Its default; the owner may decide. */
  readonly fallback?: (owner: ValueMap) => Value | undefined;
}
