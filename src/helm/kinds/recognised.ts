import type { Path, Place, Problem } from '../../problem.ts';
import { trimEndOf } from '../../trim.ts';
import { isList, type ValueMap, valueAt } from '../../value.ts';
import { shorten } from '../../words.ts';
import type { SetArgument } from '../set.ts';
import type { FileObject, Node } from './documents.ts';

/** What a file contains besides values; options take precedence. */
export interface Said {
  /** The object, for messages: `Application edge`. */
  readonly by: string;
  /** The file. */
  readonly file: string;
  /** The chart that it installs, with its version, if that is not Gloo's. */
  readonly chart?: string;
  readonly chartVersion?: string;
  readonly namespace?: string;
  readonly releaseName?: string;
  /** What a generator fills in: for each, the problem that it is unknown here, unless an option sets it. */
  readonly open?: Partial<Readonly<Record<'chartVersion' | 'namespace' | 'releaseName', Problem>>>;
  /** The path of Gloo's values, if the chart is one that wraps it. */
  readonly partialOf?: readonly string[];
  /** The values of the wrapping chart itself. */
  readonly wrapperValues?: ValueMap;
}

/** Values with their places, or arguments as of `--set` with theirs: one layer of a file. */
export type RecognisedPart =
  | {
      readonly kind: 'values';
      readonly node: Node;
      /** Where they are in the object; undefined if they are a text in it, whose problems are reported by its reader. */
      readonly at?: Path;
    }
  | {
      readonly kind: 'sets';
      readonly args: readonly { readonly argument: SetArgument; readonly path: Path }[];
      readonly object: FileObject;
    };

/** The contents of a file that is not a plain values file. */
export interface Recognised {
  /** From lowest to highest. */
  readonly parts: readonly RecognisedPart[];
  readonly said: Said | undefined;
  readonly problems: readonly Problem[];
}

/** What is known besides the file itself. */
export interface Surroundings {
  /** The ConfigMaps and Secrets among all files. */
  readonly atHand: readonly FileObject[];
  /** The names of the files of values before this one. */
  readonly before: readonly string[];
  /** The keys that `--set-file` sets. */
  readonly setFiles: ReadonlySet<string>;
  /** The texts of files by name. */
  readonly files: ReadonlyMap<string, string>;
}

/** A problem with something in a file's object. */
export function problemAt(
  object: FileObject,
  path: Path,
  what: Pick<Problem, 'code' | 'message'> & { readonly severity?: Problem['severity']; readonly hint?: string },
  part: 'key' | 'value' = 'key',
): Problem {
  const place: Place | undefined = object.place(path, part);
  return { severity: 'error', ...what, file: object.source.name, ...place };
}

/** The lists at these paths that are not lists: the API server refuses them. */
export function mistypedLists(object: FileObject, paths: readonly Path[]): Problem[] {
  return paths.flatMap((path) => {
    const value = valueAt(object.value, ...path) ?? null;
    if (value === null || isList(value)) return [];
    const message = `${path.at(-1)} must be a list; the API server refuses anything else.`;
    return [problemAt(object, path, { code: 'wrong-type', message })];
  });
}

/** A result that has only problems. */
export function refused(...problems: readonly Problem[]): Recognised {
  return { parts: [], said: undefined, problems };
}

/** `Application edge`, for messages. */
export function objectNameOf({ value }: FileObject): string {
  const { kind, metadata } = value;
  const name = typeof metadata === 'object' && metadata !== null && 'name' in metadata ? metadata['name'] : undefined;
  return [kind, name]
    .flatMap((part) => (typeof part === 'string' && part !== '' ? [shorten(part, 100)] : []))
    .join(' ');
}

/** The name of a chart without its registry path. */
export function chartName(chart: string): string {
  return trimEndOf(chart, '/').split('/').at(-1) ?? chart;
}

/**
 * What the name of the chart shows: for Gloo's own chart the version is its release; gloo-ee keeps Gloo's values under
 * `gloo`, and its own version is not Gloo's; for any other chart nothing is known.
 */
export function saidOfChart(
  chart: string | undefined,
  version: string | undefined,
): Pick<Said, 'chart' | 'chartVersion' | 'partialOf'> {
  const name = chart === undefined ? undefined : chartName(chart);
  if (name === 'gloo') return version === undefined ? {} : { chartVersion: version };
  if (name === undefined) return {};
  const other = { chart: [name, version].filter((part) => part !== undefined).join(' ') };
  return name === 'gloo-ee' ? { ...other, partialOf: ['gloo'] } : other;
}

/** Versions that mean the newest, whichever that is. */
export function knownVersion(version: string | undefined): string | undefined {
  return version === undefined || /^(?:\*|latest|HEAD|main|master)$/.test(version) ? undefined : version;
}
