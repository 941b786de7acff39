import { chartOf } from '../../chart/chart.ts';
import { findRelease, newestRelease } from '../../chart/releases.ts';
import { parsePath } from '../../problem.ts';
import { explainValue, searchValues } from '../../schema/explain.ts';

/**
 * The values of a release that end like this, those of proxies first and with a proxy's name; only itself if it is
 * whole.
 */
export function pathsEnding(asked: string, version: string | undefined): readonly string[] {
  const release = version === undefined ? newestRelease : findRelease(version);
  if (typeof release !== 'string') return [];
  const chart = chartOf(release);
  if (explainValue(parsePath(asked), chart) !== undefined) return [asked];
  const paths = searchValues(asked, chart)
    .filter(({ match, inRelease }) => match === 'exact' && inRelease)
    .map(({ path }) => path.replace(/^gatewayProxies\.NAME\./, 'gatewayProxies.gatewayProxy.'));
  const isOfProxy = (path: string): boolean => path.startsWith('gatewayProxies.');
  return [...paths.filter(isOfProxy), ...paths.filter((path) => !isOfProxy(path))];
}
