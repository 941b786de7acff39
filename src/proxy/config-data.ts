import { truthy } from '../go/template.ts';
import { isMap, type ValueMap } from '../value.ts';
import { block } from './blocks.ts';
import type { Proxy } from './proxies.ts';
import { type Behind, lastKey, readEnd } from './run-on.ts';
import { mapIn, remark, report, type Scope, untilReplaced } from './scope.ts';

/**
 * The files of `configMap.data` as YAML reads them: what follows them in the template becomes part of a last file that
 * is written as a block scalar. Source: the end of 9-gateway-proxy-configmap.yaml.
 */
export function dataOf(proxy: Proxy, config: Scope): ValueMap {
  const data = block(config, 'data') ?? {};
  if (!isMap(config.map['data'])) return untilReplaced<ValueMap>(config, 'data') ?? {};
  if (!truthy(data))
    report(config, 'missing-value', 'data', 'Nothing is printed of data, so Envoy has no envoy.yaml to start with.');
  const scope = { ...config, path: [...config.path, 'data'] };
  for (const [key, value] of Object.entries(data)) {
    if (typeof value === 'string' || value === null) continue;
    const message = `A ConfigMap holds strings, but ${key} is not one.`;
    report(scope, 'wrong-type', key, message);
  }
  const last = lastKey(data);
  const value = last === undefined ? undefined : data[last];
  if (last === undefined || typeof value !== 'string') return data;
  const arrives = readEnd(value, behindData(proxy), 2);
  if (arrives === value) return data;
  const isAppended =
    typeof arrives === 'string' && arrives.length > value.length && arrives.startsWith(value.trimEnd());
  const isCut = typeof arrives === 'string' && value.endsWith('\n') && value.startsWith(arrives);
  const change = isAppended
    ? 'the chart of this release appends what follows in the template to it'
    : isCut
      ? 'its last line break is lost'
      : 'its end is changed by what follows in the template';
  const message = `${last} is the last file, and ${change}.`;
  remark(scope, 'last-file-changed', last, message, 'Add a file of one line whose name sorts behind it.');
  return { ...data, [last]: arrives };
}

/** What follows the files in the template. */
function behindData({ own, context: { chart }, behind }: Proxy): Behind {
  const isMerged = chart.has('resourceOverride') && truthy(mapIn(own, 'configMap').map['kubeResourceOverride']);
  const text = chart.has('dataRunsIntoComment') ? commentBehind(chart.has('configMapOfDisabledProxy'), behind) : '   ';
  return { text, isEnd: !isMerged };
}

function commentBehind(isOldest: boolean, { skipped, isEnd }: Proxy['behind']): string {
  const ofData = ' # if (empty $spec.configMap.data) ## allows full custom';
  const ofProxies = isOldest ? '' : ' # - if not $spec.disabled'.repeat(1 + skipped);
  const ofAll = isEnd ? ' # range $name, $spec := .Values.gatewayProxies# if .Values.gateway.enabled' : '';
  return `${ofData}${ofProxies}${ofAll}`;
}
