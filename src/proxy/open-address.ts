import type { MutualTls } from '../chart/mutual-tls.ts';
import { printed } from '../go/template.ts';
import { described } from '../schema/check-words.ts';
import { isList, isMap, type ValueList, type ValueMap } from '../value.ts';
import { readBare } from '../yaml/bare.ts';
import { readYaml } from '../yaml/read.ts';
import { has, notePrinted, remark, type Scope } from './scope.ts';

/**
 * The address of a proxy whose `xdsServiceAddress` is a lone quote: the chart prints it in two clusters, so that YAML
 * reads everything in between as one string, and only one of the two clusters is left. Undefined if that is not valid
 * YAML, or no quote is open. Source: 9-gateway-proxy-configmap.yaml, from the address of the first cluster to that of
 * rest_xds_cluster.
 */
export function openAddressOf(
  spec: Scope,
  ports: Scope,
  tls: MutualTls,
  keepalive: { readonly time: object | undefined },
): string | undefined {
  const address = spec.map['xdsServiceAddress'];
  if (typeof address !== 'string' || !/^ *['"]/.test(address) || readBare(address) !== undefined) return undefined;
  const port = has(spec, 'xdsServicePort') ? spec.map['xdsServicePort'] : ports.map['xdsPort'];
  const time = `keepalive_time: ${printed(spec.map['tcpKeepaliveTimeSeconds'])}`;
  const between = [
    `port_value: ${printed(port)} http2_protocol_options: {} upstream_connection_options: tcp_keepalive:`,
    `${keepalive.time === undefined ? '{}' : time} type: STRICT_DNS respect_dns_ttl: true`,
    ...(tls.gloo ? [socket] : []),
    ...(tls.cluster ? [sdsCluster] : []),
    `- name: rest_xds_cluster alt_stat_name: rest_xds_cluster connect_timeout: 5.000s load_assignment: cluster_name: rest_xds_cluster ${endpoint}`,
  ].join(' ');
  const read = readBare(`${address}\n    ${between} ${address}`);
  if (typeof read !== 'string') return undefined;
  notePrinted(spec, 'xdsServiceAddress');
  const message = `xdsServiceAddress is ${described(address)}, but the chart prints it without quotes in two clusters, and YAML takes all between them for the address: Envoy never finds Gloo.`;
  remark(spec, 'bare-text-changed', 'xdsServiceAddress', message, 'Write the address without quotes.');
  return read;
}

const source =
  'sds_config: resource_api_version: V3 api_config_source: api_type: GRPC transport_api_version: V3 grpc_services: - envoy_grpc: cluster_name: gateway_proxy_sds';
const socket = `transport_socket: name: envoy.transport_sockets.tls typed_config: "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext common_tls_context: tls_certificate_sds_secret_configs: - name: server_cert ${source} validation_context_sds_secret_config: name: validation_context ${source}`;
const endpoint = 'endpoints: - lb_endpoints: - endpoint: address: socket_address: address:';
const sdsCluster = `- name: gateway_proxy_sds connect_timeout: 0.25s http2_protocol_options: {} load_assignment: cluster_name: gateway_proxy_sds ${endpoint} 127.0.0.1 port_value: 8234`;

/** A variable of a container, whose value is printed without quotes; `key` is that of the value it comes from. */
export interface BareVariable {
  readonly name: string;
  readonly value: string;
  readonly key: string;
}

/**
 * Consecutive variables with an open quote, or with an alias to another one, as YAML reads them together. Undefined if
 * each is read by itself, or the result is not a list. Source: istio-proxy in 7-gateway-proxy-deployment.yaml.
 */
export function openVariablesOf(spec: Scope, variables: readonly BareVariable[]): ValueList | undefined {
  const isPlain = ({ value }: BareVariable): boolean => value.startsWith('|\n') || readBare(value) !== undefined;
  const open = variables.filter((variable) => !isPlain(variable));
  if (open.length === 0) return undefined;
  const env = readVariables(variables);
  if (env === undefined) return undefined;
  for (const { key } of variables) notePrinted(spec, key);
  for (const { name, key, value } of open) {
    const message = `${key} is ${described(value)}, but the chart prints it without quotes, and YAML reads ${name} and the variables behind it as something else than was written.`;
    remark(spec, 'bare-text-changed', key, message, 'Write the value without quotes, & and *.');
  }
  return env;
}

/** Consecutive variables as YAML reads them; undefined if that is not a list, or not one that the next variable follows. */
export function readVariables(variables: readonly Pick<BareVariable, 'name' | 'value'>[]): ValueList | undefined {
  const indent = ' '.repeat(10);
  const lines = [...variables, { name: 'next', value: 'next' }].map(
    ({ name, value }) => `${indent}- name: ${name}\n${indent}  value: ${value}\n`,
  );
  const { value: read, problems } = readYaml({ name: 'variables', text: `env:\n${lines.join('')}` });
  const env = isMap(read) && Object.keys(read).length === 1 ? read['env'] : undefined;
  const last = isList(env) ? env.at(-1) : undefined;
  const isWhole = isMap(last ?? null) && (last as ValueMap)['value'] === 'next';
  if (!isList(env) || !isWhole || problems.some(({ severity }) => severity === 'error')) return undefined;
  return env.slice(0, -1);
}
