import { lines, type Printable } from '../printable.ts';
import type { DefaultChange, Feature, ReleaseChanges, ReleaseDescription } from '../schema/changes.ts';
import type { Value } from '../value.ts';

/** One release for a reader: what its chart does to the gateway proxies, and what is new in it. */
export function releaseText(description: ReleaseDescription): Printable {
  const { release, previous, features, newFeatures, goneFeatures, newValues, goneValues } = description;
  const sections = [
    ...(previous === undefined
      ? []
      : section(`New in ${release} (compared with ${previous})`, [...newFeatures.map(featureLine), ...newValues])),
    ...section(`No longer in ${release}`, [...goneFeatures.map(featureLine), ...goneValues]),
    ...section(`What the chart of ${release} does to the gateway proxies`, features.map(featureLine)),
  ];
  return lines(`${sections.join('\n\n')}\n`);
}

/** What changes between two releases, for a reader. */
export function changesText({ from, to, features, defaults, values }: ReleaseChanges): Printable {
  const isTag = ({ before, after }: DefaultChange): boolean => before === from && after === to;
  const tags = defaults.filter(isTag);
  const others = defaults.filter((change) => !isTag(change));
  const sections = [
    ...section('The chart now', features.added.map(featureLine)),
    ...section('The chart no longer', features.removed.map(featureLine)),
    ...section('Default values', [
      ...(tags.length === 0 ? [] : [`${from} → ${to}: the tags of ${tags.length} images`]),
      ...others.map(defaultLine),
    ]),
    ...section('New values', values.added),
    ...section('Removed values', values.removed),
  ];
  if (sections.length === 0) return lines(`Nothing changes for the gateway proxies between ${from} and ${to}.\n`);
  return lines(`${sections.join('\n\n')}\n`);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:\n${lines.map((line) => `  ${line}`).join('\n')}`];
}

function featureLine({ name, what }: Feature): string {
  return `${name}: ${what}`;
}

function defaultLine({ path, before, after }: DefaultChange): string {
  return `${path}: ${shown(before)} → ${shown(after)}`;
}

function shown(value: Value | undefined): string {
  return value === undefined ? '(none)' : JSON.stringify(value);
}
