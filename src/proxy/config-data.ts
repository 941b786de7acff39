import { truthy } from '../go/template.ts';
import { keyOrder } from '../go/yaml-keys.ts';
import { isMap, type Value, type ValueMap } from '../value.ts';
import { readYaml } from '../yaml/read.ts';
import type { Proxy } from './proxies.ts';
import { block } from './read.ts';
import { mapIn, remark, report, type Scope } from './scope.ts';

/**
 * The files of `configMap.data`, as they arrive: what follows them in the template becomes part of a last file that is
 * written as a block scalar. Source: the end of 9-gateway-proxy-configmap.yaml.
 */
export function dataOf(proxy: Proxy, config: Scope): ValueMap {
  const data = block(config, 'data') ?? {};
  const scope = { ...config, path: [...config.path, 'data'] };
  for (const [key, value] of Object.entries(data)) {
    if (typeof value === 'string' || value === null) continue;
    const message = `A ConfigMap holds strings, but ${key} is not one.`;
    report(scope, 'wrong-type', key, message, 'Write it as a block of text: key: |');
  }
  const last = Object.keys(data).sort(keyOrder).at(-1);
  const value = last === undefined ? undefined : data[last];
  if (last === undefined || typeof value !== 'string' || !isBlock(value)) return data;
  const arrives = withTail(value, proxy);
  if (arrives === value) return data;
  const message = arrives.startsWith(value.trimEnd())
    ? arrives.length > value.length
      ? `${last} is the last file, and the chart of this release appends what follows in the template to it.`
      : `${last} is the last file, and its last line break is lost.`
    : `${last} is the last file, and its end is changed by what follows in the template.`;
  remark(scope, 'last-file-changed', last, message, 'Add a file of one line whose name sorts behind it.');
  return { ...data, [last]: arrives };
}

/** Whether go-yaml writes a string as a literal block: several lines, and nothing that needs quotes. */
function isBlock(text: string): boolean {
  return text.includes('\n') && !/ $| \n|[^\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd]|\u2028|\u2029|\ufeff/.test(text);
}

/** The last file as YAML reads it with what the template writes after it. */
function withTail(value: string, { own, context: { chart }, isLast }: Proxy): string {
  const chomping = value.endsWith('\n') ? (/(?:^|\n)\n$/.test(value) ? '+' : '') : '-';
  const hint = /^[ \n]/.test(value) ? '2' : '';
  const lines = value.replace(/\n$/, '').split('\n');
  const block = lines.map((line) => (line === '' ? '\n  ' : `\n    ${line}`)).join('');
  const isMerged = chart.has('resourceOverride') && truthy(mapIn(own, 'configMap').map['kubeResourceOverride']);
  const tail = chart.has('dataRunsIntoComment') ? commentBehind(chart.has('configMapOfDisabledProxy'), isLast) : '   ';
  const text = `data:\n  file: |${hint}${chomping}${block}${tail}`;
  const read = readYaml({ name: 'data', text: isMerged ? text : text.trimEnd() }).value;
  const data: Value = isMap(read) ? (read['data'] ?? null) : null;
  const file = isMap(data) ? data['file'] : undefined;
  return typeof file === 'string' ? file : value;
}

function commentBehind(isOldest: boolean, isLast: boolean): string {
  const ofData = ' # if (empty $spec.configMap.data) ## allows full custom';
  const ofProxy = isOldest ? '' : ' # - if not $spec.disabled';
  const ofAll = isLast ? ' # range $name, $spec := .Values.gatewayProxies# if .Values.gateway.enabled' : '';
  return `${ofData}${ofProxy}${ofAll}`;
}
