/** The result of comparing the objects of whole proxies, and what Istio and mTLS change beside them, in one case. */
import { renderGatewayProxies } from '../src/index.ts';
import { proxyCompanionKinds } from '../src/objects/proxy-kinds.ts';
import { deviationIds } from '../src/proxy/deviation.ts';
import { isMap, listOf, mapAt, mapsIn, type Value, type ValueMap } from '../src/value.ts';
import { controlPlaneObjects } from '../src/verbs/control-plane.ts';
import { prepare } from '../src/verbs/prepare.ts';
import { comparable, differences, identity } from '../test/parity/canonical.ts';
import { summary } from '../test/parity/control-plane-parts.ts';
import { kubernetesErrors, withoutNulls } from '../test/parity/kubernetes.ts';
import type { Answer } from '../test/parity/suite.ts';
import { faultsOf, general } from './compare-chart-faults.ts';
import type { Comparison, GivenCase } from './compare-chart-judge.ts';

const codesOfDeviations: ReadonlySet<string> = new Set(deviationIds());
/** Codes of warnings that tell about values that the chart cannot print. */
const told: ReadonlySet<string> = new Set([...codesOfDeviations, 'not-a-truth-value', 'wrong-shape', 'wrong-type']);

export function compareProxies(
  { files, namespace, release: releaseName }: GivenCase,
  answer: Answer,
  release: string,
): Comparison {
  const values = files.map((text, index) => ({ name: `values-${index}.yaml`, text }));
  const request = { values, chartVersion: release, namespace, releaseName };
  try {
    const { manifests, problems } = renderGatewayProxies(request);
    const errors = problems.filter(({ severity }) => severity === 'error');
    const refusals = errors.map(({ code, path = '', message }) => `${code} ${general(path)}: ${message}`);
    const warned = problems.filter(({ severity }) => severity === 'warning').map(({ code }) => code);
    if (answer.error !== undefined) {
      const details = [general(answer.error).slice(-170), ...refusals.slice(0, 1)];
      if (errors.length > 0) return { kind: 'Helm fails, glistio refuses', details };
      const isTold = warned.some((code) => told.has(code));
      return { kind: isTold ? 'Helm fails, glistio renders' : 'HELM FAILS WITHOUT A WORD', details };
    }
    const all = answer.objects ?? [];
    const faults = [...all.flatMap(faultsIn), ...twiceIn(all)].map(general);
    const because = faults.slice(0, 1).map((fault) => `because ${fault}`);
    if (errors.length > 0)
      return {
        kind: faults.length > 0 ? 'both refused' : 'REFUSED BY GLISTIO ONLY',
        details: [...refusals, ...because],
      };
    const deviations = warned.filter((code) => codesOfDeviations.has(code));
    const ofKube: ReadonlySet<string> = new Set(['GatewayClass', 'GatewayParameters']);
    const ours = manifests.filter(({ kind }) => !ofKube.has(kind)).map(({ object }) => object);
    const [theirs, own] = [inOrder(all.filter(isOfProxy)), inOrder(ours)];
    const found = differences(theirs, own).map(general);
    if (found.length > 0 && differences(withoutNulls(theirs), withoutNulls(own)).length === 0)
      return { kind: 'equal except for null', details: [...found.slice(0, 2), ...because] };
    const refused = deviations.length > 0 ? 'different, chart is refused' : 'DIFFERENT WITHOUT A WORD';
    if (found.length > 0)
      return { kind: faults.length > 0 ? refused : 'DIFFERENT', details: [...found.slice(0, 2), ...because] };
    const beside = differencesBeside(request, all, release);
    if (beside.length > 0)
      return {
        kind: faults.length > 0 ? 'different, chart is refused' : 'DIFFERENT',
        details: [...beside, ...because],
      };
    return deviations.length === 0 || faults.length > 0
      ? { kind: 'equal', details: [] }
      : { kind: 'EQUAL, YET WARNED', details: [...new Set(deviations)] };
  } catch (error) {
    return { kind: 'THROWN', details: [String(error instanceof Error ? error.stack : error).slice(0, 300)] };
  }
}

/** What differs in the objects of the control plane. */
function differencesBeside(
  request: Parameters<typeof prepare>[0],
  all: readonly ValueMap[],
  release: string,
): string[] {
  const prepared = prepare(request);
  if (!('chart' in prepared)) return [`${release}: the values are rejected`];
  const hasMounts = prepared.chart.has('labelsMountLost');
  const ours = summary(controlPlaneObjects(prepared), hasMounts);
  const theirs = summary(
    all.filter((object) => !isOfProxy(object)),
    hasMounts,
  );
  const [more, less] = [ours.filter((one) => !theirs.includes(one)), theirs.filter((one) => !ours.includes(one))];
  if (more.length + less.length === 0) return [];
  return [`glistio: ${more.join(' ')}`, `chart: ${less.join(' ')}`].map((line) => general(line).slice(0, 600));
}

function isOfProxy({ kind, metadata = null }: ValueMap): boolean {
  const { name, labels = null } = isMap(metadata) ? metadata : {};
  if (kind === 'ConfigMap') return name !== 'envoy-sidecar-config';
  if (kind !== 'Deployment' && kind !== 'DaemonSet') return proxyCompanionKinds.includes(String(kind));
  return !['gloo', 'discovery', 'gateway'].includes(String((isMap(labels) ? labels['gloo'] : undefined) ?? name));
}

/** Null is absent: neither Kubernetes nor Gloo distinguishes them. */
function inOrder(objects: readonly ValueMap[]): Value {
  const keyed = objects.map(comparable).map((object) => {
    const text = JSON.stringify(sorted(withoutNulls(object)));
    return [`${identity(object)} ${text}`, object] as const;
  });
  return keyed.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}

