import { compared } from '../../src/diff/compared.ts';
import { readSide } from '../../src/objects/read.ts';
import { isList, isMap, type Value, type ValueMap } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { writeYaml } from '../../src/yaml/write.ts';
import type { Draw } from './mutations.ts';

/** The fields whose items have an identity but no order; init containers are ordered. */
const named = new Set(Object.keys(compared.listKeys).map((place) => place.split('.')[1] ?? ''));
named.delete('initContainers');
const envoyNamed = new Set(['clusters', 'listeners', 'virtual_hosts']);

/**
 * Rewrites objects in another style: keys and named items in another order, defaults written or omitted, quantities in
 * other units, JSON instead of YAML, durations with zeros, fields of Envoy in camel case.
 */
export function restyled(text: string, draw: Draw): string {
  const { objects } = readSide(text, { name: 'text', namespace: 'gloo-system' });
  const styled = objects.map(({ object }) => restyledValue(object, '', draw, false) as ValueMap);
  switch (draw(3)) {
    case 0:
      return styled
        .map((value) => writeYaml(value))
        .reverse()
        .join('---\n');
    case 1:
      return styled.map((value) => `--- # ${value['kind']}\n${JSON.stringify(value)}\n`).join('');
    default:
      return JSON.stringify(
        { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items: styled },
        null,
        2,
      );
  }
}

function restyledValue(value: Value, key: string, draw: Draw, envoy: boolean): Value {
  if (isList(value)) {
    const items = value.map((item) => restyledValue(item, key, draw, envoy));
    return (envoy ? envoyNamed : named).has(key) && value.every(isMap) ? shuffled(items, draw) : items;
  }
  if (isMap(value)) {
    const entries = Object.entries({ ...(envoy ? {} : writtenOut(value, key)), ...value });
    return Object.fromEntries(
      shuffled(entries, draw).map(([name, inner]) => [
        envoy && draw(2) === 0 && !['metadata', 'static_layer', 'overload'].includes(key) ? camel(name) : name,
        restyledValue(inner, name, draw, envoy && name !== 'static_layer' && name !== 'metadata'),
      ]),
    );
  }
  if (key === 'envoy.yaml' && typeof value === 'string') {
    const { value: bootstrap } = readYaml({ name: key, text: value });
    const styled = restyledValue(bootstrap, '', draw, true);
    return draw(2) === 0 ? JSON.stringify(styled) : writeYaml(styled);
  }
  return envoy ? duration(value) : quantity(value, key);
}

function duration(value: Value): Value {
  return typeof value === 'string' ? value.replace(/^(\d+)s$/, '$1.000s').replace(/^(\d+\.\d{2})s$/, '$10s') : value;
}

function quantity(value: Value, key: string): Value {
  if (key === 'memory' && value === '1Gi') return '1024Mi';
  if (key === 'cpu' && (value === '1' || value === 1)) return '1000m';
  return value;
}

/** Defaults that the API server would fill in; only if the type of the object is recognizable by its fields. */
function writtenOut(map: ValueMap, key: string): ValueMap {
  if (key === 'containers' && typeof map['image'] === 'string')
    return { terminationMessagePath: '/dev/termination-log', resources: {}, stdin: false, securityContext: null };
  if (key.endsWith('Probe')) return { timeoutSeconds: 1, successThreshold: 1, periodSeconds: 10, failureThreshold: 3 };
  if (key === 'ports' && map['containerPort'] !== undefined) return { protocol: 'TCP' };
  if (key === 'fieldRef') return { apiVersion: 'v1' };
  if (key === 'volumeMounts') return { readOnly: false, subPath: '' };
  return {};
}

function camel(name: string): string {
  return name.startsWith('@') || name.includes('.')
    ? name
    : name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function shuffled<T>(items: readonly T[], draw: Draw): T[] {
  const rest = [...items];
  return Array.from({ length: rest.length }, () => rest.splice(draw(rest.length), 1)[0] as T);
}
