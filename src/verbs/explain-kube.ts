/** How values, Gateways and GatewayParameters affect the objects that the control plane deploys. */
import { shownValueAt } from '../diff/redact.ts';
import type { Draw } from '../explain/drawn.ts';
import type { partWriter } from '../explain/map.ts';
import type { ExplainedValue, TriedValue } from '../explain/value.ts';
import { leavesOf, type ValuePath } from '../explain/value-paths.ts';
import type { KubeObject } from '../objects/object.ts';
import { formatPath, hasErrors, type Path, type Problem } from '../problem.ts';
import { defined, describeKind, mapOf, type ValueMap, valueAt } from '../value.ts';
import { decideGateways, type KubeInput, kubeObjectsIn } from './decide-kube.ts';
import type { Prepared } from './prepare.ts';
import { manifestsOf } from './render-kube.ts';

/** The objects of Gateways beside the values: each under its own name, so that its fields can be treated as values. */
export interface KubeExplaining {
  readonly values: ValueMap;
  /** The objects alone. */
  readonly objects: ValueMap;
  readonly draw: Draw;
  /** The fields that the objects have and the control plane may read. */
  readonly paths: readonly ValuePath[];
  /** The problems with objects and values. */
  readonly problems: readonly Problem[];
  /** A field of one of the objects in words; undefined for a path of the values. */
  explained(
    tried: TriedValue,
    write: ReturnType<typeof partWriter>,
    secrets: ReadonlySet<string>,
  ): ExplainedValue | undefined;
}

/** Reads the objects once; `prepared` are the values that go with them. */
export function explainingKube(prepared: Prepared, input: KubeInput): KubeExplaining {
  const { objects, problems } = kubeObjectsIn(input, prepared.release.namespace);
  // Parameters come first: if one of their fields replaces a value, it is nearer than the object that refers to them.
  const explained = [...explainedKinds].flatMap((kind) => objects.filter((one) => one.kind === kind));
  const named = new Map(explained.map((one) => [nameFor(one), one]));
  const others = objects.filter(({ kind }) => !explainedKinds.has(kind)).map(({ object }) => object);
  const { controller } = input;
  const decided = (values: ValueMap, chart: Prepared['chart']) => {
    const given = [...named].map(([name, { object }]) => mapOf(values[name] ?? object));
    const asked = { gateways: [...given, ...others], ...defined({ controller }) };
    return decideGateways({ ...prepared, values, chart }, asked, undefined);
  };
  const beside = Object.fromEntries([...named].map(([name, { object }]) => [name, object]));
  return {
    values: { ...prepared.values, ...beside },
    objects: beside,
    draw(values, chart) {
      const { decisions, problems: found } = decided(values, chart);
      return hasErrors(found) ? undefined : manifestsOf(decisions);
    },
    paths: [...named].flatMap(([name, { object }]) => fieldsOf(object).map((path) => at([name, ...path]))),
    problems: [...problems, ...decided(prepared.values, prepared.chart).problems],
    explained({ at: { path }, parts }, write, secrets) {
      const [name, ...steps] = path;
      const one = named.get(String(name));
      return one && { ...saidOf(one, path, steps, secrets), ...effectOf(parts), parts: (parts ?? []).map(write) };
    },
  };
}

const explainedKinds: ReadonlySet<string> = new Set(['GatewayParameters', 'Gateway', 'GatewayClass']);

/** `GatewayParameters/edge/own`, the prefix of the paths of its fields. */
function nameFor({ kind, namespace, name }: KubeObject): string {
  return [kind, ...(kind === 'GatewayClass' ? [] : [namespace]), name].join('/');
}

function at(path: Path): ValuePath {
  return { path, field: undefined };
}

function fieldsOf(object: ValueMap): Path[] {
  const { name, annotations } = mapOf(object['metadata']);
  const metadata: Path[] = [
    ...(name === undefined ? [] : [['metadata', 'name']]),
    ...Object.keys(mapOf(annotations)).map((key) => ['metadata', 'annotations', key]),
  ];
  return [...metadata, ...leavesOf(mapOf(object['spec']), ['spec'])];
}

function saidOf(
  one: KubeObject,
  path: Path,
  steps: Path,
  secrets: ReadonlySet<string>,
): Omit<ExplainedValue, 'effect' | 'parts'> {
  const value = valueAt(one.object, ...steps);
  const shown = value === undefined ? undefined : shownValueAt(value, path, secrets);
  const { file = nameFor(one), path: _, ...place } = one.place(steps);
  return {
    path: formatPath(path),
    type: value === undefined ? 'anything' : describeKind(value),
    inRelease: true,
    value: shown,
    from: value === undefined ? 'nothing' : 'layer',
    layers: shown === undefined ? [] : [{ layer: file, ...place, value: shown }],
  };
}

function effectOf(parts: TriedValue['parts']): Pick<ExplainedValue, 'effect' | 'why'> {
  if (parts === undefined) return { effect: 'unknown' };
  if (parts.length > 0) return { effect: 'some' };
  return { effect: 'none', why: 'nothing that the control plane deploys depends on it with these values and objects' };
}
