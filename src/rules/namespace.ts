import { truthy } from '../go/template.ts';
import type { Path } from '../problem.ts';
import { valueAt } from '../value.ts';
import type { RuleChecks, Subject } from './rule.ts';

const integration: Path = ['global', 'istioIntegration'];

/** The namespace of the release, and whether Istio injects sidecars into everything in it. */
export const namespaceRules = {
  'namespace-not-labelled': function* (subject) {
    const { values, given, chart } = subject;
    const asked = truthy(valueAt(given, ...integration, 'labelInstallNamespace'));
    const known = chart.has('autoinjectionLabel') || chart.has('autoinjectionAnnotation');
    if (!known || !asked || truthy(valueAt(values, 'namespace', 'create'))) return;
    yield {
      path: [...integration, 'labelInstallNamespace'],
      at: 'key',
      message: 'The chart does not create the namespace (namespace.create is off), so it does not label it either.',
      hint: chart.has('jobsLeftAlone')
        ? `Remove it and label the namespace yourself (kubectl label namespace ${namespaceOf(subject)} istio-injection=enabled), or set namespace.create: true if the chart should create it.`
        : `${proxyAlone(subject)} Do not label the namespace: the chart’s Jobs would get a sidecar too, and never complete.`,
    };
  },
  'jobs-never-end': function* (subject) {
    const { values, given, chart } = subject;
    const on = (key: string): boolean => truthy(valueAt(values, ...integration, key));
    const isLabelled = on('labelInstallNamespace') && truthy(valueAt(values, 'namespace', 'create'));
    const known = chart.has('autoinjectionLabel') || chart.has('autoinjectionAnnotation');
    if (!known || chart.has('jobsLeftAlone') || !isLabelled || on('disableAutoinjection')) return;
    if (valueAt(given, ...integration, 'labelInstallNamespace') === undefined) return;
    yield {
      path: [...integration, 'labelInstallNamespace'],
      at: 'key',
      message:
        'In a labelled namespace the chart’s own Jobs get a sidecar and never complete, and the install waits for them.',
      hint: proxyAlone(subject),
    };
  },
} satisfies RuleChecks;

/** How to have only the proxies injected. */
function proxyAlone({ chart, tls, values }: Subject): string {
  const isOn = truthy(valueAt(values, ...integration, 'enableIstioSidecarOnGateway'));
  if (tls.istio || (chart.has('autoinjectionLabel') && isOn)) return 'Remove it.';
  return chart.has('autoinjectionLabel')
    ? 'Remove it, and set global.istioIntegration.enableIstioSidecarOnGateway: true.'
    : 'Remove it, and set podTemplate.extraGatewayProxyLabels: {sidecar.istio.io/inject: "true"} on the proxy.';
}

function namespaceOf({ pods }: Subject): string {
  return pods[0]?.proxy?.context.releaseNamespace ?? 'gloo-system';
}
