/**
 * Recognises input that is not a plain values file, and finds its values: Argo CD Applications, Flux HelmReleases,
 * Helm's own records, the output of `helm get values`, Terraform plans. Any other object is refused by name.
 */
import { hasErrors, type Problem } from '../../problem.ts';
import { isMap, wordOf } from '../../value.ts';
import { readYaml, type Source } from '../../yaml/read.ts';
import { chartOfApplication, isApplication, readApplication } from './argocd.ts';
import { type FileObject, type FileObjects, objectsIn } from './documents.ts';
import { chartOfHelmRelease, isHelmRelease, readHelmRelease } from './flux.ts';
import { chartName, objectNameOf, problemAt, type Recognised, refused, type Surroundings } from './recognised.ts';
import { bareRecord, isRecord, readRecords } from './record.ts';
import { isChartFile, refuse } from './refuse.ts';
import { isTerraform, readTerraform } from './terraform.ts';

/** The heading of `helm get values` without `-o yaml`, and what it prints below that for a release without values. */
const heading = /^\ufeff?(?:USER-SUPPLIED|COMPUTED) VALUES:[ \t]*(?=\r?\n|$)/;
const noValues = /^\s{0,100}(?:null|\{\})\s{0,100}$/;

/** A key of an object at the start of a line, and text that may be JSON. */
const keyOfObject = /^["']?(?:apiVersion|kind)["']?[ \t]{0,100}:/m;
const startOfJson = /^\ufeff?(?:---)?\s{0,1000}[{[]/;

/**
 * The output of `helm get values` for a release without values, which is not YAML, without its heading; any other text is
 * returned as it is: to Helm its heading is a value like any other.
 */
export function withoutHeading(source: Source, problems: Problem[] = []): Source {
  const [found = ''] = heading.exec(source.text) ?? [];
  if (found === '' || !noValues.test(source.text.slice(found.length))) return source;
  const message = 'This is what helm get values prints for a release without values; as a values file Helm refuses it.';
  const hint = 'Use helm get values -o yaml.';
  problems.push({ code: 'yaml-syntax', severity: 'warning', message, file: source.name, line: 1, column: 1, hint });
  return { name: source.name, text: '' };
}

/** The objects of a text that may be something other than values; undefined for any other text. */
export function objectsOf(source: Source): FileObjects | undefined {
  const record = bareRecord(source);
  if (record !== undefined) return { objects: [record], problems: [] };
  if (!startOfJson.test(source.text) && !keyOfObject.test(source.text)) return undefined;
  const found = objectsIn(source);
  return found.objects.some(isKnown) ? found : undefined;
}

function isKnown(object: FileObject): boolean {
  const { apiVersion, kind } = object.value;
  return (
    (typeof apiVersion === 'string' && typeof kind === 'string') ||
    isChartFile(object) ||
    isTerraform(object) ||
    isRecord(object)
  );
}

/** What a file holds; an empty file holds nothing. */
export interface FileContents {
  /** Values, plain or in an Application, a HelmRelease or a plan. */
  readonly values: boolean;
  /** Helm's record of a release. */
  readonly record: boolean;
  /** Other objects. An unreadable text counts as manifests only if it contains a kind. */
  readonly manifests: boolean;
}

const holdsNothing: FileContents = { values: false, record: false, manifests: false };

/** What a file holds, for commands that accept several kinds. */
export function contentsOf(source: Source): FileContents {
  if (heading.test(source.text)) return { ...holdsNothing, values: true };
  const found = objectsOf(source)?.objects;
  if (found !== undefined) {
    const values = found.some(isSourceOfValues);
    const isOther = (one: FileObject): boolean =>
      !isSourceOfValues(one) && !isRecord(one) && !(values && isReferable(one));
    return { values, record: found.some(isRecord), manifests: found.some(isOther) };
  }
  if (isEmptyList(source)) return { ...holdsNothing, manifests: true };
  const { value, problems } = readYaml(source);
  const isStrange = hasErrors(problems) ? keyOfObject.test(source.text) : value !== null && !isMap(value);
  return { ...holdsNothing, values: isMap(value) || (hasErrors(problems) && !isStrange), manifests: isStrange };
}

/**
 * What a file counts as if only one thing is possible: with other objects beside it, a record or an object that holds
 * values is one of them.
 */
export function kindOfFile(source: Source): 'values' | 'record' | 'manifests' | 'nothing' {
  const { values, record, manifests } = contentsOf(source);
  if (manifests) return 'manifests';
  return values ? 'values' : record ? 'record' : 'nothing';
}

function isSourceOfValues(object: FileObject): boolean {
  return isApplication(object) || isHelmRelease(object) || isTerraform(object);
}

/** Objects that a HelmRelease may refer to. */
export function isReferable({ value }: FileObject): boolean {
  return ['ConfigMap', 'Secret', 'OCIRepository', 'HelmRepository', 'HelmChart', 'GitRepository', 'Namespace'].includes(
    wordOf(value['kind']),
  );
}

/** Whether any of the files has a HelmRelease, whose ConfigMaps and Secrets may be in their own files. */
export function hasReferences(all: readonly (FileObjects | undefined)[]): boolean {
  return all.some((found) => found?.objects.some(isHelmRelease));
}

/** Reads the values in a file of objects; `isAttachment` is allowed for files that others refer to. */
export function recognise(found: FileObjects, around: Surroundings, isReferred: boolean): Recognised {
  const { objects } = found;
  if (hasErrors(found.problems)) return refused(...found.problems);
  const records = objects.filter(isRecord);
  const sources = objects.filter((object) => isApplication(object) || isHelmRelease(object));
  if (sources.length === 0 && records.length > 0) return readRecords(records);
  const plan = objects.find(isTerraform);
  if (plan !== undefined) return readTerraform(plan);
  if (sources.length > 0) return readOne(sources, around);
  if (isReferred && objects.every(isReferable)) return { parts: [], said: undefined, problems: [] };
  const first = objects.find(isKnown);
  return first === undefined ? refused() : refuse(first);
}

/** If there are several, the one of Gloo's chart. */
function readOne(sources: readonly FileObject[], around: Surroundings): Recognised {
  const of = (name: string): FileObject[] => sources.filter((one) => chartName(chartOf(one) ?? '') === name);
  const [object, other] = [of('gloo'), of('gloo-ee'), sources].find((list) => list.length > 0) ?? [];
  if (object === undefined) return refused();
  if (other !== undefined) {
    const names = sources.slice(0, 10).map(objectNameOf).join(', ');
    const message = `There are several of these, but glistio renders one at a time: ${names}.`;
    return refused(problemAt(other, ['kind'], { code: 'several-sources', message, hint: 'give each in its own file' }));
  }
  return isApplication(object) ? readApplication(object, around) : readHelmRelease(object, around);
}

function chartOf(object: FileObject): string | undefined {
  return isApplication(object) ? chartOfApplication(object) : chartOfHelmRelease(object);
}

/** Values from a library call that are a Kubernetes object. */
export function isObject(values: object): boolean {
  const { apiVersion, kind, metadata } = values as Readonly<Record<string, unknown>>;
  return typeof apiVersion === 'string' && typeof kind === 'string' && isMap(metadata as undefined);
}

/**
 * Whether a text has gateway proxies or other workloads and no values: manifests, in other words, or an empty list of
 * them.
 */
export function holdsManifests(source: Source): boolean {
  const found = objectsOf(source);
  if (found === undefined) return isEmptyList(source);
  const isSource = (one: FileObject): boolean =>
    isApplication(one) || isHelmRelease(one) || isTerraform(one) || isRecord(one);
  const kinds = ['Deployment', 'DaemonSet', 'ConfigMap', 'Namespace', 'List'];
  return !found.objects.some(isSource) && found.objects.some(({ value }) => kinds.includes(String(value['kind'])));
}

/** What kubectl prints if there is nothing. */
function isEmptyList({ name, text }: Source): boolean {
  if (!/\bkind["']?\s*:\s*["']?\w{0,60}List\b/.test(text)) return false;
  const { value } = readYaml({ name, text });
  return isMap(value) && Array.isArray(value['items']) && value['items'].length === 0;
}
