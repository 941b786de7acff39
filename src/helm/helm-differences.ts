/** Where Helm 3 and Helm 4 treat the given values differently. */
import type { Path, Problem } from '../problem.ts';
import { describeKind, equal, getEntry, isMap, type Value, type ValueMap } from '../value.ts';
import type { Coalesced, CoalesceNote } from './coalesce.ts';
import { defaultHelm, type HelmRules, newestHelm } from './helm-version.ts';
import { nameOfSetArgument, type SetArgument } from './set.ts';

/**
 * What the templates see by the rules of one Helm, with a note for each value that Helm 3 and Helm 4 treat differently.
 * Only null causes this, so it is checked only if one of the maps has any. To the chart, null is the same as nothing.
 */
export function withDifferences(
  given: readonly ValueMap[],
  rules: HelmRules,
  over: (rules: HelmRules) => Coalesced,
): Coalesced {
  const own = over(rules);
  if (!given.some(hasNull)) return own;
  const [three = {}, four = {}] = [defaultHelm, newestHelm].map((helm) => (helm === rules ? own : over(helm)).values);
  const notes = differing(three, four, []).map(([path, by3, by4]): CoalesceNote => {
    const message = `Because of a null, Helm 3 (3.19.0) ${fateOf(by3)}, and Helm 4 ${fateOf(by4)}.`;
    return { code: 'helm-versions-differ', severity: 'info', message, path };
  });
  return { ...own, notes: [...own.notes, ...notes] };
}

function fateOf(value: Value | undefined): string {
  return isNothing(value) ? 'omits this value' : `has ${describeKind(value as Value)} here`;
}

function isNothing(value: Value | undefined): boolean {
  return value === undefined || value === null;
}

function hasNull(value: Value): boolean {
  return value === null || (isMap(value) && Object.values(value).some(hasNull));
}

type Difference = readonly [path: Path, three: Value | undefined, four: Value | undefined];

function differing(three: ValueMap, four: ValueMap, path: Path): Difference[] {
  return [...new Set([...Object.keys(three), ...Object.keys(four)])].flatMap((key): Difference[] => {
    const [a, b] = [getEntry(three, key), getEntry(four, key)];
    if (isMap(a) && isMap(b)) return differing(a, b, [...path, key]);
    return equal(a, b) || (isNothing(a) && isNothing(b)) ? [] : [[[...path, key], a, b]];
  });
}

/** The arguments that only Helm 4 accepts. */
export function objectsOfHelm4(args: readonly SetArgument[]): Problem[] {
  return args
    .filter(({ kind, text }) => kind === 'set-json' && text.trimStart().startsWith('{'))
    .map((argument) => ({
      code: 'helm-versions-differ',
      severity: 'info',
      message: 'Helm 4 accepts a whole object here; Helm 3 refuses it.',
      file: nameOfSetArgument(argument),
      hint: 'write PATH=JSON, which both accept',
    }));
}
