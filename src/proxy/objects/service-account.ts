import type { ValueMap } from '../../value.ts';
import { chartLabels, namespaceIn, type Proxy, type ReleaseContext } from '../proxies.ts';
import { quotedMap } from '../quoted-map.ts';
import { has, inside } from '../scope.ts';
import { type Companion, companion } from './object.ts';

/** The service account of the proxies in one namespace. What is undefined is omitted. */
interface ServiceAccount {
  readonly namespace: string | null;
  readonly labels: ValueMap;
  readonly annotations: ValueMap | undefined;
  readonly noToken: boolean;
}

/** The service accounts of all proxies, including disabled ones. Source: 8-gateway-proxy-service-account.yaml. */
export function serviceAccountsOf(proxies: readonly Proxy[], context: ReleaseContext): Companion[] {
  const { chart, releaseNamespace } = context;
  const values = inside(inside(context.values, 'gateway'), 'proxyServiceAccount');
  const placed = new Map<string | null, string>();
  for (const { key, own } of proxies) {
    const { printedNamespace } = namespaceIn(own, context);
    if (!placed.has(printedNamespace)) placed.set(printedNamespace, key);
  }
  if (!chart.has('proxyNamespace') && placed.size === 0) placed.set(releaseNamespace, '');
  return [...placed].map(([namespace, proxy]) => {
    const facts: ServiceAccount = {
      namespace,
      labels: chartLabels(context, { gloo: 'gateway-proxy' }),
      annotations: quotedMap(values, 'extraAnnotations'),
      noToken: has(values, 'disableAutomount'),
    };
    const place = namespace ?? releaseNamespace;
    const identity = { kind: 'ServiceAccount', name: 'gateway-proxy', namespace: place, proxy } as const;
    return companion(identity, facts, values, chart.has('resourceOverride') ? values : undefined);
  });
}
