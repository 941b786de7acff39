/** The exported library function for proxies of the Kubernetes Gateway API: it validates its arguments first. */
import type { Problem } from '../problem.ts';
import type { ControllerOptions } from '../verbs/decide-kube.ts';
import { type KubeRendering, type RenderKubeOptions, renderKubeGateways as render } from '../verbs/render-kube.ts';
import { answer, type LooseValues, type Side, valuesReaders, withOptions } from './library.ts';
import * as read from './options.ts';
import { kubeObjectReaders } from './sources.ts';

/** The input of {@link renderKubeGateways}. null is the same as unset. */
export interface KubeGatewayOptions extends Omit<LooseValues<RenderKubeOptions>, ObjectOption | 'values'> {
  /** Values of the chart; null for none, in which case the chart installs no GatewayClass. */
  readonly values?: LooseValues<RenderKubeOptions>['values'] | null;
  /** Sources or objects. All objects may be passed in any one of these: their kind identifies them. */
  readonly gateways: Side;
  readonly gatewayClasses?: Side | null;
  readonly gatewayParameters?: Side | null;
  readonly listenerSets?: Side | null;
  /** With `global.glooMtls`: the existing Secrets, including `gloo-mtls-certs`. */
  readonly secrets?: Side | null;
}
/** The options that are Kubernetes Gateway objects. */
export type ObjectOption = 'gateways' | 'gatewayClasses' | 'gatewayParameters' | 'listenerSets' | 'secrets';

const aws = read.options({ enableServiceAccountCredentials: read.flag, stsClusterName: read.text, stsUri: read.text });

const reader = read.options({
  ...valuesReaders,
  values: (given: unknown, name: string, problems: Problem[]) =>
    given === null ? [] : valuesReaders.values(given, name, problems),
  ...kubeObjectReaders,
  controller: read.options({
    istioIntegration: read.flag,
    xdsHost: read.text,
    xdsPort: read.count,
    glooMtls: read.flag,
    namespace: read.text,
    aws: (given: unknown, name: string, problems: Problem[]): ControllerOptions['aws'] =>
      given === null ? null : aws(given, name, problems),
  }),
});

/**
 * Renders the objects that the control plane of a Gloo release deploys for Gateways of the Kubernetes Gateway API:
 * Deployment, ConfigMap, Service and ServiceAccount, and with some settings a Secret and a second ConfigMap.
 * GatewayClass and GatewayParameters are the given ones, otherwise those that the chart installs for the values.
 * `problems` says why a Gateway gets no proxy, and what the API server rejects; if one of them is an error, there is no
 * manifest.
 */
export function renderKubeGateways(options: KubeGatewayOptions): KubeRendering {
  return answer(
    (problems): KubeRendering => ({ manifests: [], problems, chartVersion: '' }),
    withOptions(options, reader, ({ gateways = [], ...others }) => render({ ...others, gateways })),
  );
}
