import { compareVersions, parseVersion } from '../chart/version.ts';
import { envoyContainerOf } from '../objects/gateway-proxies.ts';
import { describeObject, type KubeObject } from '../objects/object.ts';
import type { Problem } from '../problem.ts';
import { type FoundVersion, versionOfImage } from './versions.ts';

/** The first release whose SDS server reads Istio's certificates; that of the 1.4 line knows only those of Gloo's own mTLS. */
export const firstIstioSds = '1.5.0';

function isBefore(version: string, other: string): boolean {
  const [a, b] = [parseVersion(version), parseVersion(other)];
  return a !== undefined && b !== undefined && compareVersions(a, b) < 0;
}

/** Whether a release belongs to the 1.4 line, which works with Istio but for its own sds image. */
export function needsNewerSds(version: string): boolean {
  return !isBefore(version, '1.4.10') && isBefore(version, '1.5.0-beta1');
}

function isTooOld(version: string): boolean {
  return isBefore(version, '1.5.0-beta25') && !needsNewerSds(version);
}

/**
 * That Gloo is too old for Istio's certificates, unless the proxy's own image is of a newer one. Source: the requirements in
 * Gloo's guide to Istio mTLS.
 */
export function refuseOldGloo({ version, from }: FoundVersion, workload: KubeObject): Problem[] {
  const own = from === '--gloo-version' ? undefined : versionOfImage(envoyContainerOf(workload.object))?.version;
  if (!isTooOld(version) || (own !== undefined && !isTooOld(own))) return [];
  return [
    workload.problem({
      code: 'gloo-too-old',
      severity: 'error',
      message: `${describeObject(workload.object)} is of Gloo ${version}, and Istio's mTLS needs 1.4.10, or 1.5.0-beta25 and newer.`,
      hint: 'upgrade Gloo first; if it is newer, say so with --gloo-version',
    }),
  ];
}
