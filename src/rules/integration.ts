import type { Chart } from '../chart/chart.ts';
import { truthy } from '../go/template.ts';
import type { Path } from '../problem.ts';
import { type ValueMap, valueAt } from '../value.ts';
import { switchedOnAt } from './istio-version.ts';
import { isKubePod, servesIstio } from './pod.ts';
import type { RuleChecks, Subject } from './rule.ts';

const integration: Path = ['global', 'istioIntegration'];
const metadata: Path = ['spec', 'template', 'metadata'];

/** Istio settings that contradict each other or have no effect. */
export const integrationRules = {
  'sidecars-without-cluster': function* ({ tls, chart }) {
    if (!tls.istio || tls.cluster) return;
    yield {
      path: [...integration, 'enabled'],
      message: `In ${chart.release} this adds the sidecars but not Envoy’s gateway_proxy_sds cluster, so Envoy gets no certificate from them.`,
      hint: 'Set global.istioSDS.enabled: true as well, or use 1.17.0-rc3 or newer.',
    };
  },
  'integration-adds-no-sidecars': function* ({ chart, given, tls }) {
    if (chart.has('istioIntegrationSidecars') || tls.istio) return;
    if (!truthy(valueAt(given, ...integration, 'enabled'))) return;
    yield {
      path: [...integration, 'enabled'],
      at: 'key',
      message: `Chart ${chart.release} ignores this value, which adds sidecars only from 1.17.0-rc1 on, so the proxies have none.`,
      hint: 'Set global.istioSDS.enabled: true.',
    };
  },
  'istio-enabled-twice': function* ({ chart, given }) {
    const both =
      truthy(valueAt(given, 'global', 'istioSDS', 'enabled')) && truthy(valueAt(given, ...integration, 'enabled'));
    if (!both || !chart.has('istioIntegrationCluster')) return;
    yield {
      path: ['global', 'istioSDS', 'enabled'],
      at: 'key',
      message:
        'istioIntegration.enabled is set too and does everything that this one does, so turning this one off changes nothing.',
      hint: 'Remove global.istioSDS.enabled; its customSidecars keep working.',
    };
  },
  'injection-contradiction': function* ({ chart, values }) {
    const wanted = truthy(valueAt(values, ...integration, 'enableIstioSidecarOnGateway'));
    if (!chart.has('autoinjectionLabel') || !wanted || !truthy(valueAt(values, ...integration, 'disableAutoinjection')))
      return;
    yield {
      path: [...integration, 'enableIstioSidecarOnGateway'],
      at: 'key',
      message: 'disableAutoinjection is on and wins: Istio adds no sidecar to the gateway proxies.',
      hint: 'Set one of the two to false.',
    };
  },
  'two-sidecars': function* (subject) {
    const pod = subject.pods.find((one) => one.isInjected === true && (one.proxy !== undefined || servesIstio(one)));
    if (pod === undefined || !subject.tls.istio) return;
    if (pod.proxy !== undefined && !subject.chart.has('autoinjectionLabel')) return;
    const isAsked = truthy(valueAt(subject.values, ...integration, 'enableIstioSidecarOnGateway'));
    yield {
      path:
        pod.proxy === undefined
          ? pod.at([], metadata)
          : isAsked
            ? [...integration, 'enableIstioSidecarOnGateway']
            : [...pod.path, 'podTemplate', 'extraGatewayProxyLabels'],
      at: 'key',
      message: 'Istio injects a second istio-proxy into pods that already have the chart’s, and merges the two.',
      hint:
        pod.proxy === undefined
          ? 'Label the pods sidecar.istio.io/inject: "false".'
          : isAsked
            ? `Turn this off, or ${switchesOf(subject)}.`
            : `Remove that label, or turn off ${switchesOf(subject)}.`,
    };
  },
  'may-be-injected': function* (subject) {
    const { tls, pods, values, given } = subject;
    if (!tls.istio) return;
    const open = pods.find((pod) => pod.isInjected === undefined && (pod.proxy !== undefined || servesIstio(pod)));
    if (open === undefined) return;
    const labelled = truthy(valueAt(values, ...integration, 'labelInstallNamespace'));
    const off = valueAt(given, ...integration, 'disableAutoinjection') !== undefined;
    const hasValue = subject.chart.has('autoinjectionLabel') || subject.chart.has('autoinjectionAnnotation');
    yield {
      path: labelled
        ? [...integration, 'labelInstallNamespace']
        : off
          ? [...integration, 'disableAutoinjection']
          : open.proxy === undefined
            ? open.at([], metadata)
            : switchedOnAt(subject),
      severity: labelled ? 'warning' : 'info',
      message: labelled
        ? 'The namespace is labelled for injection and the proxies are not exempt: they get a second istio-proxy.'
        : 'In a namespace that is labelled for Istio’s injection the proxies would get a second istio-proxy.',
      hint: isKubePod(open)
        ? 'Set spec.kube.podTemplate.extraLabels: {sidecar.istio.io/inject: "false"} in GatewayParameters: no value of the chart does it for these proxies.'
        : hasValue
          ? 'Set global.istioIntegration.disableAutoinjection: true.'
          : 'Set podTemplate.extraAnnotations: {sidecar.istio.io/inject: "false"} on the proxy.',
    };
  },
  'revision-without-injection': function* ({ chart, values, given }) {
    if (!chart.has('sidecarRevision') || !truthy(valueAt(given, ...integration, 'istioSidecarRevTag'))) return;
    const asks = ['enableIstioSidecarOnGateway', 'whitelistDiscovery', 'labelInstallNamespace'];
    const on = (key: string): boolean => truthy(valueAt(values, ...integration, key));
    if (asks.some(on)) return;
    yield {
      path: [...integration, 'istioSidecarRevTag'],
      at: 'key',
      message: 'This revision is not used, because no value asks Istio to inject a sidecar.',
      hint: `Remove it, or set one of ${asks.join(', ')}.`,
    };
  },
  'auto-mtls-without-certificates': function* ({ chart, given, tls }) {
    if (!asksAutoMtls(chart, given) || needsIntegration(chart) || (tls.istio && tls.cluster)) return;
    yield {
      path: [...integration, 'enableAutoMtls'],
      at: 'key',
      message:
        'Envoy is configured to present the mesh’s certificate to pods in the mesh, but without the sidecars it has none.',
      hint: 'Set global.istioSDS.enabled: true.',
    };
  },
  'auto-mtls-needs-integration': function* ({ chart, values, given, tls }) {
    if (!asksAutoMtls(chart, given) || !needsIntegration(chart)) return;
    const isOn = truthy(valueAt(values, ...integration, 'enabled'));
    if (isOn || (!chart.has('istioIntegrationCluster') && tls.istio)) return;
    yield {
      path: [...integration, 'enableAutoMtls'],
      at: 'key',
      message:
        'Without istioIntegration.enabled Gloo logs an error and sends plain text to every Upstream: pods with STRICT mTLS refuse all of it.',
      hint: 'Set global.istioIntegration.enabled: true.',
    };
  },
  'auto-mtls-with-sidecar-on-gateway': function* ({ chart, values, given }) {
    if (!asksAutoMtls(chart, given) || !truthy(valueAt(values, ...integration, 'enableIstioSidecarOnGateway'))) return;
    yield {
      path: [...integration, 'enableAutoMtls'],
      at: 'key',
      message:
        'With enableIstioSidecarOnGateway auto mTLS sends plain text to all Services: it no longer sees which pods are in the mesh.',
      hint: 'Turn one of the two off.',
    };
  },
} satisfies RuleChecks;

/** The values that request the chart's own sidecars. */
function switchesOf({ values }: Subject): string {
  const on = ['istioSDS', 'istioIntegration'].filter((key) => truthy(valueAt(values, 'global', key, 'enabled')));
  return on.map((key) => `global.${key}.enabled`).join(' and ');
}

/** Whether the values enable auto mTLS in a release that has it. */
function asksAutoMtls(chart: Chart, given: ValueMap): boolean {
  const isOn = truthy(valueAt(given, ...integration, 'enableAutoMtls'));
  return isOn && valueAt(chart.defaults(), ...integration, 'enableAutoMtls') !== undefined;
}

/** Whether auto mTLS depends on the integration in Gloo's Settings. */
function needsIntegration(chart: Chart): boolean {
  return chart.has('istioIntegrationSidecars');
}
