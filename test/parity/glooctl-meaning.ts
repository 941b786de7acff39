/** Compares by meaning objects as real glooctl and an API server leave them with those that glistio writes. */
import { isList, isMap, type Value, type ValueMap } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';

/** An object without the API server's defaults, with named list items sorted by name. */
export function meaningOf(object: ValueMap): Value {
  if (object['kind'] !== 'ConfigMap' || !isMap(object['data'])) return plain(object);
  const data = Object.entries(object['data']).map(([key, text]) => [
    key,
    key === 'envoy.yaml' ? bootstrap(text) : text,
  ]);
  return plain({ ...object, data: Object.fromEntries(data) as ValueMap });
}

/** The API server's defaults. */
const defaults: Readonly<Record<string, readonly Value[]>> = {
  terminationMessagePath: ['/dev/termination-log'],
  terminationMessagePolicy: ['File'],
  apiVersion: ['v1'],
  defaultMode: [420],
  protocol: ['TCP'],
  scheme: ['HTTP'],
  creationTimestamp: [null],
};

const named = ['env', 'volumes', 'volumeMounts', 'ports', 'clusters'];

function plain(value: Value, key = ''): Value {
  if (isList(value)) {
    const items = value.map((item) => plain(item));
    return named.includes(key) ? [...items].sort(byName) : items;
  }
  if (!isMap(value)) return value;
  const entries = Object.entries(value)
    .filter(([name, item]) => !(name !== 'kind' && 'kind' in value === false && isDefault(name, item)))
    .map(([name, item]): [string, Value] => [name, plain(item, name)]);
  const map = Object.fromEntries(entries);
  if (map['name'] === 'PROXY_CONFIG' && typeof map['value'] === 'string') {
    return { ...map, value: readYaml({ name: 'PROXY_CONFIG', text: map['value'] }).value };
  }
  return map;
}

function isDefault(name: string, value: Value): boolean {
  if (name === 'resources') return isMap(value) && Object.keys(value).length === 0;
  return (defaults[name] ?? []).includes(value);
}

function byName(a: Value, b: Value): number {
  const name = (item: Value): string => (isMap(item) ? String(item['name'] ?? item['mountPath']) : String(item));
  return name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0;
}

/** The bootstrap as Envoy understands it: glooctl rewrites all of it through its protobuf messages. */
function bootstrap(text: Value): Value {
  if (typeof text !== 'string') return text;
  const { value, problems } = readYaml({ name: 'envoy.yaml', text });
  return problems.some(({ severity }) => severity === 'error') ? text : message(value, '');
}

/** Zero values, which a message does not contain. */
const zeros: readonly Value[] = [false, 0, '', null, 'ROUND_ROBIN', 'AUTO'];
/** Enums that a recorded case writes as numbers. */
const enums: Readonly<Record<string, readonly string[]>> = {
  lbPolicy: ['ROUND_ROBIN', 'LEAST_REQUEST', 'RING_HASH', 'RANDOM'],
};

function message(value: Value, key: string): Value {
  if (isList(value)) return value.map((item) => message(item, ''));
  if (isMap(value)) {
    const entries = Object.entries(value)
      .map(([name, item]): [string, Value] => [camel(name), message(item, camel(name))])
      .filter(([, item]) => !zeros.includes(item));
    return Object.fromEntries(entries);
  }
  if (typeof value === 'number') return enums[key]?.[value] ?? value;
  const seconds = typeof value === 'string' ? /^(\d+(?:\.\d+)?)s$/.exec(value)?.[1] : undefined;
  return seconds === undefined ? value : `${Number(seconds)}s`;
}

function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
