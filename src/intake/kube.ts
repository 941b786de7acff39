/** The library's function about proxies of the Kubernetes Gateway API as it is exported: it looks at its arguments first. */
import type { Side as PlainSide } from '../objects/read.ts';
import type { Problem } from '../problem.ts';
import {
  type ControllerOptions,
  type KubeRendering,
  type RenderKubeOptions,
  renderKubeGateways as render,
} from '../verbs/render-kube.ts';
import { answer, type LooseValues, type Side, valuesReaders, withOptions } from './library.ts';
import * as read from './options.ts';
import { sideFrom } from './sources.ts';
import { attempt, failed } from './words.ts';

/** What {@link renderKubeGateways} is asked with. null is as good as nothing. */
export type KubeGatewayOptions = Omit<LooseValues<RenderKubeOptions>, ObjectOption | 'values'> & {
  /** Values of the chart; null for none, with which the chart installs no GatewayClass. */
  readonly values?: LooseValues<RenderKubeOptions>['values'] | null;
  /** Sources or objects. All objects may stand together in one of these: the kind says what each is. */
  readonly gateways: Side;
  readonly gatewayClasses?: Side | null;
  readonly gatewayParameters?: Side | null;
  readonly listenerSets?: Side | null;
  /** With `global.glooMtls`: the Secrets that there are, `gloo-mtls-certs` among them. */
  readonly secrets?: Side | null;
};
type ObjectOption = 'gateways' | 'gatewayClasses' | 'gatewayParameters' | 'listenerSets' | 'secrets';

const side: read.Reader<PlainSide> = (given, name, problems) => {
  const some = attempt(() => (Array.isArray(given) ? given.filter((item) => item !== null) : given));
  return some === null ? [] : sideFrom(some === failed ? given : some, name, problems);
};

const aws = read.options({ enableServiceAccountCredentials: read.flag, stsClusterName: read.text, stsUri: read.text });

const reader = read.options({
  ...valuesReaders,
  values: (given: unknown, name: string, problems: Problem[]) =>
    given === null ? [] : valuesReaders.values(given, name, problems),
  gateways: side,
  gatewayClasses: side,
  gatewayParameters: side,
  listenerSets: side,
  secrets: side,
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
 * The objects that Gloo's control plane of a release deploys for Gateways of the Kubernetes Gateway API: Deployment, ConfigMap,
 * Service and ServiceAccount, and with some settings a Secret and a second ConfigMap. GatewayClass and GatewayParameters are
 * those that are given, else those that the chart installs for the values. `problems` says why a Gateway gets no proxy, and
 * what the API server refuses; with an error there is no manifest.
 */
export function renderKubeGateways(options: KubeGatewayOptions): KubeRendering {
  return answer(
    (problems): KubeRendering => ({ manifests: [], problems, chartVersion: '' }),
    withOptions(options, reader, ({ gateways = [], ...others }) => render({ ...others, gateways })),
  );
}
