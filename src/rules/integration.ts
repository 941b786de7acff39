import type { Chart } from '../chart/chart.ts';
import { truthy } from '../go/template.ts';
import type { Path } from '../problem.ts';
import { type ValueMap, valueAt } from '../value.ts';
import { switchedOnAt } from './istio-version.ts';
import { isKubePod, servesIstio } from './pod.ts';
import type { Rule, Subject } from './rule.ts';

const integration: Path = ['global', 'istioIntegration'];
const metadata: Path = ['spec', 'template', 'metadata'];

/** Istio settings that contradict each other or have no effect. */
export const integrationRules: readonly Rule[] = [
  {
    code: 'sidecars-without-cluster',
    valuesOnly: 'In manifests this is reported as `bootstrap-without-sds-cluster`.',
    severity: 'warning',
    summary: 'The sidecars are added, but Envoy does not know the SDS server.',
    help:
      'In 1.17.0-rc1 and 1.17.0-rc2 `global.istioIntegration.enabled` adds the `sds` and `istio-proxy` containers, but not the ' +
      'cluster `gateway_proxy_sds` to Envoy’s bootstrap. Envoy then never gets a certificate, and every Upstream with Istio’s ' +
      'mTLS fails. `global.istioSDS.enabled` adds both, as does 1.17.0-rc3.',
    *find({ tls, chart }) {
      if (!tls.istio || tls.cluster) return;
      yield {
        path: [...integration, 'enabled'],
        message: `In ${chart.release} this adds the sidecars but not Envoy’s gateway_proxy_sds cluster, so Envoy gets no certificate from them.`,
        hint: 'Set global.istioSDS.enabled: true as well, or use 1.17.0-rc3 or newer.',
      };
    },
  },
  {
    code: 'integration-adds-no-sidecars',
    valuesOnly: 'Values without any effect leave no trace in manifests.',
    severity: 'warning',
    summary: 'This release does not know `istioIntegration.enabled`.',
    help:
      '`global.istioIntegration.enabled` exists from 1.17.0-rc1 on. Helm ignores values that a chart does not read, so in an older ' +
      'release the proxies start without the SDS server and without sidecars. Use `global.istioSDS.enabled` there.',
    *find({ chart, given, tls }) {
      if (chart.has('istioIntegrationSidecars') || tls.istio) return;
      if (!truthy(valueAt(given, ...integration, 'enabled'))) return;
      yield {
        path: [...integration, 'enabled'],
        at: 'key',
        message: `Chart ${chart.release} ignores this value, which adds sidecars only from 1.17.0-rc1 on, so the proxies have none.`,
        hint: 'Set global.istioSDS.enabled: true.',
      };
    },
  },
  {
    code: 'istio-enabled-twice',
    valuesOnly: 'Both values render the same objects.',
    severity: 'info',
    summary: '`istioSDS.enabled` adds nothing to `istioIntegration.enabled`.',
    help:
      'Each of them adds the SDS server, the sidecar and Envoy’s cluster; both together add them once. `istioIntegration.enabled` also enables the ' +
      'integration in Gloo’s Settings (auto mTLS, the sidecars of Kubernetes Gateways, DestinationRules), which `istioSDS.enabled` does not. Therefore ' +
      'turning off `istioSDS` changes nothing while `istioIntegration` is on, but not the other way round.',
    *find({ chart, given }) {
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
  },
  {
    code: 'injection-contradiction',
    valuesOnly: 'Manifests only show the result.',
    severity: 'warning',
    summary: 'Injection is both requested and forbidden.',
    help:
      'With `disableAutoinjection` the chart labels the proxies `sidecar.istio.io/inject: "false"` and ignores ' +
      '`enableIstioSidecarOnGateway`: Istio’s injector leaves the pods alone.',
    *find({ chart, values }) {
      const wanted = truthy(valueAt(values, ...integration, 'enableIstioSidecarOnGateway'));
      if (
        !chart.has('autoinjectionLabel') ||
        !wanted ||
        !truthy(valueAt(values, ...integration, 'disableAutoinjection'))
      )
        return;
      yield {
        path: [...integration, 'enableIstioSidecarOnGateway'],
        at: 'key',
        message: 'disableAutoinjection is on and wins: Istio adds no sidecar to the gateway proxies.',
        hint: 'Set one of the two to false.',
      };
    },
  },
  {
    code: 'two-sidecars',
    severity: 'warning',
    summary: 'The pod gets one sidecar from the chart and one from Istio.',
    help:
      '`enableIstioSidecarOnGateway` lets Istio’s injector add a sidecar that takes over the pod’s traffic (the “double proxy”), ' +
      'while `istioSDS` and `istioIntegration.enabled` add a sidecar that only fetches certificates. Both are called ' +
      '`istio-proxy`: the injector merges its container into the chart’s, and the result does neither job.',
    *find(subject) {
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
  },
  {
    code: 'may-be-injected',
    severity: 'info',
    summary: 'Nothing prevents Istio from injecting a second sidecar.',
    help:
      'The SDS setup has its own `istio-proxy`. If the namespace is labelled for injection (`istio-injection: enabled` or ' +
      '`istio.io/rev`), Istio’s injector also changes the proxies’ pods and takes over their traffic. ' +
      '`global.istioIntegration.disableAutoinjection` (from 1.7.0-beta3 on) labels every pod of Gloo to prevent that; in older releases an ' +
      'annotation `sidecar.istio.io/inject: "false"` under `podTemplate.extraAnnotations` does it for the proxy.',
    *find(subject) {
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
  },
  {
    code: 'revision-without-injection',
    valuesOnly: 'Values without any effect leave no trace in manifests.',
    severity: 'warning',
    summary: '`istioSidecarRevTag` is set, but no sidecar is injected.',
    help:
      'The revision is only written where injection is requested: with `labelInstallNamespace`, `whitelistDiscovery` or ' +
      '`enableIstioSidecarOnGateway`, and not with `disableAutoinjection`. The sidecar that the chart itself adds has no revision; ' +
      'its istiod is chosen by the proxy’s `istioDiscoveryAddress`.',
    *find({ chart, values, given }) {
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
  },
  {
    code: 'auto-mtls-without-certificates',
    valuesOnly: 'It depends on Gloo’s Settings, which glistio check reads.',
    severity: 'warning',
    summary: '`enableAutoMtls` without the sidecars.',
    help:
      'Betas of 1.17 up to beta35 make Envoy send mTLS to pods in the mesh regardless of the proxies’ sidecars, with the certificate that Envoy ' +
      'requests from the cluster `gateway_proxy_sds`. Without the SDS server and its sidecar that cluster does not exist, and requests fail.',
    *find({ chart, values, given, tls }) {
      if (!asksAutoMtls(values, given) || needsIntegration(chart) || (tls.istio && tls.cluster)) return;
      yield {
        path: [...integration, 'enableAutoMtls'],
        at: 'key',
        message:
          'Envoy is configured to present the mesh’s certificate to pods in the mesh, but without the sidecars it has none.',
        hint: 'Set global.istioSDS.enabled: true.',
      };
    },
  },
  {
    code: 'auto-mtls-needs-integration',
    valuesOnly: 'It depends on Gloo’s Settings, which glistio check reads.',
    severity: 'warning',
    summary: '`enableAutoMtls` without the integration that Gloo requires.',
    help:
      'From 1.17.0-rc1 on Gloo’s auto mTLS needs `enableIntegration` in its Settings, which the chart sets for `istioIntegration.enabled` (in rc1 ' +
      'and rc2 for `istioSDS.enabled` too). Without it Gloo logs an error, reports nothing on the Upstreams and sends plain ' +
      'text, which PERMISSIVE pods accept and STRICT pods refuse. `istioSDS.enabled` alone adds the sidecars, but does not set this.',
    *find({ chart, values, given, tls }) {
      if (!asksAutoMtls(values, given) || !needsIntegration(chart)) return;
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
  },
  {
    code: 'auto-mtls-with-sidecar-on-gateway',
    valuesOnly: 'It depends on Gloo’s Settings, which glistio check reads.',
    severity: 'warning',
    summary: '`enableAutoMtls` together with Istio’s own sidecar on the gateway.',
    help:
      'With `enableIstioSidecarOnGateway` Gloo sends to the address of a Service instead of its pods, and then does not see the pods’ labels: auto ' +
      'mTLS finds no pod in the mesh and sends plain text, which is left to the injected sidecar. Gloo’s log says that the two should not be ' +
      'on together.',
    *find({ values, given }) {
      if (!asksAutoMtls(values, given) || !truthy(valueAt(values, ...integration, 'enableIstioSidecarOnGateway')))
        return;
      yield {
        path: [...integration, 'enableAutoMtls'],
        at: 'key',
        message:
          'With enableIstioSidecarOnGateway auto mTLS sends plain text to all Services: it no longer sees which pods are in the mesh.',
        hint: 'Turn one of the two off.',
      };
    },
  },
];

/** The values that request the chart's own sidecars. */
function switchesOf({ values }: Subject): string {
  const on = ['istioSDS', 'istioIntegration'].filter((key) => truthy(valueAt(values, 'global', key, 'enabled')));
  return on.map((key) => `global.${key}.enabled`).join(' and ');
}

/** Whether the values enable auto mTLS in a release that has it. */
function asksAutoMtls(values: ValueMap, given: ValueMap): boolean {
  const isKnown = valueAt(values, ...integration, 'enableAutoMtls') !== undefined;
  return isKnown && truthy(valueAt(given, ...integration, 'enableAutoMtls'));
}

/** Whether auto mTLS depends on the integration in Gloo's Settings. */
function needsIntegration(chart: Chart): boolean {
  return chart.has('istioIntegrationSidecars');
}
