import type { Chart } from '../chart/chart.ts';
import { printed, truthy } from '../go/template.ts';
import { glooOf } from '../istio/gloo/release.ts';
import { isList, mapAt, type ValueMap } from '../value.ts';

/**
 * What the chart makes of Gloo's control plane, as far as it is about Istio: its Settings (none where the chart makes none) and
 * the environment of its Deployment. Source: templates 18-settings and 1-gloo-deployment.
 */
export function controlPlaneObjects(values: ValueMap, chart: Chart, namespace: string): readonly ValueMap[] {
  const integration = mapAt(values, 'global', 'istioIntegration');
  const sds = mapAt(values, 'global', 'istioSDS');
  const control = glooOf(chart.release);
  const hasSidecar = control.has('sidecarEndpoints') && truthy(integration['enableIstioSidecarOnGateway']);
  const isBySds = control.has('autoMtls') && !control.has('autoMtlsBySettings') && truthy(sds['enabled']);
  const variables = {
    ...(hasSidecar ? { ENABLE_ISTIO_SIDECAR_ON_GATEWAY: 'true' } : {}),
    ...(isBySds ? { ISTIO_MTLS_SDS_ENABLED: 'true' } : {}),
  };
  const gloo: ValueMap = {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'gloo', namespace } },
    spec: {
      template: {
        spec: {
          containers: [{ name: 'gloo', env: Object.entries(variables).map(([name, value]) => ({ name, value })) }],
        },
      },
    },
  };
  const settings = settingsOf(values, chart, namespace);
  return settings === undefined ? [gloo] : [settings, gloo];
}

function settingsOf(values: ValueMap, chart: Chart, namespace: string): ValueMap | undefined {
  const own = mapAt(values, 'settings');
  if (!truthy(own['create'])) return undefined;
  const integration = mapAt(values, 'global', 'istioIntegration');
  const sds = mapAt(values, 'global', 'istioSDS');
  const control = glooOf(chart.release);
  const isEither = chart.has('istioIntegrationSidecars') && !chart.has('istioIntegrationCluster');
  const watched = truthy(own['singleNamespace'])
    ? [namespace]
    : isList(own['watchNamespaces'])
      ? own['watchNamespaces'].map(printed)
      : [];
  return {
    ...{ apiVersion: 'gloo.solo.io/v1', kind: 'Settings', metadata: { name: 'default', namespace } },
    spec: {
      discoveryNamespace: truthy(own['writeNamespace']) ? printed(own['writeNamespace']) : namespace,
      ...(watched.length === 0 ? {} : { watchNamespaces: watched }),
      ...(isList(own['watchNamespaceSelectors']) ? { watchNamespaceSelectors: own['watchNamespaceSelectors'] } : {}),
      gloo: {
        istioOptions: {
          // Printed without quotes, so the word true is true.
          enableAutoMtls: control.has('autoMtls') && printed(integration['enableAutoMtls']) === 'true',
          enableIntegration:
            control.has('autoMtlsBySettings') &&
            (truthy(integration['enabled']) || (isEither && truthy(sds['enabled']))),
        },
      },
    },
  };
}
