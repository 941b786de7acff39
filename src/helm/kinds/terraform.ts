import type { Path, Problem } from '../../problem.ts';
import { defined, isList, isMap, type ValueMap, valueAt } from '../../value.ts';
import type { SetArgument } from '../set.ts';
import { type FileObject, mapsAt, nestedText, stringAt } from './documents.ts';
import {
  chartName,
  knownVersion,
  problemAt,
  type Recognised,
  type RecognisedPart,
  refused,
  saidOfChart,
} from './recognised.ts';

/** Whether an object is the output of `terraform show -json` for a plan or a state. */
export function isTerraform({ value }: FileObject): boolean {
  return typeof value['format_version'] === 'string' && (isMap(value['planned_values']) || isMap(value['values']));
}

/**
 * The values of the `helm_release` of Gloo's chart in a Terraform plan, in the provider's order: `values` one after the
 * other, then `set`, `set_list` and `set_sensitive`.
 */
export function readTerraform(object: FileObject): Recognised {
  const top = isMap(object.value['planned_values']) ? 'planned_values' : 'values';
  const releases = releasesIn(object.value, [top, 'root_module'], 0);
  const named = (name: string) =>
    releases.filter(([{ chart }]) => typeof chart === 'string' && chartName(chart) === name);
  const [found, other] = [named('gloo'), named('gloo-ee'), releases].find((list) => list.length > 0) ?? [];
  if (found === undefined || other !== undefined) {
    const message =
      found === undefined
        ? 'There is no helm_release in this Terraform plan.'
        : 'There are several releases of one chart in this Terraform plan, or several and none of them is called gloo.';
    const hint = 'write the values of one to a file: jq can extract them from the plan';
    return refused(
      problemAt(object, [top], { code: found === undefined ? 'no-helm-values' : 'several-sources', message, hint }),
    );
  }
  const [release, path] = found;
  const problems: Problem[] = [];
  const parts = [...valuesOf(object, path, problems), ...setsOf(object, path, problems)];
  const namespace = stringAt(release, 'namespace');
  const name = stringAt(release, 'name');
  const said = {
    by: `helm_release ${name ?? ''}`.trimEnd(),
    file: object.source.name,
    ...saidOfChart(stringAt(release, 'chart'), knownVersion(stringAt(release, 'version'))),
    ...defined({ namespace, releaseName: name }),
  };
  return { parts, said, problems };
}

/** Modules nest, but never this deep. */
const deepest = 50;

function releasesIn(plan: ValueMap, module: Path, depth: number): [release: ValueMap, path: Path][] {
  const own = mapsAt(plan, ...module, 'resources').flatMap(([resource, path]): [ValueMap, Path][] => {
    const values = resource['values'];
    return resource['type'] === 'helm_release' && isMap(values) ? [[values, [...path, 'values']]] : [];
  });
  if (depth >= deepest) return own;
  return [...own, ...mapsAt(plan, ...module, 'child_modules').flatMap(([, path]) => releasesIn(plan, path, depth + 1))];
}

function valuesOf(object: FileObject, release: Path, problems: Problem[]): RecognisedPart[] {
  const list = valueAt(object.value, ...release, 'values');
  if (list === undefined || list === null) {
    // A plan omits values that are only known once other resources exist.
    return [];
  }
  return (isList(list) ? list : [list]).flatMap((text, index): RecognisedPart[] => {
    const path = [...release, 'values', index];
    if (typeof text !== 'string') {
      const message = 'These values are only known once the plan is applied.';
      problems.push(problemAt(object, path, { code: 'file-not-given', message }));
      return [];
    }
    const read = nestedText(object, path, text);
    problems.push(...read.problems);
    return read.node === undefined ? [] : [{ kind: 'values', node: read.node }];
  });
}

function setsOf(object: FileObject, release: Path, problems: Problem[]): RecognisedPart[] {
  const args = (['set', 'set_list', 'set_sensitive'] as const).flatMap((block) =>
    mapsAt(object.value, ...release, block).flatMap(([set, path]) => {
      const argument = argumentOf(set);
      if (argument !== undefined) return [{ argument, path }];
      const message = `A value in ${block} is only known once the plan is applied.`;
      problems.push(problemAt(object, path, { code: 'file-not-given', message }));
      return [];
    }),
  );
  return args.length === 0 ? [] : [{ kind: 'sets', args, object }];
}

function argumentOf({ name, value, type }: ValueMap): SetArgument | undefined {
  if (typeof name !== 'string') return undefined;
  if (isList(value)) return { kind: 'set', text: `${name}={${value.map(String).join(',')}}` };
  if (typeof value !== 'string') return undefined;
  const kind = type === 'string' ? 'set-string' : type === 'literal' ? 'set-literal' : 'set';
  return { kind, text: `${name}=${value}` };
}
