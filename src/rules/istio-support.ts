import type { Chart } from '../chart/chart.ts';
import { type Intervals, includes } from '../chart/range.ts';
import { supportedIstioJson, upstreamSdsAlpnJson } from './istio-data.gen.ts';

/** The first and the last minor version of Istio that Gloo lists for a release; undefined if it lists none. */
export function supportedIstio(release: string): readonly string[] | undefined {
  const table = JSON.parse(supportedIstioJson) as Readonly<Record<string, readonly string[]>>;
  return table[release.split('.', 2).join('.')];
}

/** Whether this minor version of Istio is outside of what Gloo lists for a release; undefined if it lists none. */
export function isOutsideSupport(release: string, minor: number): boolean | undefined {
  const range = supportedIstio(release)?.map((line) => Number(line.split('.')[1]));
  return range && (minor < (range[0] ?? 0) || minor > (range[1] ?? Number.POSITIVE_INFINITY));
}

/** Whether Gloo sends the `alpnProtocols` of an Upstream's `sslConfig` with SDS. */
export function sendsUpstreamAlpn({ index }: Chart): boolean {
  return includes(JSON.parse(upstreamSdsAlpnJson) as Intervals, index);
}
