import type { ValueMap } from '../value.ts';
import { behindProvider } from './behind.ts';
import { printedBlock } from './blocks.ts';
import type { Proxy } from './proxies.ts';
import { bareText } from './read.ts';
import { readRunOn } from './run-on.ts';
import { has, inside, insideIfGiven, mapIn } from './scope.ts';

/** A listener, for code that examines the proxy. */
export interface Listener {
  readonly name: string;
  readonly port: number;
  readonly prefix: string;
  readonly routes: readonly Route[];
  readonly typedRouter: boolean;
  readonly tracing: ValueMap | undefined;
}

interface Route {
  readonly kind: 'path' | 'prefix';
  readonly match: string;
  readonly rewrite: { readonly value: string | null } | undefined;
}

/** The listeners of a bootstrap: all others come over xDS. */
export function bootstrapListeners({ spec, stats, context: { chart, global } }: Proxy): Listener[] {
  const plainRoute = (kind: 'path' | 'prefix', match: string): Route => ({ kind, match, rewrite: undefined });
  const tracing = insideIfGiven(spec, 'tracing');
  const isTraced = chart.has('listenerTracing') && has(tracing, 'provider');
  const provider = isTraced ? printedBlock(tracing, 'provider') : undefined;
  // Envoy traces without a provider, too.
  const tracingBefore = (...after: readonly string[]): Listener['tracing'] =>
    isTraced
      ? { provider: readRunOn(tracing, 'provider', provider, behindProvider(chart, '', after)) ?? null }
      : undefined;
  const typedRouter = chart.has('typedRouter');
  const listeners: Listener[] = [];
  if (has(stats, 'enabled')) {
    const globalStats = chart.has('statsRoute') ? inside(global, 'glooStats') : mapIn(global, 'glooStats');
    const metrics = chart.has('routePrefixRewrite') ? bareText(stats, 'routePrefixRewrite') : '/stats/prometheus';
    const routes: Route[] = [
      plainRoute('path', '/ready'),
      { kind: 'prefix', match: '/metrics', rewrite: { value: metrics } },
    ];
    if (chart.has('statsRoute') && has(globalStats, 'enableStatsRoute')) {
      routes.push({ kind: 'prefix', match: '/stats', rewrite: { value: bareText(globalStats, 'statsPrefixRewrite') } });
    }
    const after = ['$statsConfig.enabled', ...(has(spec, 'readConfig') ? [] : ['$spec.readConfig'])];
    const shared = { tracing: tracingBefore(...after), typedRouter };
    listeners.push({ name: 'prometheus_listener', port: 8081, prefix: 'prometheus', routes, ...shared });
  }
  if (has(spec, 'readConfig')) {
    const routes = [plainRoute('path', '/ready'), plainRoute('prefix', '/stats'), plainRoute('prefix', '/config_dump')];
    if (chart.has('readClusters')) routes.push(plainRoute('prefix', '/clusters'));
    const shared = { tracing: tracingBefore('$spec.readConfig'), typedRouter };
    listeners.push({ name: 'read_config_listener', port: 8082, prefix: 'read_config', routes, ...shared });
  }
  return listeners;
}
