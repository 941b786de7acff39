/** The releases of Gloo's chart that glistio supports, and finding the one that a user means. */
import type { Problem } from '../problem.ts';
import { shorten } from '../words.ts';
import { releaseNames } from './data.gen.ts';
import { expressRange } from './express.ts';
import { compileRange, firstAtOrAfter, type Intervals, includes, type VersionList } from './range.ts';
import { compareVersions, formatVersion, parseVersion, type Version } from './version.ts';

/** Every known release, oldest first. A `-patchN` comes after the release that it patches. */
export const releases: readonly string[] = Object.freeze(releaseNames.split(' '));

/** The newest stable release: the default of `--chart-version`. */
export const newestRelease: string = newest([0, releases.length], isStable) ?? '';

/**
 * Finds the release that a text refers to: itself (`1.5.0`, `v1.5.0`), the newest of a line (`1.17`) or the newest in a
 * range in npm's notation (`^1.20`, `>=1.18 <1.20`). In a line or range, a prerelease or a `-patchN` is chosen only if
 * there is nothing else. If there is none, returns a problem that suggests what was probably meant.
 */
export function findRelease(text: string): string | Problem {
  const wanted = text.trim();
  const version = parseVersion(wanted);
  if (version !== undefined) {
    const name = formatVersion(version);
    return releases.includes(name) ? name : unknownRelease(name, version);
  }
  const intervals = wanted === '' ? undefined : compileRange(wanted, versions);
  if (intervals === undefined)
    return problem(
      `"${shorten(text)}" is not a release of Gloo's chart.`,
      `Write a release (${newestRelease}), a line of releases (${lineOf(newestRelease)}) or a range (^${lineOf(newestRelease)}).`,
    );
  return newest(intervals, isStable) ?? newest(intervals, () => true) ?? emptyRange(wanted);
}

/**
 * Finds all releases that a text refers to, oldest first: one for a release, those of a line (`1.17`) or a range,
 * including prereleases. Returns a problem like those of {@link findRelease} if there is none.
 */
export function releasesIn(text: string): readonly string[] | Problem {
  const found = text.trim() === '*' ? newestRelease : findRelease(text);
  if (typeof found !== 'string' || parseVersion(text.trim()) !== undefined)
    return typeof found === 'string' ? [found] : found;
  const intervals = compileRange(text.trim(), versions) ?? [];
  return releases.filter((_, index) => includes(intervals, index));
}

/** The index of a release in the list; -1 if it is not there. */
export function releaseIndex(release: string): number {
  return releases.indexOf(release);
}

/** Formats intervals as a range of releases; undefined for every release. */
export function rangeInWords(intervals: Intervals): string | undefined {
  const everywhere = releases.map((_, index) => index);
  return expressRange(new Set(everywhere.filter((index) => includes(intervals, index))), everywhere, releases);
}

/** The newest suitable release within intervals. */
export function newest(intervals: Intervals, fits: (release: string) => boolean): string | undefined {
  for (let i = intervals.length - 2; i >= 0; i -= 2) {
    for (let index = (intervals[i + 1] ?? 0) - 1; index >= (intervals[i] ?? 0); index--) {
      const release = releases[index];
      if (release !== undefined && fits(release)) return release;
    }
  }
  return undefined;
}

/** Whether a release is neither a prerelease nor a `-patchN`. */
export function isStable(release: string): boolean {
  return !release.includes('-');
}

/** Parses lazily: parsing a thousand versions takes longer than everything else here, and a binary search needs ten. */
const versions: VersionList = {
  length: releases.length,
  at: (index) => parseVersion(releases.at(index) ?? ''),
};

function lineOf(release: string): string {
  return release.split('.', 2).join('.');
}

function unknownRelease(name: string, version: Version): Problem {
  const before = firstAtOrAfter(versions, version) - 1;
  const nearest = [releases[before], releases[before + 1]].filter((release) => release !== undefined);
  const ofLine = nearest.filter((release) => lineOf(release) === lineOf(name));
  return (
    uncovered(name, version) ??
    problem(
      before === releases.length - 1
        ? `${shorten(name)} is newer than the newest release of Gloo's chart that is known here, ${newestRelease}.`
        : `There is no release ${shorten(name)} of Gloo's chart.`,
      `The nearest known: ${(ofLine.length > 0 ? ofLine : nearest).join(' and ')}.`,
    )
  );
}

function emptyRange(text: string): Problem {
  const [, major = '0', minor = '0'] = /(\d{1,9})(?:\.(\d{1,9}))?/.exec(text) ?? [];
  const about: Version = { major: Number(major), minor: Number(minor), patch: 0, stage: 'release', count: 0 };
  const newestKnown = versions.at(-1) ?? about;
  return (
    uncovered(text, about) ??
    (compareVersions(about, newestKnown) > 0
      ? problem(
          `Every release in ${shorten(text)} is newer than the newest that is known here, ${newestRelease}.`,
          'A newer glistio may know them.',
        )
      : problem(
          `No release of Gloo's chart is in ${shorten(text)}.`,
          `Known are ${releases[0]} to ${releases.at(-1)}; \`glistio releases\` lists them.`,
        ))
  );
}

/** Why a version before the first or after the last major version is not among the releases; undefined for others. */
function uncovered(text: string, version: Version): Problem | undefined {
  const { major, minor, patch } = version;
  if (major >= 2)
    return problem(
      `${shorten(text)} is not a release of Gloo's chart: its versions end with 1.x, and 2.x is the chart of another project, kgateway, with other values.`,
      `The newest release known here is ${newestRelease}.`,
    );
  const first = versions.at(0);
  if (first === undefined || compareVersions(version, first) >= 0) return undefined;
  const injectable = major === 1 && (minor === 5 || (minor === 4 && patch >= 10));
  return problem(
    `${shorten(text)} is older than ${releases[0]}, the first release whose chart has values for Istio's sidecars (global.istioSDS).`,
    injectable
      ? 'Render that chart with Helm and add the sidecars to its manifests with `glistio inject`.'
      : 'From 1.4.10 on, sidecars can be added to the rendered manifests with `glistio inject`.',
  );
}

function problem(message: string, hint: string): Problem {
  return { code: 'unknown-release', severity: 'error', message, hint };
}
