import type { ObjectRef, Problem } from '../problem.ts';
import type { ValueMap } from '../value.ts';
import type { Difference } from './compare.ts';

/** One difference between the two sides. */
export interface DiffChange extends Difference {
  readonly object: ObjectRef;
  /** What it means for the proxy, where that is known. */
  readonly meaning?: string;
}

/** Whether pods are replaced when the right takes the place of the left. */
export interface Restart {
  readonly object: ObjectRef;
  readonly pods: boolean;
  readonly because: string;
}

/** An object in which the two sides differ. */
export interface ChangedObject extends ObjectRef {
  readonly change: 'added' | 'removed' | 'changed';
  readonly changes: readonly DiffChange[];
  /** The canonical object of either side, without what is ignored and with secrets hidden. */
  readonly left?: ValueMap;
  readonly right?: ValueMap;
}

/** What differs between two sets of objects, as data. */
export interface DiffReport {
  readonly identical: boolean;
  readonly changes: readonly DiffChange[];
  readonly objects: readonly ChangedObject[];
  /** For each workload that differs or whose configuration does. */
  readonly restarts: readonly Restart[];
  /** How many objects were compared, equal ones included. */
  readonly compared: number;
  /** Changes with values that are not shown because they look like secrets. */
  readonly hidden: number;
  readonly names: { readonly left: string; readonly right: string };
  /** What could not be read or compared; with an error among them, nothing was. */
  readonly problems: readonly Problem[];
}