function sorted(value: Value): Value {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isMap(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

function twiceIn(objects: readonly ValueMap[]): string[] {
  const names = objects.map((object) => identity(object));
  return names.filter((name, index) => names.indexOf(name) < index).map((name) => `${name} exists twice`);
}

/** Why the API server would reject an object; of companions, written without glistio's rules. */
function faultsIn(object: ValueMap): string[] {
  const { kind, apiVersion = null } = object;
  const { name, namespace, labels = null, annotations = null } = mapAt(object, 'metadata');
  const isName = (value: unknown): boolean =>
    typeof value === 'string' && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(value);
  const isUnread = [labels, annotations].some(
    (map) => isMap(map) && Object.values(map).some((value) => value !== null && typeof value !== 'string'),
  );
  const judged = ['Service', 'ServiceAccount', 'Deployment', 'DaemonSet', 'ConfigMap'].includes(String(kind));
  return [
    ...(kind === undefined || apiVersion === null ? ['no kind'] : []),
    ...(kind === 'GatewaysError' ? ['kubectl cannot read the Gateways'] : []),
    ...(isName(name) && (namespace === undefined || isName(namespace)) ? [] : [`${String(kind)}: no name`]),
    ...(isUnread ? [`${String(kind)}: a label or annotation`] : []),
    ...(judged ? (isOfProxy(object) ? faultsOf(object) : kubernetesErrors(object)) : []),
    ...(faultsByKind[String(kind)]?.(mapAt(object, 'spec'), String(apiVersion)) ?? []).map(
      (fault) => `${String(kind)}: ${fault}`,
    ),
  ];
}

const isGiven = (value: Value | undefined): value is Value => value !== undefined && value !== null;
const isWrong = (map: ValueMap, key: string, fits: (value: Value) => boolean): boolean =>
  isGiven(map[key]) && !fits(map[key]);
const isCount = (value: Value): boolean => Number.isInteger(value) && Number(value) >= 0;
/** Of a listener: the API server takes any number, Envoy no larger one. */
const isPort = (value: Value): boolean => isCount(value) && Number(value) <= 65535;
const keysOf = (map: ValueMap, keys: readonly string[]): string[] =>
  Object.keys(map).filter((key) => !keys.includes(key));

const faultsByKind: Readonly<Record<string, (spec: ValueMap, version: string) => string[]>> = {
  Settings(spec) {
    return isWrong(spec, 'discoveryNamespace', (value) => typeof value === 'string') ? ['discoveryNamespace'] : [];
  },
  Service(spec) {
    const ports = mapsIn(spec['ports']);
    const isOut = (port: ValueMap): boolean =>
      ['port', 'targetPort', 'nodePort'].some(
        (key) => typeof port[key] === 'number' && (port[key] < (key === 'nodePort' ? 0 : 1) || port[key] > 65535),
      );
    const isType = (type: Value): boolean =>
      ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName', ''].includes(String(type));
    return [
      ...(ports.length === 0 ? ['no ports'] : []),
      ...(ports.some(isOut) ? ['a port'] : []),
      ...(isWrong(spec, 'type', isType) ? ['type'] : []),
    ];
  },
  HorizontalPodAutoscaler(spec, version) {
    const { minReplicas, maxReplicas, metrics, behavior } = spec;
    const counts = ['minReplicas', 'maxReplicas', 'targetCPUUtilizationPercentage'];
    const known = ['scaleTargetRef', 'metrics', 'behavior', ...counts];
    const isBound =
      isCount(maxReplicas ?? null) && Number(maxReplicas) > 0 && !(Number(minReplicas) > Number(maxReplicas));
    const isBehavior = isMap(behavior) && keysOf(behavior, ['scaleUp', 'scaleDown']).length === 0;
    return [
      ...counts.filter((key) => isWrong(spec, key, Number.isInteger)),
      ...(isBound ? [] : ['bounds']),
      ...(/^autoscaling\/v[12]/.test(version) ? [] : ['version']),
      ...(isGiven(metrics) && mapsIn(metrics).length < (Array.isArray(metrics) ? metrics.length : 1)
        ? ['metrics']
        : []),
      ...(isGiven(behavior) && !isBehavior ? ['behavior'] : []),
      ...keysOf(spec, known),
    ];
  },
  PodDisruptionBudget(spec) {
    const limits = ['minAvailable', 'maxUnavailable'];
    const isLimit = (value: Value): boolean => isCount(value) || (typeof value === 'string' && /^\d+%$/.test(value));
    return [
      ...(limits.every((key) => spec[key] !== undefined) ? ['both limits'] : []),
      ...limits.filter((key) => isWrong(spec, key, isLimit)),
      ...keysOf(spec, ['selector', ...limits]),
    ];
  },
  Gateway(spec) {
    const maps = ['httpGateway', 'options', 'hybridGateway'];
    const unread = listOf(mapAt(spec, 'tcpGateway')['tcpHosts']).some((host) =>
      isWrong(mapAt(host, 'sslConfig', 'secretRef'), 'name', (name) => typeof name === 'string'),
    );
    return [
      ...['ssl', 'useProxyProto'].filter((key) => isWrong(spec, key, (value) => typeof value === 'boolean')),
      ...(isWrong(spec, 'bindPort', isPort) ? ['bindPort'] : []),
      ...maps.filter((key) => isWrong(spec, key, isMap)),
      ...(isWrong(mapAt(spec, 'options'), 'accessLoggingService', isMap) ? ['accessLoggingService'] : []),
      ...['x', 'ports', 'minReplicas'].filter((key) => key in spec),
      ...(unread ? ['secretName'] : []),
    ];
  },
};
