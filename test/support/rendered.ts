import type { Rendering } from '../../src/index.ts';
import { isList, isMap, type Value, type ValueMap } from '../../src/value.ts';

/** The value at a path; undefined if there is none. */
export function at(value: Value | undefined, ...path: readonly (string | number)[]): Value | undefined {
  return path.reduce<Value | undefined>((inner, step) => {
    if (isList(inner)) return inner[Number(step)];
    return isMap(inner) && Object.hasOwn(inner, String(step)) ? inner[String(step)] : undefined;
  }, value);
}

/** The workload of a rendering that has one. */
export function workloadIn({ manifests, problems }: Rendering): ValueMap {
  const found = manifests.find(({ kind }) => kind !== 'ConfigMap');
  if (found === undefined) throw new Error(`there is no workload: ${JSON.stringify(problems)}`);
  return found.object;
}

/** The spec of its pods. */
export function podIn(rendering: Rendering): ValueMap {
  return mapOf(at(workloadIn(rendering), 'spec', 'template', 'spec'));
}

/** One of its containers. */
export function containerIn(rendering: Rendering, name: string): ValueMap {
  const containers = podIn(rendering)['containers'];
  return mapOf(isList(containers) ? containers.find((one) => isMap(one) && one['name'] === name) : undefined);
}

function mapOf(value: Value | undefined): ValueMap {
  if (!isMap(value)) throw new Error(`no map, but ${JSON.stringify(value)}`);
  return value;
}
