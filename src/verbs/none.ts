import type { Layers } from '../helm/layered.ts';
import { hasErrors, type Problem } from '../problem.ts';
import type { Proxy } from '../proxy/proxies.ts';
import { isMap, type ValueMap, valueAt } from '../value.ts';

/**
 * Reports that values leave no gateway proxy, which an empty rendering would not show, and where proxies come from
 * instead, if it is known.
 */
export function findNone(
  layers: Layers,
  values: ValueMap,
  proxies: readonly Proxy[],
  reading: readonly Problem[],
): Problem[] {
  if (proxies.some(({ disabled }) => !disabled) || hasErrors(reading)) return [];
  const given = valueAt(layers.values, 'gatewayProxies');
  const known = valueAt(values, 'gatewayProxies');
  // A value that is not a map has been reported.
  if (known !== undefined && known !== null && typeof known !== 'object') return [];
  const keys = isMap(known) ? Object.keys(known) : [];
  const off = isMap(given)
    ? Object.keys(given).find((key) => valueAt(given, key, 'disabled') !== undefined)
    : undefined;
  const fromGateways = valueAt(values, 'kubeGateway', 'enabled') === true;
  const isOff = valueAt(values, 'gateway', 'enabled') !== true;
  const whose = isOff
    ? 'gateway.enabled is off'
    : keys.length === 0
      ? 'There is no gateway proxy in these values'
      : `Every gateway proxy is disabled (${keys.slice(0, 10).join(', ')})`;
  const instead = fromGateways
    ? ' With kubeGateway.enabled Gloo creates proxies for Kubernetes Gateways at run time; render --gateway shows those.'
    : '';
  return [
    {
      code: 'no-proxy-rendered',
      severity: 'info',
      message: `${whose}, so the chart renders none.${instead}`,
      ...placeOf(layers.values, isOff, off),
      ...(isOff || keys.length > 0 ? {} : { hint: 'Leave gatewayProxies out for the chart’s own proxy.' }),
    },
  ];
}

/** The value that leaves none, where the user set it. */
function placeOf(given: ValueMap, isOff: boolean, disabled: string | undefined): { path?: string } {
  if (isOff) return valueAt(given, 'gateway', 'enabled') === undefined ? {} : { path: 'gateway.enabled' };
  if (disabled !== undefined) return { path: `gatewayProxies.${disabled}.disabled` };
  return 'gatewayProxies' in given ? { path: 'gatewayProxies' } : {};
}
