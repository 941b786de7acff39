import type { KubeObject } from '../objects/object.ts';
import { isMap, listOf, mapAt, type Value, type ValueMap } from '../value.ts';
import type { Pair } from './scope.ts';

/**
 * A pair of Services without the addresses and node ports that the API server assigned on one side and the other side
 * does not set. What both sides set is compared.
 */
export function withoutAssigned(pair: Pair): Pair {
  const { left, right } = pair;
  if (left?.kind !== 'Service' || right === undefined) return pair;
  return { left: stripped(left, right.object), right: stripped(right, left.object) };
}

const assigned = ['clusterIP', 'clusterIPs', 'ipFamilies', 'healthCheckNodePort'];

function stripped(one: KubeObject, other: ValueMap): KubeObject {
  const { object } = one;
  const [spec, otherSpec] = [mapAt(object, 'spec'), mapAt(other, 'spec')];
  const kept = Object.entries(spec).filter(
    ([key, value]) => !assigned.includes(key) || isSaid(otherSpec[key]) || isHeadless(value, otherSpec),
  );
  const ports = listOf(spec['ports']).map((port) => withoutNodePort(port, listOf(otherSpec['ports'])));
  const entries = kept.map(([key, value]): [string, Value] => [key, key === 'ports' ? ports : value]);
  return { ...one, object: { ...object, spec: Object.fromEntries(entries) } };
}

/** The API server never assigns "None", except to `clusterIPs` if `clusterIP` asks for a headless Service. */
function isHeadless(value: Value, other: ValueMap): boolean {
  return value === 'None' || (Array.isArray(value) && value.includes('None') && other['clusterIP'] !== 'None');
}

function withoutNodePort(port: Value, others: readonly Value[]): Value {
  if (!isMap(port)) return port;
  const same = others.find(
    (other) => isMap(other) && other['port'] === port['port'] && protocolOf(other) === protocolOf(port),
  );
  if (isMap(same) && isSaid(same['nodePort'])) return port;
  const { nodePort: _, ...rest } = port;
  return rest;
}

function protocolOf(port: ValueMap): Value {
  return port['protocol'] ?? 'TCP';
}

function isSaid(value: Value | undefined): boolean {
  return value !== undefined && value !== null;
}
