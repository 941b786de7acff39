import { parseImage } from '../objects/image-reference.ts';
import { equal, isMap, textOf, type Value, type ValueMap } from '../value.ts';
import { compare, type Difference } from './compare.ts';

/** A container that exists on one side only. */
interface Lone extends Difference {
  readonly container: ValueMap;
}

/**
 * Merges a removed and an added container of the same image into one renamed container. If several could be meant, they
 * stay removed and added.
 */
export function withRenames(differences: readonly Difference[]): readonly Difference[] {
  const gone = loneContainers(differences, 'removed');
  const come = loneContainers(differences, 'added');
  const partners = (one: Lone, others: readonly Lone[]): Lone[] => others.filter((other) => mayBeRenamed(one, other));
  const renames = new Map<Difference, readonly Difference[]>();
  for (const before of gone) {
    const [after, other] = partners(before, come);
    if (after === undefined || other !== undefined || partners(after, gone).length > 1) continue;
    renames.set(find(differences, before), renamed(before, after));
    renames.set(find(differences, after), []);
  }
  return renames.size === 0
    ? differences
    : differences.flatMap((difference) => renames.get(difference) ?? [difference]);
}

function loneContainers(differences: readonly Difference[], change: 'added' | 'removed'): Lone[] {
  return differences.flatMap((difference) => {
    const container = change === 'added' ? difference.after : difference.before;
    const isWhole = difference.path.length === 5 && /^(?:initC|c)ontainers$/.test(String(difference.path[3]));
    return isWhole && difference.change === change && isMap(container) ? [{ ...difference, container }] : [];
  });
}

function find(differences: readonly Difference[], { path }: Lone): Difference {
  return differences.find((one) => one.path === path) as Difference; // It was built from one of these.
}

function mayBeRenamed(a: Lone, b: Lone): boolean {
  if (a.path[3] !== b.path[3]) return false;
  const [image, other] = [textOf(a.container['image']), textOf(b.container['image'])];
  if (image === undefined || other === undefined) return equal(withoutName(a.container), withoutName(b.container));
  return parseImage(image).name === parseImage(other).name;
}

function withoutName({ name: _, ...container }: ValueMap): Value {
  return container;
}

function renamed(before: Lone, after: Lone): Difference[] {
  return compare(before.container, after.container, 'Container').map((difference) => ({
    ...difference,
    path: [...before.path, ...difference.path],
  }));
}
