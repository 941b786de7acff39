/** What Istio's agent beside a gateway proxy does with its certificates and its token, judged by its container. */

import { listOf, mapAt, mapOf, mapsIn, textOf, type Value, type ValueMap } from '../value.ts';
import type { Istio } from './istio-version.ts';
import { defaultIstiod } from './istiod-address.ts';
import { discoveryAddressIn } from './proxy-config.ts';
import { certificateFolder } from './sidecars.ts';
import { type Spot, spotOf, tidied, variableOf, volumeAt } from './workload.ts';

/** Where an agent writes its certificates, compared with where the SDS server reads them. */
export interface CertificateWriting {
  /** OUTPUT_CERTS; empty if it is not set. */
  readonly folder: string;
  /** `open`: a part of the path is filled in when the pod starts, or the variable is set from another object. */
  readonly to: 'nowhere' | 'server' | 'elsewhere' | 'open';
  readonly written: Spot | undefined;
  readonly read: Spot | undefined;
}

/** Where a container writes certificates, and whether the SDS server reads them there. */
export function certificateWriting(writer: ValueMap, sds: ValueMap | undefined): CertificateWriting {
  const { value: folder = '', isOpen } = variableOf(writer, 'OUTPUT_CERTS');
  const written = folder === '' ? undefined : spotOf(writer, folder);
  const read = sds && spotOf(sds, certificateFolder);
  const about = { folder, written, read };
  if (folder === '') return { ...about, to: isOpen ? 'open' : 'nowhere' };
  if (written?.isOpen || read?.isOpen) return { ...about, to: 'open' };
  const isSame = written !== undefined && written.volume === read?.volume && written.rest === read.rest;
  return { ...about, to: isSame ? 'server' : 'elsewhere' };
}

/** Whether the agent of a version runs without Envoy. */
export function isWithoutEnvoy(agent: ValueMap, has: Istio['has']): boolean {
  return has('disableEnvoy') && variableOf(agent, 'DISABLE_ENVOY').value === 'true';
}

/** Whether the agent of a version writes its certificates only once. */
export function losesRotation(agent: ValueMap, has: Istio['has']): boolean {
  return has('rotationNotWritten') || (has('rotationNotWrittenWithoutEnvoy') && isWithoutEnvoy(agent, has));
}

/** Where the token for istiod is mounted. */
export const tokenFolder = '/var/run/secrets/tokens';

/** The token that an agent sends to istiod. */
export interface TokenPolicy {
  /** What it sends; `none` if it does not know the policy, undefined if that is set from another object. */
  readonly sends: 'third-party-jwt' | 'first-party-jwt' | 'none' | undefined;
  /** JWT_POLICY, if it is set. */
  readonly value: string | undefined;
}

/** The policy that the agent of a version follows. */
export function tokenPolicyOf(agent: ValueMap, has: Istio['has']): TokenPolicy {
  const { value, isOpen } = variableOf(agent, 'JWT_POLICY');
  if (has('thirdPartyTokenAlways')) return { sends: 'third-party-jwt', value };
  if (isOpen) return { sends: undefined, value };
  if (value === undefined || value === 'third-party-jwt') return { sends: 'third-party-jwt', value };
  return { sends: value === 'first-party-jwt' ? value : 'none', value };
}

/** The volume at the path of the token, and the tokens that it has. */
export interface MountedToken {
  readonly spot: Spot;
  readonly volume: ValueMap | undefined;
  readonly tokens: readonly ProjectedToken[];
  /** Whether nothing else in the volume can be a token: a Secret, or a volume of another type, may have one, too. */
  readonly isKnown: boolean;
}

interface ProjectedToken {
  readonly audience: Value | undefined;
  readonly path: Value | undefined;
  /** Whether it is where the agent reads it. */
  readonly isRead: boolean;
}

/** What is mounted where an agent reads its token; undefined if nothing is. */
export function mountedToken(spec: ValueMap, agent: ValueMap): MountedToken | undefined {
  const spot = spotOf(agent, `${tokenFolder}/istio-token`);
  if (spot === undefined) return undefined;
  const volume = volumeAt(spec, spot);
  const sources = listOf(mapAt(volume, 'projected')['sources']);
  const tokens = mapsIn(sources.map((source) => mapOf(source)['serviceAccountToken'] ?? null)).map(
    ({ audience, path }): ProjectedToken => ({ audience, path, isRead: tidied(textOf(path) ?? '') === spot.rest }),
  );
  return { spot, volume, tokens, isKnown: tokens.length > 0 && tokens.length === sources.length && !spot.isOpen };
}

/** The user that a container runs as; null if neither its security context nor that of the pod sets it. */
export function userOf(spec: ValueMap, container: ValueMap): number | null {
  const user = mapAt(container, 'securityContext')['runAsUser'] ?? mapAt(spec, 'securityContext')['runAsUser'] ?? null;
  return user === null ? null : Number(user);
}

/** The addresses of istiod that an agent uses: for its configuration, and for its certificates. */
export function istiodAsked(agent: ValueMap): { readonly discovery: string; readonly signing: string } {
  const discovery = discoveryAddressIn(variableOf(agent, 'PROXY_CONFIG').value ?? '') ?? defaultIstiod;
  return { discovery, signing: variableOf(agent, 'CA_ADDR').value || discovery };
}
