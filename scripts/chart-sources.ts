/**
 * Reads the YAML sources of `schema/`: releases, and maps whose keys may include the releases that they apply to.
 * Development only.
 */
import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { compileRange, type Intervals } from '../src/chart/range.ts';
import { compareVersions, formatVersion, parseVersion, type Version } from '../src/chart/version.ts';

/** The content of a project file, by its path from the project's root. */
export function readProjectFile(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
}

/** The parsed content of a YAML file of the project. */
export function readYaml(path: string): unknown {
  return load(readProjectFile(path));
}

export interface ReleaseList {
  /** Oldest first. */
  readonly names: readonly string[];
  readonly versions: readonly Version[];
}

/** The releases of `schema/releases.yaml`, with groups (`1.5.0-beta25..28`) expanded. Throws if one is out of order. */
export function readReleases(): ReleaseList {
  const rows = readYaml('schema/releases.yaml');
  if (!isStringList(rows)) throw new Error('schema/releases.yaml: expected a list of rows');
  const names = rows.flatMap((row) => row.split(' ').flatMap(expandGroup));
  const versions = names.map((name) => {
    const version = parseVersion(name);
    if (version === undefined || formatVersion(version) !== name)
      throw new Error(`schema/releases.yaml: ${name} is not a version`);
    return version;
  });
  versions.forEach((version, index) => {
    const previous = versions[index - 1];
    if (previous !== undefined && compareVersions(previous, version) >= 0)
      throw new Error(`schema/releases.yaml: ${names[index]} comes too late, after ${names[index - 1]}`);
  });
  return { names, versions };
}

function expandGroup(group: string): string[] {
  const [, prefix = '', first, last] = /^(.*?)(\d+)\.\.(\d+)$/.exec(group) ?? [];
  if (first === undefined) return [group];
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, step) => `${prefix}${Number(first) + step}`);
}

export function isStringList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** A plain YAML map. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The intervals of a range in a data file. Throws if the text is not a range in its simplest form, if it names an
 * unknown release (`1.15.0-0`, the start of a line, is allowed), or if it selects no release or every release.
 */
export function compileDataRange(text: string, { names, versions }: ReleaseList): Intervals {
  for (const alternative of text.split(' || ')) {
    for (const comparator of alternative.split(' ')) {
      const [, name] = /^(?:>=|<|=)(\S+)$/.exec(comparator) ?? [];
      if (name === undefined) throw new Error(`${text}: ${comparator} is not \`>=\`, \`<\` or \`=\` and a release`);
      const line = name.endsWith('.0-0') ? name.slice(0, -'0-0'.length) : undefined;
      if (line === undefined ? !names.includes(name) : !names.some((known) => known.startsWith(line)))
        throw new Error(`${text}: there is no release ${name}`);
    }
  }
  const intervals = compileRange(text, versions);
  if (intervals === undefined) throw new Error(`${text}: not a range`);
  if (intervals.length !== 2 * text.split('||').length)
    throw new Error(`${text}: an alternative is empty or touches another`);
  if (intervals[0] === 0 && intervals[1] === names.length)
    throw new Error(`${text}: this is every release; leave the range out`);
  return intervals;
}

/**
 * Splits a key of a data file into its name and the releases that it applies to: `port >=1.6.0` is `port` since 1.6.0.
 */
export function splitKey(key: string): { readonly name: string; readonly range: string | undefined } {
  const space = key.indexOf(' ');
  return space < 0 ? { name: key, range: undefined } : { name: key.slice(0, space), range: key.slice(space + 1) };
}

/** Assigns an index to each distinct set of releases, so that generated data contains each set once. */
export function numberIntervals(): { readonly all: Intervals[]; numberOf(intervals: Intervals): number } {
  const all: Intervals[] = [];
  const numbers = new Map<string, number>();
  return {
    all,
    numberOf(intervals) {
      const key = intervals.join();
      const known = numbers.get(key) ?? all.push(intervals) - 1;
      numbers.set(key, known);
      return known;
    },
  };
}
