import { truthy } from '../go/template.ts';
import type { Path } from '../problem.ts';
import { valueAt, wordOf } from '../value.ts';
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
        ? `Remove it and label the namespace yourself (kubectl label namespace ${namespaceOf(subject)} ${labelOf(subject)}), or set namespace.create: true if the chart should create it.`
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

/** The label of the namespace that the chart would write. */
function labelOf({ chart, values }: Subject): string {
  const revision = valueAt(values, ...integration, 'istioSidecarRevTag');
  return chart.has('sidecarRevision') && truthy(revision)
    ? `istio.io/rev=${wordOf(revision)}`
    : 'istio-injection=enabled';
}

function namespaceOf({ pods }: Subject): string {
  return pods[0]?.proxy?.context.releaseNamespace ?? 'gloo-system';
}
