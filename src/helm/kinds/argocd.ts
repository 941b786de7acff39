import type { Path, Problem } from '../../problem.ts';
import { defined, isMap, lookupTable, type Value, type ValueMap, valueAt } from '../../value.ts';
import type { SetArgument } from '../set.ts';
import { type FileObject, mapsAt, nestedText, nodeAt, stringAt } from './documents.ts';
import {
  chartName,
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

/** Whether an object is Argo CD's. */
export function isApplication({ value }: FileObject): boolean {
  const { apiVersion, kind } = value;
  const isArgo = typeof apiVersion === 'string' && apiVersion.startsWith('argoproj.io/');
  return isArgo && (kind === 'Application' || kind === 'ApplicationSet');
}

/** The chart that an Application installs; undefined if it names none. */
export function chartOfApplication(object: FileObject): string | undefined {
  const source = sourceIn(object);
  return typeof source === 'object' ? stringAt(source.value, 'chart') : undefined;
}

/**
 * The values of an Argo CD Application or ApplicationSet in Argo CD's own order (reposerver, `helmTemplate`):
 * `valueFiles`, then `valuesObject` or else `values`, then `parameters`, then `fileParameters`.
 */
export function readApplication(object: FileObject, around: Surroundings): Recognised {
  const source = sourceIn(object);
  if (typeof source === 'string')
    return refused(problemAt(object, ['kind'], { code: 'no-helm-values', message: source }));
  const helm = [...source.path, 'helm'];
  const lists = ['parameters', 'fileParameters', 'valueFiles'].map((key) => [...helm, key]);
  const problems: Problem[] = mistypedLists(object, lists);
  const parts: RecognisedPart[] = [];
  findValueFiles(object, source.path, around, problems);
  const inline = inlineValues(object, helm, problems);
  if (inline !== undefined) parts.push(inline);
  const args = parametersOf(object, source, problems);
  if (args.length > 0) parts.push({ kind: 'sets', args, object });
  const files = fileParameters(object, helm, around, problems);
  if (files.length > 0) parts.push({ kind: 'sets', args: files, object });
  findPlaceholders(object, source, problems);
  return { parts, said: saidBy(object, source), problems };
}

interface ChosenSource {
  readonly value: ValueMap;
  readonly path: Path;
}

function specPath({ value }: FileObject): Path {
  return value['kind'] === 'ApplicationSet' ? ['spec', 'template', 'spec'] : ['spec'];
}

/** The source of Gloo's chart, or why it cannot be determined. `sources` hides `source`. */
function sourceIn(object: FileObject): ChosenSource | string {
  const spec = specPath(object);
  const several = mapsAt(object.value, ...spec, 'sources');
  const single = valueAt(object.value, ...spec, 'source');
  const all: readonly [ValueMap, Path][] =
    several.length > 0 ? several : isMap(single) ? [[single, [...spec, 'source']]] : [];
  const named = (name: string) => all.filter(([source]) => chartName(stringAt(source, 'chart') ?? '') === name);
  const withHelm = all.filter(([source]) => isMap(source['helm']));
  const charts = all.filter(([source]) => stringAt(source, 'chart') !== undefined);
  const candidates = [named('gloo'), named('gloo-ee'), withHelm, charts].find((list) => list.length > 0) ?? [];
  const [found, other] = candidates;
  if (found === undefined) return `The ${objectNameOf(object)} installs no Helm chart, so it has no values.`;
  if (other !== undefined)
    return `The ${objectNameOf(object)} installs several charts, and it is not clear which one is Gloo's.`;
  return { value: found[0], path: found[1] };
}

function inlineValues(object: FileObject, helm: Path, problems: Problem[]): RecognisedPart | undefined {
  const given = valueAt(object.value, ...helm, 'valuesObject');
  const text = valueAt(object.value, ...helm, 'values');
  if (isMap(given)) {
    if (typeof text === 'string' && text.trim() !== '') {
      problems.push(
        problemAt(object, [...helm, 'values'], {
          code: 'values-not-used',
          severity: 'warning',
          message: 'Argo CD ignores values if there is a valuesObject, so these have no effect.',
          hint: 'move them into valuesObject',
        }),
      );
    }
    const at = [...helm, 'valuesObject'];
    return { kind: 'values', node: nodeAt(object, at), at };
  }
  if (given !== undefined && given !== null)
    problems.push(
      problemAt(object, [...helm, 'valuesObject'], {
        code: 'wrong-type',
        message: 'valuesObject of an Application must be a map; the API server refuses anything else.',
      }),
    );
  if (typeof text !== 'string') {
    if (text !== undefined && text !== null)
      problems.push(
        problemAt(object, [...helm, 'values'], {
          code: 'wrong-type',
          message: 'values of an Application must be a string of YAML; Argo CD refuses anything else.',
          hint: 'write values: |, or valuesObject for a map',
        }),
      );
    return undefined;
  }
  const read = nestedText(object, [...helm, 'values'], text);
  problems.push(...read.problems);
  return read.node && { kind: 'values', node: read.node };
}

type Arg = { readonly argument: SetArgument; readonly path: Path };

/** In Helm's own order: `--set` before `--set-string`. */
function parametersOf(object: FileObject, { path }: ChosenSource, problems: Problem[]): Arg[] {
  const list = mapsAt(object.value, ...path, 'helm', 'parameters');
  const args = list.flatMap(([parameter, at]): Arg[] => {
    const { name, value = '' } = parameter;
    if (typeof name !== 'string' || name === '') {
      problems.push(problemAt(object, at, { code: 'missing-value', message: 'This parameter has no name.' }));
      return [];
    }
    if (typeof value !== 'string') {
      problems.push(
        problemAt(object, [...at, 'value'], {
          code: 'wrong-type',
          message: `The value of the parameter ${name} must be a string; the API server refuses anything else.`,
          hint: 'put it in quotes',
        }),
      );
      return [];
    }
    const kind = parameter['forceString'] === true ? 'set-string' : 'set';
    return [
      { argument: { kind, text: `${name}=${escapeCommas(expand(value, object, path))}` }, path: [...at, 'value'] },
    ];
  });
  return [
    ...args.filter(({ argument }) => argument.kind === 'set'),
    ...args.filter(({ argument }) => argument.kind !== 'set'),
  ];
}

/** A value in braces is a list for Helm; in any other value a comma is literal. */
function escapeCommas(value: string): string {
  return value.startsWith('{') && value.endsWith('}') ? value : value.replace(/(?<!\\),/g, '\\,');
}

/** Argo CD's own variables; an unknown one is empty, and `$$` is a dollar sign. */
function expand(value: string, object: FileObject, path: Path): string {
  if (!value.includes('$')) return value;
  const source = valueAt(object.value, ...path) ?? null;
  const known: Readonly<Record<string, string | undefined>> = lookupTable({
    ARGOCD_APP_NAME: stringAt(object.value, 'metadata', 'name'),
    ARGOCD_APP_NAMESPACE: stringAt(object.value, ...specPath(object), 'destination', 'namespace'),
    ARGOCD_APP_PROJECT_NAME: stringAt(object.value, ...specPath(object), 'project'),
    ARGOCD_APP_SOURCE_PATH: stringAt(source, 'path'),
    ARGOCD_APP_SOURCE_REPO_URL: stringAt(source, 'repoURL'),
    ARGOCD_APP_SOURCE_TARGET_REVISION: stringAt(source, 'targetRevision'),
  });
  return value.replace(/\$(?:\$|\{(\w{1,200})\}|(\w{1,200}))/g, (whole, braced?: string, bare?: string) => {
    if (whole === '$$') return '$';
    return known[braced ?? bare ?? ''] ?? '';
  });
}

function fileParameters(object: FileObject, helm: Path, { setFiles, files }: Surroundings, problems: Problem[]): Arg[] {
  return mapsAt(object.value, ...helm, 'fileParameters').flatMap(([parameter, path]): Arg[] => {
    const name = stringAt(parameter, 'name');
    const file = stringAt(parameter, 'path');
    if (name === undefined || file === undefined || setFiles.has(name)) return [];
    if (files.has(file))
      return [{ argument: { kind: 'set-file', text: `${name}=${file.replaceAll(',', '\\,')}` }, path }];
    problems.push(
      problemAt(object, path, {
        code: 'file-not-given',
        message: `The parameter ${name} is the contents of ${file} in the Application's repository, which was not given.`,
        hint: `give it: --set-file ${name}=FILE`,
      }),
    );
    return [];
  });
}

/**
 * Files of the repository are only known if they are given before the Application, whose own values take precedence.
 */
function findValueFiles(object: FileObject, source: Path, { before }: Surroundings, problems: Problem[]): void {
  const list = valueAt(object.value, ...source, 'helm', 'valueFiles');
  if (!Array.isArray(list)) return;
  const isOptional = valueAt(object.value, ...source, 'helm', 'ignoreMissingValueFiles') === true;
  for (const [index, file] of list.entries()) {
    if (typeof file !== 'string' || before.some((name) => baseOf(name) === baseOf(file))) continue;
    problems.push(
      problemAt(
        object,
        [...source, 'helm', 'valueFiles', index],
        {
          code: 'file-not-given',
          severity: isOptional ? 'warning' : 'error',
          message: `The values in ${file} are part of this Application, but were not given.`,
          hint: `give them before it: -f ${baseOf(file)} -f ${object.source.name}`,
        },
        'value',
      ),
    );
  }
}

function baseOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** Whether a generator fills in something: `{{…}}`. */
function hasPlaceholder(text: string): boolean {
  const opening = text.indexOf('{{');
  return opening >= 0 && text.indexOf('}}', opening) >= 0;
}

/** What a generator fills in is unknown here; if it only fills in names, options can set them. */
function findPlaceholders(object: FileObject, { value, path }: ChosenSource, problems: Problem[]): void {
  if (object.value['kind'] !== 'ApplicationSet') return;
  const hint = 'argocd appset generate FILE -o yaml prints the Applications: use one of them';
  const helm = value['helm'];
  const found = helm === undefined ? undefined : firstPlaceholder(withoutName(helm), [...path, 'helm']);
  if (found !== undefined)
    problems.push(
      problemAt(object, found, {
        code: 'not-generated',
        message: 'A generator of the ApplicationSet fills this in.',
        hint,
      }),
    );
  if (valueAt(object.value, 'spec', 'templatePatch') !== undefined)
    problems.push(
      problemAt(object, ['spec', 'templatePatch'], {
        code: 'not-generated',
        message: 'The templatePatch of an ApplicationSet may change the values, but is not applied here.',
        hint,
      }),
    );
}

function withoutName(helm: Value): Value {
  return isMap(helm) ? Object.fromEntries(Object.entries(helm).filter(([key]) => key !== 'releaseName')) : helm;
}

function firstPlaceholder(value: Value, path: Path): Path | undefined {
  if (typeof value === 'string') return hasPlaceholder(value) ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const entries: [string | number, Value][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  for (const [key, item] of entries) {
    const found = firstPlaceholder(item, [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function saidBy(object: FileObject, { value, path }: ChosenSource): Said {
  const isSet = object.value['kind'] === 'ApplicationSet';
  const open: { -readonly [Key in keyof NonNullable<Said['open']>]: Problem } = {};
  const known = (key: keyof typeof open, text: string | undefined, at: Path, option: string): string | undefined => {
    if (text === undefined || !isSet || !hasPlaceholder(text)) return text;
    const message = `A generator of the ApplicationSet fills in ${String(at.at(-1))}, so it is unknown here.`;
    open[key] = problemAt(object, at, { code: 'not-said', severity: 'warning', message, hint: `say ${option}` });
    return undefined;
  };
  const spec = specPath(object);
  const owner = isSet ? ['spec', 'template', 'metadata', 'name'] : ['metadata', 'name'];
  const version = known(
    'chartVersion',
    stringAt(value, 'targetRevision'),
    [...path, 'targetRevision'],
    '--chart-version',
  );
  const own = stringAt(value, 'helm', 'namespace');
  const namespacePath = own === undefined ? [...spec, 'destination', 'namespace'] : [...path, 'helm', 'namespace'];
  const namespace = known('namespace', stringAt(object.value, ...namespacePath), namespacePath, '--namespace');
  const release = stringAt(value, 'helm', 'releaseName');
  const releasePath = release === undefined ? owner : [...path, 'helm', 'releaseName'];
  const releaseName = known('releaseName', stringAt(object.value, ...releasePath), releasePath, '--release-name');
  return {
    by: objectNameOf(object),
    file: object.source.name,
    open,
    ...saidOfChart(stringAt(value, 'chart'), knownVersion(version)),
    ...defined({ namespace, releaseName }),
  };
}
