import { type Intervals, includes } from '../chart/range.ts';
import { isStable, newest, rangeInWords, releases } from '../chart/releases.ts';
import { type DeviationId, deviationsJson } from './deviations.gen.ts';

export type { DeviationId };

/** A way in which the chart of some releases is broken, as described in schema/deviations.yaml. */
interface CompiledDeviation {
  readonly releases: Intervals;
  /** A one-line summary. */
  readonly summary: string;
  /** What Helm with this chart does; `{name}` is replaced with a word that is known at the place. */
  readonly message: string;
  readonly cure?: string;
}

/** The end of the message of a deviation. */
export const printedAsAsked = '; glistio prints what the values ask for.';

/** All codes, each with a one-line summary. */
export function deviationSummaries(): Readonly<Record<string, string>> {
  table ??= JSON.parse(deviationsJson) as Record<DeviationId, CompiledDeviation>;
  return Object.fromEntries(Object.entries(table).map(([id, { summary }]) => [id, summary]));
}

/** All codes. */
export function deviationIds(): readonly string[] {
  return Object.keys(deviationSummaries());
}

let table: Readonly<Record<DeviationId, CompiledDeviation>> | undefined;

/** The problem with values that trigger a deviation; undefined if the release does not have it. */
export function deviationOf(
  id: DeviationId,
  release: number,
  words: Readonly<Record<string, string>>,
): { readonly message: string; readonly hint: string } | undefined {
  const entry = entryOf(id);
  if (!includes(entry.releases, release)) return undefined;
  const filled = (text: string): string => text.replace(/\{(\w+)\}/g, (whole, name: string) => words[name] ?? whole);
  const range = rangeInWords(entry.releases);
  const message = `${filled(entry.message)} ${range === undefined ? 'No newer release fixes this' : `Releases: ${range}`}${printedAsAsked}`;
  return { message, hint: [filled(entry.cure ?? ''), mendedBy(entry.releases, release)].filter(Boolean).join(' ') };
}

function entryOf(id: DeviationId): CompiledDeviation {
  table ??= JSON.parse(deviationsJson) as Record<DeviationId, CompiledDeviation>;
  return table[id];
}

/** The newest release without the deviation; a release before the given one does not help. */
function mendedBy(broken: Intervals, release: number): string {
  const mended = newest(
    [release + 1, releases.length],
    (release) => isStable(release) && !includes(broken, releases.indexOf(release)),
  );
  return mended === undefined ? '' : `The chart of ${mended} fixes this.`;
}
