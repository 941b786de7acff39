import { type Chart, chartOf } from '../chart/chart.ts';
import { findRelease, newestRelease } from '../chart/releases.ts';
import { CannotDo } from '../outcome.ts';

/** The chart of the release that `--chart-version` names, by default of the newest one. */
export function chartAsked(version: string = newestRelease): Chart {
  const release = findRelease(version);
  if (typeof release !== 'string') throw new CannotDo(release.message, release.hint);
  return chartOf(release);
}
