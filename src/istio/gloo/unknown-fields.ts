import { mapAt, mapsIn, type ValueMap } from '../../value.ts';
import type { Gloo, GlooFeature } from './release.ts';

/** The fields of the Settings and of an Upstream that affect TLS and were added in some release. */
const fields: readonly {
  readonly name: string;
  readonly since: GlooFeature;
  readonly of: (settings: ValueMap, upstream: ValueMap) => readonly ValueMap[];
}[] = [
  { name: 'istioOptions', since: 'istioOptionsField', of: (settings) => [mapAt(settings, 'gloo')] },
  { name: 'enableAutoMtls', since: 'autoMtls', of: (settings) => [mapAt(settings, 'gloo', 'istioOptions')] },
  {
    name: 'enableIntegration',
    since: 'autoMtlsBySettings',
    of: (settings) => [mapAt(settings, 'gloo', 'istioOptions')],
  },
  { name: 'enableRestEds', since: 'restEdsField', of: (settings) => [mapAt(settings, 'gloo')] },
  { name: 'upstreamOptions', since: 'upstreamOptionsField', of: (settings) => [settings] },
  {
    name: 'warnMissingTlsSecret',
    since: 'warnMissingTlsSecretField',
    of: (settings) => [mapAt(settings, 'gateway', 'validation')],
  },
  { name: 'disableIstioAutoMtls', since: 'autoMtls', of: (_, upstream) => [upstream] },
  { name: 'proxyProtocolVersion', since: 'upstreamProxyProtocol', of: (_, upstream) => [upstream] },
  { name: 'oneWayTls', since: 'oneWayTlsUpstream', of: (_, upstream) => [mapAt(upstream, 'sslConfig')] },
  { name: 'allowRenegotiation', since: 'allowRenegotiation', of: (_, upstream) => [mapAt(upstream, 'sslConfig')] },
  { name: 'autoSniRewrite', since: 'staticSniMatches', of: (_, upstream) => [mapAt(upstream, 'static')] },
  { name: 'sniAddr', since: 'staticSniMatches', of: (_, upstream) => mapsIn(mapAt(upstream, 'static')['hosts']) },
];

/** The fields in use that a release does not have, in order. Fields within an unknown field are not listed. */
export function unknownFields(gloo: Gloo, settings: ValueMap, upstream: ValueMap): string[] {
  const inIstioOptions = ['enableAutoMtls', 'enableIntegration'];
  return fields
    .filter(({ name, since, of }) => {
      if (gloo.has(since)) return false;
      if (inIstioOptions.includes(name) && !gloo.has('istioOptionsField')) return false;
      return of(settings, upstream).some((map) => map[name] !== undefined && map[name] !== null);
    })
    .map(({ name }) => name)
    .sort();
}
