import type { Chart } from '../chart/chart.ts';
import type { Path } from '../problem.ts';
import { equal, isList, listOf, type Value, valueAt, valueIn } from '../value.ts';
import type { CodedMatch } from './match.ts';
import { partsRefused } from './refused.ts';
import { overridePathOf, type PrintedCompanion } from './rule.ts';

/**
 * What the API server refuses of the fields of an object around a proxy's pod: their types, names and contents, at the
 * values that they come from. Of a Gateway only the types of its first fields are known, which older API servers do not
 * know.
 */
export function refusedInCompanion({ decided, object }: PrintedCompanion, chart: Chart): CodedMatch[] {
  const { kind } = decided;
  if (object['kind'] !== kind || (kind === 'Gateway' && !chart.has('gatewaySchema'))) return [];
  const type = object['apiVersion'] === 'autoscaling/v1' ? `${kind}V1` : kind;
  if (object['apiVersion'] === 'autoscaling/v2beta1') return [];
  return partsRefused({ kind: type, object: { ...object, kind: type } }, chart).flatMap((part) => {
    const path = originOf(decided, part.path, object);
    return path === undefined || hasOwnRule(part, object) ? [] : [{ ...part, path }];
  });
}

/** Found by the rules `service-field`, `budget-with-both-limits` and `companion-metadata`. */
function hasOwnRule({ code, path }: CodedMatch, object: Value): boolean {
  const [holder, field, ...rest] = path;
  if (holder === 'metadata') return code === 'invalid-label' || code === 'invalid-name';
  if (holder !== 'spec' || rest.length > 0) return false;
  const isWord = code === 'unknown-choice' && typeof valueIn(object, path) === 'string';
  return isWord || field === 'minAvailable' || field === 'maxUnavailable';
}

/** The value that a part of the object comes from; undefined if the chart wrote it by itself. */
function originOf({ values, ...decided }: PrintedCompanion['decided'], part: Path, object: Value): Path | undefined {
  // What is missing is reported at what it is missing in.
  for (let length = part.length; length > 1 || length === part.length; length--) {
    const overridden = overridePathOf({ values, ...decided }, part.slice(0, length));
    if (overridden !== undefined) return overridden;
  }
  const [holder, field = '', ...rest] = part;
  if (holder === 'metadata' && field === 'annotations' && valueAt(values.map, 'extraAnnotations') !== undefined)
    return [...values.path, 'extraAnnotations', ...rest];
  if (holder !== 'spec') return undefined;
  if (field !== 'ports') {
    const gateway = valueAt(object, 'spec', 'ssl') === true ? 'customHttpsGateway' : 'customHttpGateway';
    const key = field === 'httpGateway' ? gateway : field;
    const holders = [[], ['httpHybridGateway'], ['httpsHybridGateway']];
    const own = holders.find((steps) => valueAt(values.map, ...steps, key) !== undefined);
    return own && [...values.path, ...own, key, ...rest];
  }
  const [index = 0, ...inPort] = rest;
  const port = valueAt(object, 'spec', 'ports', index) ?? null;
  const custom = isList(values.map['customPorts']) ? listOf(values.map['customPorts']) : [];
  const own = custom.findLastIndex((one) => equal(one, port));
  return own < 0 ? undefined : [...values.path, 'customPorts', own, ...inPort];
}
