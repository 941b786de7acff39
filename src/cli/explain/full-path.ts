import { chartOf } from '../../chart/chart.ts';
import { findRelease, newestRelease } from '../../chart/releases.ts';
import { parsePath } from '../../problem.ts';
import { explainValue, searchValues } from '../../schema/explain.ts';

/**
 * The only path of a value that ends like this, with a proxy's name where it needs one; otherwise the text as it was
 * given.
 */
export function fullPath(asked: string, version: string | undefined): string {
  const release = version === undefined ? newestRelease : findRelease(version);
  if (typeof release !== 'string') return asked;
  const chart = chartOf(release);
  if (explainValue(parsePath(asked), chart) !== undefined) return asked;
  const [only, ...others] = searchValues(asked, chart).filter(({ match, inRelease }) => match === 'exact' && inRelease);
  const [one] = others.length === 0 || only === undefined ? [only] : [];
  return (one?.path ?? asked).replace(/^gatewayProxies\.NAME\./, 'gatewayProxies.gatewayProxy.');
}
