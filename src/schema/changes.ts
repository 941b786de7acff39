/** What a release of Gloo's chart changes for the gateway proxies, and what changes between two of them. */

import { chartOf, type FeatureName } from '../chart/chart.ts';
import { featureReleases } from '../chart/data.gen.ts';
import { featureNotes } from '../chart/features.gen.ts';
import { type Intervals, includes } from '../chart/range.ts';
import { releaseIndex, releases } from '../chart/releases.ts';
import { formatPath, type Path } from '../problem.ts';
import { isMap, type Value, type ValueMap } from '../value.ts';
import { type ValueFields, valuesModel } from './values-model.ts';

export interface Feature {
  readonly name: FeatureName;
  /** What the chart does, in one line. */
  readonly what: string;
}

/** A default value; undefined if the release has none. */
export interface DefaultChange {
  readonly path: string;
  readonly before?: Value;
  readonly after?: Value;
}

export interface ReleaseDescription {
  readonly release: string;
  /** The previous release in its line, or the last of the line before; undefined for the very first. */
  readonly previous: string | undefined;
  readonly features: readonly Feature[];
  /** The features that the previous release did not have. */
  readonly newFeatures: readonly Feature[];
  /** The features that only the previous release had. */
  readonly goneFeatures: readonly Feature[];
  readonly newValues: readonly string[];
  readonly goneValues: readonly string[];
}

export interface ReleaseChanges {
  readonly from: string;
  readonly to: string;
  readonly features: { readonly added: readonly Feature[]; readonly removed: readonly Feature[] };
  /** Changed defaults of the values that the proxies' templates read. The release's own number in an image tag counts too. */
  readonly defaults: readonly DefaultChange[];
  readonly values: { readonly added: readonly string[]; readonly removed: readonly string[] };
}

/** The features of a release and what is new in it. The release must be in the list. */
export function describeRelease(release: string): ReleaseDescription {
  const previous = releases[releaseIndex(release) - 1];
  const features = featuresOf(release);
  const changes = previous === undefined ? undefined : compareReleases(previous, release);
  return {
    release,
    previous,
    features,
    newFeatures: changes?.features.added ?? features,
    goneFeatures: changes?.features.removed ?? [],
    newValues: changes?.values.added ?? [],
    goneValues: changes?.values.removed ?? [],
  };
}

/** What changes for the gateway proxies from one release to another. Both must be in the list. */
export function compareReleases(from: string, to: string): ReleaseChanges {
  const [before, after] = [featuresOf(from), featuresOf(to)];
  const [oldValues, newValues] = [valuePaths(from), valuePaths(to)];
  const defaults: DefaultChange[] = [];
  compareDefaults(chartOf(from).defaults(), chartOf(to).defaults(), [], defaults);
  return {
    from,
    to,
    features: { added: lacking(after, before), removed: lacking(before, after) },
    defaults: defaults.filter(({ path }) => reachesProxies(path)),
    values: { added: missing(newValues, oldValues), removed: missing(oldValues, newValues) },
  };
}

function featuresOf(release: string): Feature[] {
  const notes = JSON.parse(featureNotes) as Record<FeatureName, string>;
  const index = releaseIndex(release);
  return Object.entries(JSON.parse(featureReleases) as Record<FeatureName, Intervals>)
    .filter(([, intervals]) => includes(intervals, index))
    .map(([name]) => ({ name: name as FeatureName, what: notes[name as FeatureName] }));
}

function lacking(all: readonly Feature[], others: readonly Feature[]): Feature[] {
  const names = new Set(others.map(({ name }) => name));
  return all.filter(({ name }) => !names.has(name));
}

function missing(all: ReadonlySet<string>, others: ReadonlySet<string>): string[] {
  return [...all].filter((path) => !others.has(path)).sort();
}

/** Every path of the values model that the release has and the proxies' templates can see. */
function valuePaths(release: string): Set<string> {
  const index = releaseIndex(release);
  const paths = new Set<string>();
  collect(valuesModel(), []);
  return paths;

  function collect(fields: ValueFields, above: Path): void {
    for (const [key, alternatives] of fields) {
      const field = alternatives.find((candidate) => includes(candidate.releases, index));
      if (field === undefined) continue;
      const path = [...above, key];
      if (reachesProxies(formatPath(path))) paths.add(formatPath(path));
      const { type } = field;
      if (type.kind === 'object' || type.kind === 'kubernetes') collect(type.fields, path);
      else if (type.kind === 'map' && type.of.kind === 'object') collect(type.of.fields, [...path, 'NAME']);
    }
  }
}

const seen = [
  ...['global', 'gatewayProxies', 'k8s', 'gateway.enabled', 'gateway.upgrade', 'gateway.updateValues'],
  ...['gloo.deployment.xdsPort', 'gloo.deployment.restXdsPort', 'accessLogger.enabled', 'accessLogger.port'],
  ...['settings.aws', 'settings.writeNamespace', 'settings.enableRestEds', 'settings.helm2'],
];

function reachesProxies(path: string): boolean {
  return seen.some((start) => path === start || path.startsWith(`${start}.`));
}

function compareDefaults(before: ValueMap, after: ValueMap, above: Path, changes: DefaultChange[]): void {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, now] = [before[key], after[key]];
    const path = [...above, key];
    if (isMap(old) && isMap(now)) compareDefaults(old, now, path, changes);
    else if (isMap(now) && old === undefined && Object.keys(now).length > 0) compareDefaults({}, now, path, changes);
    else if (isMap(old) && now === undefined && Object.keys(old).length > 0) compareDefaults(old, {}, path, changes);
    else if (JSON.stringify(old) !== JSON.stringify(now)) {
      const [b, a] = [old === undefined ? {} : { before: old }, now === undefined ? {} : { after: now }];
      changes.push({ path: formatPath(path), ...b, ...a });
    }
  }
}
