import { isMap, type ValueMap, wordOf } from '../../value.ts';
import type { FileObject } from './documents.ts';
import { objectNameOf, problemAt, type Recognised, refused } from './recognised.ts';

/** Why an object is not a source of values, and what to do instead. */
export function refuse(object: FileObject): Recognised {
  const chart = chartFile(object.value);
  if (chart !== undefined) {
    const hint =
      chart === 'gloo'
        ? 'the chart’s own defaults are known: name its release with --chart-version, and give your own values'
        : `give your values with -f, with --partial-of NAME if ${chart} has Gloo's chart as its dependency, and its values.yaml with --wrapper-values`;
    const message = `This is the Chart.yaml of the chart ${chart}, which has no values.`;
    return refused(problemAt(object, ['name'], { code: 'not-values', message, hint }));
  }
  const { kind } = object.value;
  const message = `This is a Kubernetes object (${objectNameOf(object)}), not values of Gloo's chart.`;
  return refused(
    problemAt(object, ['kind'], { code: 'not-values', message, hint: adviceFor(wordOf(kind), object.value) }),
  );
}

/** The name of the chart, if this is a Chart.yaml. */
function chartFile({ apiVersion, name, version, kind }: ValueMap): string | undefined {
  const isChart = (apiVersion === 'v1' || apiVersion === 'v2') && kind === undefined;
  return isChart && typeof name === 'string' && version !== undefined ? name : undefined;
}

/** Whether the top level of a file is that of a Chart.yaml. */
export function isChartFile({ value }: FileObject): boolean {
  return chartFile(value) !== undefined;
}

function adviceFor(kind: string, value: ValueMap): string {
  switch (kind) {
    case 'Kustomization':
    case 'Component':
      return 'give the values file that its helmCharts name with -f, or compare its output: kustomize build --enable-helm DIR | glistio diff -f values.yaml --installed -';
    case 'ConfigMap':
    case 'Secret': {
      const data = value['data'];
      const key = isMap(data) ? Object.keys(data).find((name) => /\.ya?ml$/.test(name)) : undefined;
      return key === undefined
        ? 'give a values file, or the Secret in which Helm keeps a release (type helm.sh/release.v1)'
        : `if ${key} in it holds values: kubectl get ${kind.toLowerCase()} NAME -o jsonpath='{.data.${key.replaceAll('.', '\\.')}}' prints them${kind === 'Secret' ? ' in base64' : ''}`;
    }
    case 'HelmRelease':
      return 'this version of HelmRelease is not supported: put what is under its values into a file';
    case 'HelmChart':
    case 'HelmChartConfig':
      return 'put its valuesContent into a file';
    case 'Deployment':
    case 'DaemonSet':
      return 'manifests are judged by glistio validate, compared with values by glistio diff -f values.yaml --installed FILE, and changed by glistio inject';
    case 'GatewayParameters':
    case 'GatewayClass':
      return 'give it with --parameters, beside the values: glistio validate -f values.yaml --parameters FILE';
    default:
      if (kind === 'Gateway' && wordOf(value['apiVersion']).startsWith('gateway.networking.k8s.io/'))
        return 'give it with --gateway, beside the values: glistio render -f values.yaml --gateway FILE';
      return 'values files, Argo CD Applications, Flux HelmReleases and Helm release Secrets are read; manifests of gateway proxies are judged by glistio validate and compared by glistio diff';
  }
}
