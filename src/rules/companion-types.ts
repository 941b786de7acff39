import type { Chart } from '../chart/chart.ts';
import type { Path } from '../problem.ts';
import { gatewayTypeName } from '../schema/gateways.ts';
import { equal, isList, listOf, type Value, valueAt, valueIn } from '../value.ts';
import type { CodedMatch } from './match.ts';
import { partsRefused } from './refused.ts';
import { overridePathOf, type PrintedCompanion } from './rule.ts';

/**
 * What the API server refuses of the fields of an object around a proxy's pod: their types, names and contents, at the
 * values that they come from. Old CRDs of Gateways have no fields: with them the API server accepts everything.
 */
export function refusedInCompanion(
  { decided, object }: PrintedCompanion,
  chart: Chart,
  appliesOnServer: boolean,
): CodedMatch[] {
  const { kind } = decided;
  if (object['kind'] !== kind || (kind === 'Gateway' && !chart.has('gatewaySchema'))) return [];
  const isOlder = object['apiVersion'] === 'autoscaling/v1';
  const type = kind === 'Gateway' ? gatewayTypeName(chart.index) : isOlder ? `${kind}V1` : kind;
  if (object['apiVersion'] === 'autoscaling/v2beta1') return [];
  return partsRefused({ kind: type, object: { ...object, kind: type } }, chart, appliesOnServer).flatMap((part) => {
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
    const own = placesInSettings(part.slice(1), valueAt(object, 'spec', 'ssl') === true).find(
      (path) => valueIn(values.map, path) !== undefined,
    );
    return own && [...values.path, ...own];
  }
  const [index = 0, ...inPort] = rest;
  const port = valueAt(object, 'spec', 'ports', index) ?? null;
  const custom = isList(values.map['customPorts']) ? listOf(values.map['customPorts']) : [];
  const own = custom.findLastIndex((one) => equal(one, port));
  return own < 0 ? undefined : [...values.path, 'customPorts', own, ...inPort];
}

/** Where a field of a Gateway may come from, as seen from `gatewaySettings`; of other objects, the value of its name. */
function placesInSettings([field = '', ...rest]: Path, ssl: boolean): Path[] {
  const kind = ssl ? 'Https' : 'Http';
  const [inner, ...others] = rest;
  const logs = field === 'options' && inner === 'accessLoggingService' ? [[inner, ...others]] : [];
  const own = field === 'httpGateway' ? `custom${kind}Gateway` : field;
  return [...logs, [own, ...rest], [`${kind.toLowerCase()}HybridGateway`, field, ...rest]];
}
