import type { KubeObject } from '../objects/object.ts';
import type { Side } from '../objects/read.ts';
import { hasErrors } from '../problem.ts';
import { defined, equal, type ValueMap } from '../value.ts';
import { canonical } from './canonical.ts';
import { compare, type Difference } from './compare.ts';
import { withMeaning } from './meaning.ts';
import { type DiffOptions, type DiffPlan, planOf } from './options.ts';
import { pairSides } from './pair.ts';
import { startOf } from './pattern.ts';
import { hiddenPart, isHidden, redact } from './redact.ts';
import { withRenames } from './renames.ts';
import type { ChangedObject, DiffChange, DiffReport } from './report.ts';
import { restartsOf } from './restart.ts';
import { type Pair, servedVersionOf } from './scope.ts';

/**
 * Compares two sets of gateway proxies by meaning: layout, the order of named items, API server defaults, and what Helm
 * and kubectl add do not count. Each side is manifests as text (YAML or JSON, single objects or lists, as Helm and
 * kubectl print them) or objects. Pure; nothing throws, and `problems` reports what could not be read.
 */
export function diffManifests(left: Side, right: Side, options: DiffOptions = {}): DiffReport {
  const plan = planOf(options);
  const { sides, pairs, problems } = pairSides(left, right, plan, options);
  const names = { left: sides.left.name, right: sides.right.name };
  const nothing = { changes: [], objects: [], restarts: [], compared: 0, hidden: 0, names, problems };
  if (hasErrors(problems)) return { identical: false, ...nothing };
  const objects = pairs.flatMap((pair) => comparePair(pair, plan, options.showSecrets === true) ?? []);
  const changes = objects.flatMap((object) => object.changes);
  const restarts = restartsOf(pairs, objects);
  const hidden = changes.filter(({ before, after }) => isHidden(before) || isHidden(after)).length;
  return {
    ...nothing,
    identical: changes.length === 0,
    changes,
    objects,
    restarts,
    compared: pairs.length,
    hidden,
    problems,
  };
}

function comparePair({ left, right }: Pair, plan: DiffPlan, showSecrets: boolean): ChangedObject | undefined {
  const some = left ?? right;
  if (some === undefined || (left !== undefined && right !== undefined && equal(left.object, right.object)))
    return undefined;
  const { kind, namespace, name } = some;
  const object = { kind, namespace, name };
  const before = left && canonicalOf(left, plan);
  const after = right && canonicalOf(right, plan);
  const whole = before === undefined ? 'added' : after === undefined ? 'removed' : undefined;
  const differences = before !== undefined && after !== undefined ? compare(before, after, kind) : [];
  if (before !== undefined && after !== undefined && differences.length === 0) return undefined;
  const shown = showSecrets ? { left: before, right: after } : redact(before, after);
  const sides = defined({ left: shown.left, right: shown.right });
  const changes: DiffChange[] =
    shown.left !== undefined && shown.right !== undefined
      ? shownDifferences(shown.left, shown.right, kind, differences).map((difference) =>
          withMeaning({ object, ...difference }, before, after),
        )
      : [
          withMeaning(
            { object, path: [], change: whole ?? 'changed', ...beforeAndAfter(shown.left, shown.right) },
            before,
            after,
          ),
        ];
  return { ...object, change: whole ?? 'changed', changes, ...sides };
}

/**
 * The differences as they are displayed. A difference between hidden values is reported even if nothing of it is
 * visible.
 */
function shownDifferences(
  left: ValueMap,
  right: ValueMap,
  kind: string,
  differences: readonly Difference[],
): readonly Difference[] {
  const shown = compare(left, right, kind);
  if (shown.length > 0) return withRenames(shown);
  return differences.map(({ path }) => ({
    path,
    change: 'changed',
    before: hiddenPart,
    after: '<hidden: another value>',
  }));
}

function beforeAndAfter(
  before: ValueMap | undefined,
  after: ValueMap | undefined,
): Pick<DiffChange, 'before' | 'after'> {
  return defined({ before, after });
}

/** An object in its canonical form, with its identity. */
export function canonicalOf(one: KubeObject, { ignore, include }: DiffPlan): ValueMap {
  const { object, kind, namespace, name } = one;
  const filter = { ignore: startOf(ignore, kind, name), include: startOf(include, kind, name) };
  const metadata = { ...(object['metadata'] as ValueMap), ...(namespace === '' ? {} : { namespace }) };
  return canonical({ ...object, apiVersion: servedVersionOf(one), metadata }, kind, filter);
}
