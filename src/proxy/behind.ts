import type { Chart } from '../chart/chart.ts';
import type { Proxy } from './proxies.ts';
import type { Behind } from './run-on.ts';
import { has, inside, mapIn, type Scope } from './scope.ts';

/** What 9-gateway-proxy-configmap.yaml writes after its blocks if that is more than a line break. */
export const blankLine: Behind = { text: '\n\n' };

/** A comment of the template, which the oldest releases print and the next ones replace with a blank. */
function comment(chart: Chart, text: string): string {
  if (chart.has('dataRunsIntoComment')) return ` # if ${text}`;
  return chart.has('commentsLeaveBlanks') ? ' ' : '';
}

/** Whether a cluster of the chart or of the values follows tracing.cluster. */
export function isClusterBehind({ spec, stats, context: { chart } }: Proxy, settings: Scope): boolean {
  const isSts = has(mapIn(settings, 'aws'), 'enableServiceAccountCredentials');
  const isOwn = chart.has('staticClusters') && has(spec, 'envoyStaticClusters');
  return isSts || isOwn || has(stats, 'enabled') || has(spec, 'readConfig');
}

/** After tracing.cluster, if no other cluster follows. */
export function behindClusters({ spec, stats, context: { chart } }: Proxy, settings: Scope): Behind {
  const own = `${comment(chart, '$spec.tracing.cluster')}${comment(chart, '$spec.tracing')}`;
  if (has(inside(settings, 'aws'), 'enableServiceAccountCredentials')) return { text: `${own}\n` };
  const noSts = `${own}${comment(chart, '$.Values.settings.aws.enableServiceAccountCredentials')}`;
  if (has(stats, 'enabled') || has(spec, 'readConfig')) return { text: `${noSts}\n` };
  const noAdmin = `${noSts}${comment(chart, 'or $statsConfig.enabled ($spec.readConfig)')}`;
  if (chart.has('staticClusters') && has(spec, 'envoyStaticClusters')) return { text: `${noAdmin}\n` };
  return chart.has('bootstrapTracing') ? behindProvider(chart, noAdmin) : { text: `${noAdmin}${blankLine.text}` };
}

/** After tracing.provider, wherever it is printed. */
export function behindProvider(chart: Chart, before = '', after: readonly string[] = []): Behind {
  const comments = ['$spec.tracing.provider', '$spec.tracing', ...after].map((text) => comment(chart, text));
  return { text: `${before}${comments.join('')}\n` };
}
