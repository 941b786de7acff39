import { type Manifest, manifestOf } from '../proxy/print.ts';
import { templates } from '../proxy/templates.gen.ts';
import type { ChartObjects } from './chart-objects.ts';

/** Prints the chart's two objects for these proxies. */
export function printChartObjects({ gatewayClass, parameters }: ChartObjects): Manifest[] {
  const printed: Manifest[] = [];
  if (gatewayClass !== undefined) {
    const name = gatewayClass.name ?? '';
    const identity = { kind: 'GatewayClass', name, namespace: '', proxy: '' } as const;
    printed.push(manifestOf(identity, templates['gateway-class'](gatewayClass)));
  }
  if (parameters !== undefined) {
    const { namespace } = parameters;
    const identity = { kind: 'GatewayParameters', name: 'gloo-gateway', namespace, proxy: '' } as const;
    printed.push(manifestOf(identity, templates['gateway-parameters'](parameters)));
  }
  return printed;
}
