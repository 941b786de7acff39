/** Where Helm 3 and Helm 4 make something different of the values that were given. */
import type { Path, Problem } from '../problem.ts';
import { isMap, type ValueMap, valueAt } from '../value.ts';
import type { CoalesceNote } from './coalesce.ts';
import { defaultHelm, type HelmRules, newestHelm } from './helm-version.ts';
import type { OverDefaults } from './layered.ts';
import { nameOfSetArgument, type SetArgument } from './set.ts';

/** What the templates see by the rules of one Helm, with a note for each null that another one takes otherwise. */
export function withDifferences(
  given: ValueMap,
  rules: HelmRules,
  over: (rules: HelmRules) => OverDefaults,
): OverDefaults {
  const own = over(rules);
  const paths = nullsIn(given, []);
  if (paths.length === 0) return own;
  const others = [defaultHelm, newestHelm].map((helm) => (helm === rules ? own : over(helm)).values);
  const notes = paths.flatMap((path): CoalesceNote[] => {
    const [three, four] = others.map((values) => fateOf(values, path));
    if (three === four) return [];
    const message = `With null here Helm 3 (3.19.0) ${three}, and Helm 4 ${four}.`;
    return [{ code: 'helm-versions-differ', severity: 'info', message, path }];
  });
  return { ...own, notes: [...own.notes, ...notes] };
}

function fateOf(values: ValueMap, path: Path): string {
  const value = valueAt(values, ...path);
  return value === undefined ? 'leaves the value out' : value === null ? 'passes null on' : 'keeps the default';
}

/** Where a map is null, in it or in maps within it. */
function nullsIn(map: ValueMap, path: Path): Path[] {
  return Object.entries(map).flatMap(([key, value]): Path[] => {
    if (value === null) return [[...path, key]];
    return isMap(value) ? nullsIn(value, [...path, key]) : [];
  });
}

/** The arguments that only Helm 4 takes. */
export function objectsOfHelm4(args: readonly SetArgument[]): Problem[] {
  return args
    .filter(({ kind, text }) => kind === 'set-json' && text.trimStart().startsWith('{'))
    .map((argument) => ({
      code: 'helm-versions-differ',
      severity: 'info',
      message: 'Helm 4 takes a whole object here; Helm 3 refuses it.',
      file: nameOfSetArgument(argument),
      hint: 'write PATH=JSON, which both take',
    }));
}
