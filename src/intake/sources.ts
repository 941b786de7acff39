import { isSharedSource } from '../helm/layers.ts';
import type { Problem } from '../problem.ts';
import { isList, isMap, type ValueMap } from '../value.ts';
import type { Source } from '../yaml/read.ts';
import { writeYaml } from '../yaml/write.ts';
import { itemsOf, map, type Reader, text } from './options.ts';
import { attempt, badOption, describeGiven, failed, reported } from './words.ts';

/** A single item or a list of them. */
export type OneOrMany<T> = T | readonly T[];

/** A rendered manifest after reading: its object, and its text if that is needed. */
interface RenderedSource extends Source {
  readonly object: ValueMap;
}

/** Reads one or many layers of values: texts, texts with names, or parsed values. */
export function layersFrom(given: unknown, problems: Problem[], list = 'values'): (Source | ValueMap)[] {
  return itemsOf(given, list, problems).flatMap(([item], index): (Source | ValueMap)[] => {
    // The name of the layer in problems.
    const name = `${list}[${index}]`;
    if (typeof item === 'string') return some(sourceOf({ text: item }, name, problems));
    const problem = passedOn(item);
    if (problem !== undefined) return reported(problems, problem) ?? [];
    if (isShared(item)) return [item];
    if (hasOnly(item, ['name', 'text'])) return some(sourceOf(item, name, problems));
    if (typeof item === 'object' && item !== null && attempt(() => Array.isArray(item)) !== true)
      return some(map(item, name, problems));
    const message = `Values must be a map at the top level, but this is ${describeGiven(item)}.`;
    return reported(problems, { code: 'values-not-a-map', severity: 'error', message, file: name }) ?? [];
  });
}

/**
 * Reads one or many manifests as texts: strings, texts with names, rendered manifests, or objects, which are converted
 * to YAML.
 */
export function textsFrom(given: unknown, name: string, problems: Problem[]): Source[] {
  return itemsOf(given, name, problems).flatMap(([item, at]): Source[] => {
    const read = readManifest(item, at, problems);
    if (read === undefined) return [];
    return [isSourceLike(read) ? read : { name: at, text: writeYaml(read) }];
  });
}

/** Reads a side of a comparison, where rendered manifests and objects stay objects. */
export function sideFrom(
  given: unknown,
  name: string,
  problems: Problem[],
): string | Source | (Source | RenderedSource | ValueMap)[] {
  if (typeof given === 'string') return given;
  const parts = itemsOf(given, name, problems).flatMap(([item, at]): (Source | RenderedSource | ValueMap)[] => {
    const read = readManifest(item, at, problems, true);
    if (read === undefined || isSourceLike(read)) return some(read);
    if (isObjectOrList(read)) return [read];
    const message = 'This is not a Kubernetes object and is not compared.';
    const hint = 'an object has apiVersion, kind and metadata.name';
    return reported(problems, { code: 'not-an-object', severity: 'warning', message, file: at, hint }) ?? [];
  });
  // A single text's name is the name of the side.
  const [only] = parts;
  const isOne = attempt(() => Array.isArray(given)) === false;
  return isOne && only !== undefined && isSourceLike(only) && !('object' in only) ? only : parts;
}

/** Readers for the objects that determine proxies of the Kubernetes Gateway API. null is the same as unset. */
const kubeSide: Reader<NonNullable<ReturnType<typeof sideFrom>>> = (given, name, problems) => {
  const some = attempt(() => (Array.isArray(given) ? given.filter((item) => item !== null) : given));
  return some === null ? [] : sideFrom(some === failed ? given : some, name, problems);
};
export const kubeObjectReaders = {
  gateways: kubeSide,
  gatewayClasses: kubeSide,
  gatewayParameters: kubeSide,
  listenerSets: kubeSide,
  secrets: kubeSide,
};

function some<T>(read: T | undefined): T[] {
  return read === undefined ? [] : [read];
}

function isObjectOrList({ apiVersion, kind, metadata, items }: ValueMap): boolean {
  if (typeof kind === 'string' && kind.endsWith('List') && isList(items)) return true;
  return (
    typeof apiVersion === 'string' &&
    typeof kind === 'string' &&
    isMap(metadata) &&
    typeof metadata['name'] === 'string'
  );
}

function isSourceLike(read: Source | RenderedSource | ValueMap): read is Source | RenderedSource {
  return typeof read['text'] === 'string' && !('apiVersion' in read);
}

/** Reads a text with its name, or an object; `wantsObject` prefers the object of a rendered manifest. */
function readManifest(
  item: unknown,
  at: string,
  problems: Problem[],
  wantsObject = false,
): Source | RenderedSource | ValueMap | undefined {
  if (typeof item === 'string') return sourceOf({ text: item }, at, problems);
  const problem = passedOn(item);
  if (problem !== undefined) return reported(problems, problem);
  const parts = attempt(() =>
    typeof item === 'object' && item !== null
      ? { isText: 'text' in item && !('apiVersion' in item), isRendered: 'object' in item && !('apiVersion' in item) }
      : { isText: false, isRendered: false },
  );
  if (parts === failed) return reported(problems, badOption(`${at} cannot be read: touching it throws an exception.`));
  if (wantsObject && parts.isRendered) {
    const object = attempt(() => (item as { readonly object: unknown }).object);
    if (object === failed) return reported(problems, badOption(`Reading ${at}.object throws an exception.`));
    const read = map(object, at, problems);
    return read && { name: at, text: '', object: read };
  }
  if (parts.isText) return sourceOf(item as object, at, problems);
  if (typeof item === 'object' && item !== null && attempt(() => Array.isArray(item)) !== true)
    return map(item, at, problems);
  const is = describeGiven(item);
  return reported(problems, badOption(`${at} must be a string, a named text or an object, but is ${is}.`));
}

/** A text and its name, by default `at`. The text is validated later, with places. */
function sourceOf(given: object, at: string, problems: Problem[]): Source | undefined {
  const parts = attempt(() => {
    const { name, text: content } = given as Readonly<Record<string, unknown>>;
    return { name, content };
  });
  if (parts === failed) return reported(problems, badOption(`Reading ${at} throws an exception.`));
  const name = parts.name === undefined ? at : text(parts.name, `${at}.name`, problems);
  if (typeof parts.content === 'string') return name === undefined ? undefined : { name, text: parts.content };
  return reported(problems, badOption(`${at}.text must be a string, but is ${describeGiven(parts.content)}.`));
}

/** Whether an object has a text and no other keys than the listed ones. */
function hasOnly(item: unknown, known: readonly string[]): item is object {
  if (typeof item !== 'object' || item === null) return false;
  const keys = attempt(() => Object.keys(item));
  return keys !== failed && keys.includes('text') && keys.every((key) => known.includes(key));
}

function isShared(item: unknown): item is Source {
  return typeof item === 'object' && item !== null && isSharedSource(item);
}

const severities: readonly unknown[] = ['error', 'warning', 'info'];

/** Whether something is a problem, which functions that return one thing return in its place. Never throws. */
export function isProblem(given: unknown): given is Problem {
  return passedOn(given) !== undefined;
}

/** If a source is a problem that another function returned, that problem is reported. */
function passedOn(given: unknown): Problem | undefined {
  const read = attempt(() => {
    if (typeof given !== 'object' || given === null) return undefined;
    const { code, severity, message } = given as Readonly<Record<string, unknown>>;
    if (typeof code !== 'string' || typeof message !== 'string' || !severities.includes(severity)) return undefined;
    return { code, severity: severity as Problem['severity'], message }; // One of the severities, as was just checked.
  });
  return read === failed ? undefined : read;
}
