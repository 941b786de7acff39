import { compareVersions, parseVersion } from '../chart/version.ts';
import { envoyContainerOf } from '../objects/gateway-proxies.ts';
import { describeObject, type KubeObject } from '../objects/object.ts';
import type { Problem } from '../problem.ts';
import { type FoundVersion, versionOfImage } from './versions.ts';

/**
 * The first release whose SDS server reads Istio's certificates; the one of the 1.4 line only knows those of Gloo's own
 * mTLS.
 */
export const firstIstioSds = '1.5.0';

function isBefore(version: string, other: string): boolean {
  const [a, b] = [parseVersion(version), parseVersion(other)];
  return a !== undefined && b !== undefined && compareVersions(a, b) < 0;
}

/** Whether a release belongs to the 1.4 line, which works with Istio except for its own sds image. */
export function needsNewerSds(version: string): boolean {
  return !isBefore(version, '1.4.10') && isBefore(version, '1.5.0-beta1');
}

function isTooOld(version: string): boolean {
  return isBefore(version, '1.5.0-beta25') && !needsNewerSds(version);
}

/**
 * Reports that Gloo is too old for Istio's certificates, unless the proxy's own image is newer. Source: the
 * requirements in Gloo's guide to Istio mTLS.
 */
export function refuseOldGloo({ version, from }: FoundVersion, workload: KubeObject): Problem[] {
  const own = from === '--gloo-version' ? undefined : versionOfImage(envoyContainerOf(workload.object))?.version;
  if (!isTooOld(version) || (own !== undefined && !isTooOld(own))) return [];
  return [
    workload.problem({
      code: 'gloo-too-old',
      severity: 'error',
      message: `${describeObject(workload.object)} belongs to Gloo ${version}, but Istio's mTLS needs 1.4.10, or 1.5.0-beta25 and newer.`,
      hint: 'upgrade Gloo first; if it is newer, set its version with --gloo-version',
    }),
  ];
}
