import type { ObjectRef, Problem } from '../problem.ts';
import type { ValueMap } from '../value.ts';
import type { Difference } from './compare.ts';

/** One difference between the two sides. */
export interface DiffChange extends Difference {
  readonly object: ObjectRef;
  /** What it means for the proxy, if known. */
  readonly meaning?: string;
}

/** Whether applying the right replaces pods. */
export interface Restart {
  readonly object: ObjectRef;
  readonly pods: boolean;
  readonly because: string;
}

/** An object that differs between the two sides. */
export interface ChangedObject extends ObjectRef {
  readonly change: 'added' | 'removed' | 'changed';
  readonly changes: readonly DiffChange[];
  /** The canonical object of each side, without ignored values and with secrets hidden. */
  readonly left?: ValueMap;
  readonly right?: ValueMap;
}

/** The differences between two sets of objects, as data. */
export interface DiffReport {
  readonly identical: boolean;
  readonly changes: readonly DiffChange[];
  readonly objects: readonly ChangedObject[];
  /** One for each workload that differs or whose configuration differs. */
  readonly restarts: readonly Restart[];
  /** The number of compared objects, including equal ones. */
  readonly compared: number;
  /** The number of changes whose values are hidden because they look like secrets. */
  readonly hidden: number;
  readonly names: { readonly left: string; readonly right: string };
  /** What could not be read or compared; if one of them is an error, nothing was compared. */
  readonly problems: readonly Problem[];
}
