import { overwritten, truthy } from '../go/template.ts';
import { glooGateway, valuesPathOf } from '../kube/values-path.ts';
import { type Path, type Problem, parsePath } from '../problem.ts';
import { defined, equal, isList, mapAt, valueAt } from '../value.ts';
import { kubeRefusals } from './kube-refused.ts';
import type { RuleMatch } from './match.ts';
import type { RuleChecks, Subject } from './rule.ts';

const customSidecars: Path = ['global', 'istioSDS', 'customSidecars'];

/** Rules about values for proxies of the Kubernetes Gateway API, which the control plane creates at run time. */
export const kubeRules = {
  'gateway-not-deployed': function* ({ kube }) {
    for (const problem of kube?.problems ?? []) if (problem.code === 'gateway-not-deployed') yield matchOf(problem);
  },
  'kube-object-refused': function* ({ kube, chart }) {
    if (kube !== undefined) for (const problem of kubeRefusals(kube, chart)) yield matchOf(problem);
  },
  'kube-gateway-off': function* ({ chart, given, values }) {
    if (!chart.has('kubeParameters') || truthy(valueAt(values, 'kubeGateway', 'enabled'))) return;
    const own = mapAt(given, ...glooGateway);
    const usual = mapAt(chart.defaults(), ...glooGateway);
    if (equal(overwritten(usual, own), usual)) return;
    const message =
      'kubeGateway.enabled is off, so these values have no effect: the chart installs no GatewayParameters.';
    yield { path: glooGateway, message, hint: 'Set kubeGateway.enabled: true.', at: 'key' };
  },
  'kube-sidecars-left-out': function* (subject) {
    if (subject.kube === undefined) return;
    yield* leftOutSidecars(subject);
  },
  'kube-without-gloo-mtls': function* ({ kube }) {
    for (const { code, message, hint = '' } of kube?.problems ?? [])
      if (code === 'kube-without-gloo-mtls') yield { path: ['global', 'glooMtls', 'enabled'], message, hint };
  },
  'kube-metrics-lost': function* ({ kube, chart, values }) {
    if (kube === undefined || !chart.has('kubeOptionalParts')) return;
    // Without a proxy there is nothing to measure.
    if (kube.problems.some(({ code }) => code === 'gateway-not-deployed')) return;
    const given = mapAt(values, ...glooGateway);
    if (!truthy(valueAt(given, 'stats', 'enabled'))) return;
    const istio = mapAt(given, 'istio');
    const lacking: Path | undefined = !truthy(given['sdsContainer'])
      ? ['sdsContainer']
      : truthy(istio['customSidecars'])
        ? ['istio', 'customSidecars']
        : truthy(istio['istioProxyContainer'])
          ? undefined
          : ['istio', 'istioProxyContainer'];
    if (lacking === undefined) return;
    const what = lacking.at(-1) === 'customSidecars' ? 'With customSidecars' : `Without ${String(lacking.at(-1))}`;
    const message = `${what} the chart leaves stats out of its GatewayParameters, and these proxies have no metrics.`;
    const hint =
      lacking.at(-1) === 'customSidecars'
        ? 'Remove customSidecars. Set istioProxyContainer.image.tag to the version of your mesh instead.'
        : 'Leave the default in place, or set stats in your own GatewayParameters.';
    yield { path: [...glooGateway, ...lacking], message, hint };
  },
} satisfies RuleChecks;

function* leftOutSidecars({ given, values }: Subject): Generator<RuleMatch> {
  const integration = truthy(valueAt(values, 'global', 'istioIntegration', 'enabled'));
  const sds = mapAt(values, 'global', 'istioSDS');
  if (truthy(sds['enabled']) && !integration) {
    const message =
      'global.istioSDS.enabled adds sidecars only to the proxies of the chart; those of the Kubernetes Gateway API get theirs through global.istioIntegration.enabled.';
    yield { path: ['global', 'istioSDS', 'enabled'], message, hint: 'Set global.istioIntegration.enabled: true.' };
  }
  if (truthy(valueAt(given, ...customSidecars)) && (truthy(sds['enabled']) || integration)) {
    const message =
      'global.istioSDS.customSidecars are for the proxies of the chart; those of the Kubernetes Gateway API keep the default istio-proxy.';
    const hint = 'Change kubeGateway.gatewayParameters.glooGateway.istio.istioProxyContainer for them.';
    yield { path: customSidecars, message, hint, severity: 'info' };
  }
  const own = [...glooGateway, 'istio', 'customSidecars'];
  const listed = valueAt(values, ...own);
  if (!integration && isList(listed) && listed.length > 0) {
    const message =
      'No release adds istio.customSidecars to these proxies, and with Istio integration on they keep every Gateway from getting a proxy.';
    yield { path: own, message, hint: 'Remove them.' };
  }
}

/** A problem with the chart's own GatewayParameters, reported at the values that they come from. */
function matchOf({ path = '', message, hint, subject }: Problem): RuleMatch {
  const steps = parsePath(path);
  const isOfParameters = subject?.kind === 'GatewayParameters';
  return {
    path: isOfParameters ? valuesPathOf(steps) : ['kubeGateway', 'enabled'],
    message,
    ...defined({ hint }),
  };
}
