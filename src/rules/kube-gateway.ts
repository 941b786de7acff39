import { truthy } from '../go/template.ts';
import type { Path } from '../problem.ts';
import { isList, isMap, valueAt } from '../value.ts';
import type { Rule } from './rule.ts';

const glooGateway: Path = ['kubeGateway', 'gatewayParameters', 'glooGateway'];

/** Values of the proxies that Gloo deploys for Kubernetes Gateways. */
export const kubeGatewayRules: readonly Rule[] = [
  {
    code: 'kube-gateway-custom-sidecars',
    severity: 'warning',
    summary: 'Custom sidecars for Kubernetes Gateways, with which no Gateway gets a proxy.',
    help:
      'The chart takes `glooGateway.istio.customSidecars` in place of the `istio-proxy` container, and writes no parameters for that. Gloo’s control ' +
      'plane never reads the custom ones, and its own template ends at the missing container: while the integration with Istio is on, no ' +
      'Gateway gets a Deployment. There is no way to replace that sidecar as a whole; its image and addresses have values of their own.',
    valuesOnly: 'The control plane itself deploys these proxies, from parameters.',
    *find({ given, values }) {
      const path: Path = [...glooGateway, 'istio', 'customSidecars'];
      const sidecars = valueAt(given, ...path);
      if (!truthy(valueAt(values, 'kubeGateway', 'enabled')) || !isList(sidecars) || sidecars.length === 0) return;
      const isOn = truthy(valueAt(values, 'global', 'istioIntegration', 'enabled'));
      yield {
        path,
        at: 'key',
        severity: isOn ? 'error' : 'warning',
        message: isOn
          ? 'With these the control plane cannot deploy any Gateway: it reads no custom sidecars, and lacks its own istio-proxy.'
          : 'The control plane reads no custom sidecars; once istioIntegration.enabled is on, no Gateway gets a proxy.',
        hint: 'Remove them, and set glooGateway.istio.istioProxyContainer.',
      };
    },
  },
  {
    code: 'kube-gateway-ignores',
    severity: 'info',
    summary: 'Values of the classic gateway proxies that those of Kubernetes Gateways do not follow.',
    help:
      'Proxies of Kubernetes Gateways come from GatewayParameters (`kubeGateway.gatewayParameters.glooGateway`). Nothing of `gatewayProxies` reaches ' +
      'them, and of Istio’s values only `istioIntegration.enabled` does, by the Settings that Gloo reads when it starts: `istioSDS.enabled` ' +
      'and `istioSDS.customSidecars` do not (solo-io/gloo#10610). A change of the integration needs a restart of gloo.',
    valuesOnly: 'The control plane itself deploys these proxies, from parameters.',
    *find({ given, values, chart }) {
      if (!truthy(valueAt(values, 'kubeGateway', 'enabled')) || !chart.has('istioIntegrationSidecars')) return;
      const isOn = truthy(valueAt(values, 'global', 'istioIntegration', 'enabled'));
      const sds = valueAt(given, 'global', 'istioSDS');
      if (!isMap(sds)) return;
      for (const key of ['enabled', 'customSidecars']) {
        const value = sds[key];
        if (!truthy(value) || (key === 'enabled' && isOn)) continue;
        yield {
          path: ['global', 'istioSDS', key],
          at: 'key',
          message: `The proxies of Kubernetes Gateways do not follow istioSDS.${key}: they get ${isOn ? 'the sidecar of their own parameters' : 'no sidecars from it'}.`,
          hint: isOn
            ? 'Set glooGateway.istio.istioProxyContainer for them.'
            : 'Set global.istioIntegration.enabled: true, and restart gloo.',
        };
      }
    },
  },
];
