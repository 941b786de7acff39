/**
 * Ranges of releases in npm's notation: comparators (`>=1.14.5 <1.15.0-0`) side by side are combined with "and", `||`
 * means "or"; `^1.2.3`, `~1.2`, `1.x`, `1.17` and `1.2 - 1.4` are npm's shorthands. One rule differs: a prerelease is
 * an ordinary version here and inside a range whenever it lies between its ends, because the data specify exactly which
 * betas had a behavior. The data's ranges are compiled at build time; at run time only user input is parsed.
 */
import { compareVersions, parseVersion, type Version } from './version.ts';

/** Indexes into the list of releases as pairs `from, to` (`to` excluded), in order and disjoint: `[0, 4, 9, 12]`. */
export type Intervals = readonly number[];

/** Versions, oldest first: an array, or an object that parses each version lazily. */
export interface VersionList {
  readonly length: number;
  at(index: number): Version | undefined;
}

export interface Bounds {
  readonly from: Version;
  /** Exclusive; undefined for an open range. */
  readonly to: Version | undefined;
}

const lowest: Version = { major: 0, minor: 0, patch: 0, stage: 'floor', count: 0 };
const everything: Bounds = { from: lowest, to: undefined };

/** Whether the release at an index is in the intervals. */
export function includes(intervals: Intervals, index: number): boolean {
  for (let i = 0; i < intervals.length; i += 2) {
    if (index < (intervals[i] ?? 0)) return false;
    if (index < (intervals[i + 1] ?? 0)) return true;
  }
  return false;
}

/** The intersection of two sets of intervals. */
export function intersect(a: Intervals, b: Intervals): Intervals {
  const both: number[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const from = Math.max(a[i] ?? 0, b[j] ?? 0);
    const to = Math.min(a[i + 1] ?? 0, b[j + 1] ?? 0);
    if (from < to) both.push(from, to);
    if ((a[i + 1] ?? 0) < (b[j + 1] ?? 0)) i += 2;
    else j += 2;
  }
  return both;
}

/** The union of several sets of intervals; adjacent pairs are merged. */
export function unite(several: readonly Intervals[]): Intervals {
  if (several.length === 1 && several[0] !== undefined) return several[0];
  const pairs = several.flatMap((intervals) =>
    Array.from({ length: intervals.length / 2 }, (_, i) => [intervals[2 * i] ?? 0, intervals[2 * i + 1] ?? 0] as const),
  );
  const joined: number[] = [];
  for (const [from, to] of pairs.sort((a, b) => a[0] - b[0])) {
    const end = joined.at(-1);
    if (end !== undefined && from <= end) joined[joined.length - 1] = Math.max(end, to);
    else joined.push(from, to);
  }
  return joined;
}

/** Returns the part of a sorted list of versions that a range selects; undefined if the text is not a range. */
export function compileRange(text: string, versions: VersionList): Intervals | undefined {
  const alternatives = parseRange(text);
  if (alternatives === undefined) return undefined;
  return unite(
    alternatives.map(({ from, to }) => {
      const pair = [
        firstAtOrAfter(versions, from),
        to === undefined ? versions.length : firstAtOrAfter(versions, to),
      ] as const;
      return pair[0] < pair[1] ? pair : [];
    }),
  );
}

/** The index of the first version that is not older than the wanted one; the length of the list if all are older. */
export function firstAtOrAfter(versions: VersionList, wanted: Version): number {
  let low = 0;
  let high = versions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const version = versions.at(middle);
    if (version !== undefined && compareVersions(version, wanted) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The alternatives of a range as pairs of bounds; undefined if the text is not a range. */
export function parseRange(text: string): readonly Bounds[] | undefined {
  const alternatives: Bounds[] = [];
  for (const part of text.split('||')) {
    const bounds = parseAlternative(part.trim());
    if (bounds === undefined) return undefined;
    alternatives.push(bounds);
  }
  return alternatives;
}

function parseAlternative(text: string): Bounds | undefined {
  const hyphen = /^(\S+)\s+-\s+(\S+)$/.exec(text);
  const comparators = hyphen ? [`>=${hyphen[1]}`, `<=${hyphen[2]}`] : text.replace(/([<>=^~])\s+/g, '$1').split(/\s+/);
  let { from, to } = everything;
  for (const comparator of comparators) {
    const bounds = parseComparator(comparator);
    if (bounds === undefined) return undefined;
    if (compareVersions(bounds.from, from) > 0) from = bounds.from;
    if (bounds.to !== undefined && (to === undefined || compareVersions(bounds.to, to) < 0)) to = bounds.to;
  }
  return { from, to };
}

/** One comparator as a pair of bounds. A partial version (`1.17`, `1.x`) includes all its versions, prereleases too. */
function parseComparator(text: string): Bounds | undefined {
  const [, operator = '', number = ''] = /^(>=|<=|>|<|=|\^|~>?)?(.*)$/.exec(text) ?? [];
  const meant = parseVersion(number) ?? parsePartial(number);
  if (meant === undefined) return undefined;
  const { from, to } = isVersion(meant) ? { from: meant, to: after(meant) } : meant;
  switch (operator) {
    case '':
    case '=':
      return { from, to };
    case '>=':
      return { from, to: undefined };
    case '>':
      return to === undefined ? { from: lowest, to: lowest } : { from: to, to: undefined };
    case '<':
      return { from: lowest, to: from };
    case '<=':
      return { from: lowest, to };
    case '^':
      return {
        from,
        to:
          to && (from.major > 0 || !isVersion(meant) ? latest(to, floor(from.major + 1, 0)) : floor(0, from.minor + 1)),
      };
    default:
      return { from, to: to && latest(to, floor(from.major, from.minor + 1)) };
  }
}

function isVersion(meant: Version | Bounds): meant is Version {
  return 'stage' in meant;
}

function parsePartial(text: string): Bounds | undefined {
  const parts = /^v?(?:(\d{1,9})|[xX*])(?:\.(?:(\d{1,9})|[xX*]))?(?:\.[xX*])?$/.exec(text);
  if (parts === null) return undefined;
  if (parts[1] === undefined) return everything;
  const major = Number(parts[1]);
  if (parts[2] === undefined) return { from: floor(major, 0), to: floor(major + 1, 0) };
  return { from: floor(major, Number(parts[2])), to: floor(major, Number(parts[2]) + 1) };
}

/** `X.Y.0-0`: the start of the line X.Y, including its first prerelease. */
function floor(major: number, minor: number): Version {
  return { major, minor, patch: 0, stage: 'floor', count: 0 };
}

/** The lowest version above another one: the chart numbers its patches and prereleases with integers. */
function after(version: Version): Version {
  return version.stage === 'release'
    ? { ...version, stage: 'patch', count: 0 }
    : { ...version, count: version.count + 1 };
}

function latest(a: Version, b: Version): Version {
  return compareVersions(a, b) < 0 ? b : a;
}
