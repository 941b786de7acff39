import type { KubeDecision } from '../kube/decide.ts';
import { type KubeOrigins, kubeOriginsOf } from '../kube/origins.ts';
import type { PrintedKube } from '../kube/print.ts';
import type { Path } from '../problem.ts';
import { mapAt, textOf, type ValueMap } from '../value.ts';
import { findingsInText } from './envoy.ts';
import { lazyBootstrap, type Pod, type PrintedBootstrap, readPod } from './pod.ts';

/**
 * The pod that the control plane would deploy for a Gateway. Its places are in the GatewayParameters; parts that these
 * do not set have the empty path.
 */
export function podOfKube({ gateway, objects }: KubeDecision, printed: PrintedKube | undefined): Pod | undefined {
  if (objects === undefined || printed === undefined) return undefined;
  const { object } = printed.workload;
  const origins: KubeOrigins = kubeOriginsOf(object);
  return readPod({
    object,
    name: gateway.name,
    path: [],
    ...origins,
    isChartVolume: () => true,
    isScaled: false,
    bootstrap: bootstrapOf(printed.configMap.object, gateway.name, objects.proxy.chart.envoy),
    proxy: undefined,
  });
}

function bootstrapOf(
  configMap: ValueMap,
  name: string,
  envoy: Parameters<typeof findingsInText>[1]['envoy'],
): PrintedBootstrap {
  const data = mapAt(configMap, 'data');
  const text = textOf(data['envoy.yaml']) ?? '';
  const path: Path = [];
  return lazyBootstrap({
    ...{ data, path, isOwn: false },
    of: () => path,
    check: () => findingsInText(text, { name, envoy, path }),
  });
}
