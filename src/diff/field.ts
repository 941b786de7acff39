import type { Value, ValueMap } from '../value.ts';
import type { ListIdentity } from './compared.ts';

/** What is known about a field of a type. */
export interface Field {
  /** The type of the value, or of each item or entry; `''` if unknown. */
  readonly type: string;
  readonly shape: 'one' | 'list' | 'map';
  /** For lists: what identifies an item. */
  readonly identity?: ListIdentity;
  /** Whether omitting it means the same as an empty value. */
  readonly hollow?: true;
  /** Its default; may depend on the object that contains it. */
  readonly fallback?: (owner: ValueMap) => Value | undefined;
}
