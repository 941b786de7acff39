import { sha256 } from '../native.ts';
import { has, mapIn } from '../proxy/scope.ts';
import { isMap, type Value, type ValueMap, valueAt } from '../value.ts';
import { type KubeMetadata, type KubeProxy, objectMetadata } from './proxy.ts';

/** The ConfigMap for a proxy's AI extension. */
export interface AiStats {
  readonly metadata: KubeMetadata;
  readonly data: ValueMap | undefined;
}

/** Undefined if the proxy has no AI extension, or if its release has no such ConfigMap. */
export function aiStatsOf(proxy: KubeProxy): AiStats | undefined {
  if (!hasAi(proxy) || !proxy.chart.has('kubeAiStats')) return undefined;
  const { stats, tracing } = sectionsOf(proxy);
  const data = {
    ...(stats === undefined ? {} : { 'stats.json': stats }),
    ...(tracing === undefined ? {} : { 'tracing.json': tracing }),
  };
  const isEmpty = stats === undefined && tracing === undefined;
  return { metadata: objectMetadata(proxy, { suffix: '-ai-stats-config' }), data: isEmpty ? undefined : data };
}

export function hasAi({ chart, kube }: KubeProxy): boolean {
  return chart.has('kubeAi') && has(mapIn(kube, 'aiExtension'), 'enabled');
}

/** The annotation that restarts pods when the statistics change. */
export function aiAnnotation(proxy: KubeProxy): ValueMap {
  const { stats } = sectionsOf(proxy);
  const isHashed = hasAi(proxy) && proxy.chart.has('kubeAiStatsHash') && stats !== undefined;
  return isHashed ? { 'solo.io/ai-stats-config-hash': sha256(stats) } : {};
}

/** The sections as stored in the ConfigMap: base64-encoded JSON, as Go marshals bytes. */
function sectionsOf({ kube }: KubeProxy): { readonly stats: string | undefined; readonly tracing: string | undefined } {
  const ai = mapIn(kube, 'aiExtension').map;
  return { stats: section(ai['stats']), tracing: section(ai['tracing']) };
}

function section(value: Value | undefined): string | undefined {
  if (!isMap(value)) return undefined;
  const labels = valueAt(value, 'customLabels');
  const written = Array.isArray(labels) ? { customLabels: labels.map((label) => inOrder(label, labelKeys)) } : value;
  const grpc = valueAt(value, 'grpc');
  const whole = isMap(grpc)
    ? { ...inOrder(value, ['grpc', 'insecure']), grpc: inOrder(grpc, ['host', 'port']) }
    : written;
  return base64(goJson(whole));
}

const labelKeys = ['name', 'metadataNamespace', 'metadataKey', 'keyDelimiter'];

function inOrder(value: Value, keys: readonly string[]): ValueMap {
  const map = isMap(value) ? value : {};
  return Object.fromEntries(keys.flatMap((key): [string, Value][] => (key in map ? [[key, map[key] ?? null]] : [])));
}

/** Go escapes characters that are special in HTML. */
function goJson(value: Value): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
