/**
 * Whether Envoy could read a bootstrap: Envoy's v3 protos (from @grpc/grpc-js-xds), read according to protobuf's JSON
 * mapping, with their validation rules.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import protobuf from 'protobufjs';
import { isList, isMap, type Value } from '../../src/value.ts';
import { ruleErrors } from './envoy-rules.ts';

const bootstrap = 'envoy.config.bootstrap.v3.Bootstrap';
/** The messages that the chart and its values put into a `typed_config`. */
const typedConfigs = [
  'config/metrics/v3/metrics_service.proto',
  'config/trace/v3/zipkin.proto',
  'config/trace/v3/opentelemetry.proto',
  'config/trace/v3/datadog.proto',
  'extensions/filters/http/router/v3/router.proto',
  'extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto',
  'extensions/transport_sockets/tls/v3/tls.proto',
  'extensions/resource_monitors/fixed_heap/v3/fixed_heap.proto',
  'extensions/wasm/v3/wasm.proto',
  'extensions/upstreams/http/v3/http_protocol_options.proto',
  'extensions/bootstrap/internal_listener/v3/internal_listener.proto',
];
const folders = ['envoy-api', 'googleapis', 'protoc-gen-validate', 'xds'].map((name) =>
  join(folderOf('@grpc/grpc-js-xds'), 'deps', name),
);
let protos: protobuf.Root | undefined;

function load(): protobuf.Root {
  const root = new protobuf.Root();
  root.resolvePath = (_from, target) => {
    if (target.startsWith('/') || protobuf.common.get(target) !== null) return target;
    const folder = folders.find((name) => existsSync(join(name, target)));
    return join(folder ?? folderOf('protobufjs'), target);
  };
  const files = ['config/bootstrap/v3/bootstrap.proto', ...typedConfigs].map((name) => `envoy/${name}`);
  root.loadSync(files, { keepCase: true });
  root.resolveAll();
  return root;
}

function folderOf(packageName: string): string {
  return dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`));
}

/** Envoy's complaints, as `static_resources.clusters[0].name: …`; empty if there are none. */
export function envoyErrors(config: Value): string[] {
  protos ??= load();
  const errors: string[] = [];
  checkMessage(protos.lookupType(bootstrap), config, '', errors);
  return errors;
}

function checkMessage(type: protobuf.Type, value: Value, path: string, errors: string[]): void {
  const set = checkFields(type, value, path, errors);
  if (set === undefined) return;
  for (const { name, oneof, options } of type.oneofsArray) {
    const given = oneof.filter((field) => set.has(field));
    if (given.length === 0 && options?.['(validate.required)'] === true) complain(errors, path, `${name} is left out`);
  }
  for (const field of type.fieldsArray) {
    for (const error of ruleErrors(field, set.get(field.name))) complain(errors, path, `${field.name} ${error}`);
  }
}

/** The set fields, by name; undefined if it is not a map. */
function checkFields(
  type: protobuf.Type,
  value: Value,
  path: string,
  errors: string[],
): Map<string, Value> | undefined {
  const wellKnown = type.fullName.startsWith('.google.protobuf.') ? type.name : '';
  if (wellKnown !== '') {
    checkWellKnown(type, wellKnown, value, path, errors);
    return undefined;
  }
  if (!isMap(value)) {
    complain(errors, path, `${type.name} is a message, not ${JSON.stringify(value)}`);
    return undefined;
  }
  const set = new Map<string, Value>();
  for (const [key, item] of Object.entries(value)) {
    const field = type.fields[key] ?? type.fieldsArray.find(({ name }) => protobuf.util.camelCase(name) === key);
    if (field === undefined) complain(errors, inside(path, key), `${type.name} has no such field`);
    else if (item !== null) {
      set.set(field.name, item);
      checkField(field, item, inside(path, key), errors);
    }
  }
  for (const { oneof } of type.oneofsArray) {
    const given = oneof.filter((field) => set.has(field));
    if (given.length > 1) complain(errors, path, `${given.join(' and ')} exclude each other`);
  }
  return set;
}

function checkField(field: protobuf.Field, value: Value, path: string, errors: string[]): void {
  const each = (items: readonly (readonly [string, Value])[]): void => {
    for (const [step, item] of items) checkSingle(field, item, path + step, errors);
  };
  if (field instanceof protobuf.MapField) {
    if (isMap(value)) each(Object.entries(value).map(([key, item]) => [`.${key}`, item]));
    else complain(errors, path, 'is no map');
  } else if (field.repeated) {
    if (isList(value)) each(value.map((item, index) => [`[${index}]`, item]));
    else complain(errors, path, 'is no list');
  } else checkSingle(field, value, path, errors);
}

function checkSingle({ resolvedType, type }: protobuf.Field, value: Value, path: string, errors: string[]): void {
  if (resolvedType instanceof protobuf.Type) checkMessage(resolvedType, value, path, errors);
  else if (resolvedType instanceof protobuf.Enum) {
    const known =
      typeof value === 'number' ? Number.isInteger(value) : Object.hasOwn(resolvedType.values, String(value));
    if (!known) complain(errors, path, `${resolvedType.name} has no ${JSON.stringify(value)}`);
  } else if (!fitsScalar(type, value)) complain(errors, path, `${JSON.stringify(value)} is no ${type}`);
}

const ranges: Readonly<Record<string, readonly [number, number]>> = {
  uint32: [0, 2 ** 32 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint64: [0, 2 ** 64],
  int64: [-(2 ** 63), 2 ** 63],
};

function fitsScalar(type: string, value: Value): boolean {
  if (type === 'bool') return typeof value === 'boolean';
  if (type === 'string' || type === 'bytes') return typeof value === 'string';
  const number = typeof value === 'string' && value.trim() === value && value !== '' ? Number(value) : value;
  if (typeof number !== 'number' || Number.isNaN(number)) return false;
  const range = ranges[type];
  return range === undefined || (Number.isInteger(number) && number >= range[0] && number <= range[1]);
}

function checkWellKnown(type: protobuf.Type, name: string, value: Value, path: string, errors: string[]): void {
  const wrapped = /^(.*)Value$/.exec(name) === null ? undefined : type.fields['value'];
  if (name === 'Any') checkAny(value, path, errors);
  else if (name === 'Value') return;
  else if (name === 'Duration') {
    if (typeof value !== 'string' || !/^-?\d+(\.\d{1,9})?s$/.test(value)) complain(errors, path, 'is no duration');
  } else if (wrapped !== undefined && name !== 'ListValue') checkSingle(wrapped, value, path, errors);
  else if (name === 'Struct' && !isMap(value)) complain(errors, path, 'is no map');
}

function checkAny(value: Value, path: string, errors: string[]): void {
  const { '@type': url, ...rest } = isMap(value) ? value : {};
  const name = typeof url === 'string' ? url.slice(url.lastIndexOf('/') + 1) : '';
  const type = name === '' ? null : protos?.lookup(name);
  // Like Envoy's own validators, which do not check packed messages: only its fields are checked.
  if (type instanceof protobuf.Type) checkFields(type, rest, path, errors);
  else complain(errors, path, `the type ${String(url)} is unknown`);
}

function inside(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function complain(errors: string[], path: string, message: string): void {
  errors.push(`${path}: ${message}`);
}
