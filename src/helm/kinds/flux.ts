import type { Path, Problem } from '../../problem.ts';
import { defined, isMap, valueAt } from '../../value.ts';
import { type FileObject, mapsAt, nestedText, nodeAt, stringAt } from './documents.ts';
import {
  knownVersion,
  mistypedLists,
  objectNameOf,
  problemAt,
  type Recognised,
  type RecognisedPart,
  refused,
  type Said,
  type Surroundings,
  saidOfChart,
} from './recognised.ts';

/** Whether an object is a HelmRelease of Flux 2. */
export function isHelmRelease({ value }: FileObject): boolean {
  const { apiVersion, kind } = value;
  return kind === 'HelmRelease' && typeof apiVersion === 'string' && apiVersion.startsWith('helm.toolkit.fluxcd.io/');
}

/** The chart that a HelmRelease installs; undefined if it only refers to one. */
export function chartOfHelmRelease({ value }: FileObject): string | undefined {
  return stringAt(value, 'spec', 'chart', 'spec', 'chart');
}

/**
 * The values of a Flux HelmRelease in helm-controller's order: those that `valuesFrom` refers to, one after the other,
 * and over them `values`. A reference with a `targetPath` sets one value, as `--set` would.
 */
export function readHelmRelease(object: FileObject, around: Surroundings): Recognised {
  const problems: Problem[] = mistypedLists(object, [['spec', 'valuesFrom']]);
  const parts: RecognisedPart[] = [];
  const references = mapsAt(object.value, 'spec', 'valuesFrom');
  for (const [, path] of references) {
    const part = referred(object, path, around, problems);
    if (part !== undefined) parts.push(part);
  }
  const at = ['spec', 'values'];
  const values = valueAt(object.value, ...at);
  if (isMap(values)) parts.push({ kind: 'values', node: nodeAt(object, at), at });
  else if (values !== undefined && values !== null)
    return refused(
      problemAt(object, ['spec', 'values'], { code: 'wrong-type', message: 'values of a HelmRelease must be a map.' }),
    );
  for (const [path, what] of [
    [['spec', 'chart', 'spec', 'valuesFiles'], 'Values files of the chart’s repository are part of this HelmRelease'],
    [['spec', 'postRenderers'], 'What postRenderers change after the rendering is part of this HelmRelease'],
  ] as const) {
    const list = valueAt(object.value, ...path);
    if (Array.isArray(list) && list.length > 0)
      problems.push(
        problemAt(object, path, {
          code: 'file-not-given',
          severity: 'warning',
          message: `${what}, but unknown here.`,
        }),
      );
  }
  return { parts, said: saidBy(object, around), problems };
}

/** The target of an entry of `valuesFrom`, if the ConfigMap or Secret is among the files. */
function referred(
  object: FileObject,
  path: Path,
  around: Surroundings,
  problems: Problem[],
): RecognisedPart | undefined {
  const reference = valueAt(object.value, ...path) ?? null;
  const kind = stringAt(reference, 'kind') ?? '';
  const name = stringAt(reference, 'name') ?? '';
  const key = stringAt(reference, 'valuesKey') ?? 'values.yaml';
  const namespace = stringAt(object.value, 'metadata', 'namespace');
  const optional = valueAt(reference, 'optional') === true;
  const found = around.atHand.find(({ value }) => {
    const own = stringAt(value, 'metadata', 'namespace');
    const isThere = own === undefined || namespace === undefined || own === namespace;
    return value['kind'] === kind && stringAt(value, 'metadata', 'name') === name && isThere;
  });
  const data = found && dataOf(found, key);
  if (found === undefined || data === undefined) {
    const holder = `${kind === '' ? 'object' : kind} ${name}`;
    const what = found === undefined ? `The ${holder}` : `The key ${key} of the ${holder}`;
    const hint = `kubectl get ${kind.toLowerCase() || 'configmap'} ${name} -o yaml prints it: give it with -f, too`;
    problems.push(
      problemAt(object, path, {
        code: 'file-not-given',
        severity: optional ? 'warning' : 'error',
        message: `${what} has values of this HelmRelease, but was not given.`,
        hint,
      }),
    );
    return undefined;
  }
  const target = stringAt(reference, 'targetPath');
  if (target !== undefined) return { kind: 'sets', args: [{ argument: setting(target, data.text), path }], object };
  const read = nestedText(found, data.path, data.text);
  problems.push(...read.problems);
  return read.node && { kind: 'values', node: read.node };
}

/** helm-controller: a quoted value stays a string, any other is parsed as by `--set`. */
function setting(target: string, text: string): { readonly kind: 'set' | 'set-string'; readonly text: string } {
  const [, quoted] = /^(["'])([\s\S]*)\1$/.exec(text) ?? [];
  return quoted === undefined
    ? { kind: 'set', text: `${target}=${text}` }
    : { kind: 'set-string', text: `${target}=${text.slice(1, -1)}` };
}

/** Undefined if it is not base64. */
function fromBase64(text: string): string | undefined {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
  } catch {
    return undefined;
  }
}

/** A key of a ConfigMap or Secret as text. */
function dataOf({ value }: FileObject, key: string): { readonly text: string; readonly path: Path } | undefined {
  const isSecret = value['kind'] === 'Secret';
  const plain = valueAt(value, 'stringData', key);
  if (isSecret && typeof plain === 'string') return { text: plain, path: ['stringData', key] };
  const text = valueAt(value, 'data', key);
  if (typeof text !== 'string') return undefined;
  const read = isSecret ? fromBase64(text) : text;
  return read === undefined ? undefined : { text: read, path: ['data', key] };
}

/** helm-controller's `GetReleaseName`: a target namespace becomes part of the name. */
function saidBy(object: FileObject, { atHand }: Surroundings): Said {
  const { value } = object;
  const target = stringAt(value, 'spec', 'targetNamespace');
  const name = stringAt(value, 'metadata', 'name');
  const namespace = target ?? stringAt(value, 'metadata', 'namespace');
  const composed = name === undefined ? undefined : [target, name].filter((part) => part !== undefined).join('-');
  const releaseName = stringAt(value, 'spec', 'releaseName') ?? composed;
  return {
    by: objectNameOf(object),
    file: object.source.name,
    ...chartSaid(object, atHand),
    ...defined({ namespace, releaseName }),
  };
}

/** The chart by name, or the OCIRepository or HelmChart that is referred to, if it is among the files. */
function chartSaid({ value }: FileObject, atHand: readonly FileObject[]): ReturnType<typeof saidOfChart> {
  const named = stringAt(value, 'spec', 'chart', 'spec', 'chart');
  if (named !== undefined) return saidOfChart(named, knownVersion(stringAt(value, 'spec', 'chart', 'spec', 'version')));
  const kind = stringAt(value, 'spec', 'chartRef', 'kind');
  const name = stringAt(value, 'spec', 'chartRef', 'name');
  const found = atHand.find((one) => one.value['kind'] === kind && stringAt(one.value, 'metadata', 'name') === name);
  if (found === undefined) return {};
  const spec = nodeAt(found, ['spec']).value;
  const version = stringAt(spec, 'version') ?? stringAt(spec, 'ref', 'tag') ?? stringAt(spec, 'ref', 'semver');
  return saidOfChart(stringAt(spec, 'chart') ?? stringAt(spec, 'url'), knownVersion(version));
}
