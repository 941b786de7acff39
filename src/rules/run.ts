import type { Chart } from '../chart/chart.ts';
import type { Draw } from '../explain/drawn.ts';
import { truthy } from '../go/template.ts';
import { anyCluster, type Capabilities } from '../helm/capabilities.ts';
import type { KubeDecision } from '../kube/decide.ts';
import { podPath } from '../objects/workload.ts';
import type { Path } from '../problem.ts';
import type { Decision } from '../proxy/decision.ts';
import { originsOf } from '../proxy/origins.ts';
import type { Printed } from '../proxy/print.ts';
import { mutualTlsOf } from '../proxy/proxies.ts';
import { inheritedFrom } from '../proxy/scope.ts';
import { isList, isMap, mapOf, textOf, type Value, type ValueMap, valueAt } from '../value.ts';
import { bootstrapFindings } from './envoy.ts';
import type { CodedMatch, RuleMatch } from './match.ts';
import { envOf, lazyBootstrap, type Pod, type PrintedBootstrap, readPod, servesIstio } from './pod.ts';
import type { MeshFacts, PrintedCompanion, RenderedProxy, Rule, Subject } from './rule.ts';

/** A finding and the rule that made it. */
export interface RuleFinding extends RuleMatch {
  readonly rule: Rule;
}

/** The input of the rules. */
export interface CheckInput {
  readonly chart: Chart;
  readonly values: ValueMap;
  /** The user's own part of the values. */
  readonly given: ValueMap;
  /** For all proxies, including disabled ones: the decision, and the objects that were printed. */
  readonly proxies: readonly RenderedProxy[];
  readonly companions: readonly PrintedCompanion[];
  readonly known: readonly CodedMatch[];
  readonly capabilities: Capabilities;
  readonly mesh?: MeshFacts | undefined;
  /** What the control plane would deploy for a Gateway without any settings. */
  readonly kube: KubeDecision | undefined;
  readonly draw: Draw;
}

/** Runs every rule. */
export function findByMeaning(input: CheckInput, rules: readonly Rule[]): RuleFinding[] {
  const { chart, values, given, proxies, companions, known, capabilities, kube, mesh, draw } = input;
  // The default proxy first: if two proxies clash, the other one is reported.
  const ordered = [...proxies].sort((a, b) => rankOf(a.decision) - rankOf(b.decision));
  const pods = ordered.flatMap(({ decision, printed }) => podOfProxy(decision, printed));
  const context = proxies[0]?.decision.proxy.context;
  const tls = context === undefined ? { istio: false, gloo: false, cluster: false } : mutualTlsOf(context);
  const about = { chart, values, given, tls, pods, companions, known, capabilities, kube, mesh, draw };
  const subject = { ...about, rendered: proxies };
  return ask(subject, rules, (path) => writtenAt(path, given));
}

/** Runs the rules about pods whose values are unknown. Rules about values do not apply to them. */
export function findInObjects(
  { chart, pods, known, mesh }: Pick<Subject, 'chart' | 'pods' | 'known' | 'mesh'>,
  rules: readonly Rule[],
): RuleFinding[] {
  const istio = pods.some(servesIstio);
  const gloo = pods.some(({ containers }) =>
    containers.some((one) => envOf(one, 'GLOO_MTLS_SDS_ENABLED') !== undefined),
  );
  const tls = { istio, gloo, cluster: istio || gloo };
  const subject = {
    chart,
    values: {},
    given: {},
    tls,
    pods,
    rendered: [],
    companions: [],
    known,
    capabilities: anyCluster,
    kube: undefined,
    mesh,
  };
  return ask(subject, rules, (path) => path);
}

function ask(subject: Subject, rules: readonly Rule[], placed: (path: Path) => Path): RuleFinding[] {
  const found: RuleFinding[] = [];
  const seen = new Set<string>();
  for (const rule of rules) {
    for (const finding of rule.find(subject)) {
      const path = placed(finding.path);
      const key = JSON.stringify([rule.code, path]);
      // A problem with something that proxies share would be found once per proxy.
      if (!seen.has(key)) found.push({ ...finding, rule, path });
      seen.add(key);
    }
  }
  return found;
}

function rankOf({ proxy }: Decision): number {
  return proxy.key === 'gatewayProxy' ? 0 : 1;
}

function podOfProxy(decision: Decision, printed: Printed): Pod[] {
  const { workload, configMap } = printed;
  if (workload === undefined) return [];
  const { proxy } = decision;
  const source = {
    object: workload.object,
    name: proxy.name,
    path: proxy.spec.path,
    proxy,
    ...originsOf(decision, workload.object),
    isScaled: truthy(proxy.spec.map['horizontalPodAutoscaler']),
  };
  return [
    readPod({
      ...source,
      isChartVolume: (index) => source.of([...podPath, 'volumes', index]) === undefined,
      bootstrap: configMap && bootstrapOf(decision, printed, configMap.object),
    }),
  ];
}

/** A bootstrap of a proxy, with the values that its listeners come from. */
function bootstrapOf(decision: Decision, printed: Printed, object: ValueMap): PrintedBootstrap {
  const { proxy, configMap, overrides } = decision;
  const { spec, stats } = proxy;
  const data = mapOf(object['data']);
  const isOverridden = textOf(valueAt(overrides.configMap, 'data', 'envoy.yaml')) !== undefined;
  const isOwn = isOverridden || configMap?.data !== undefined;
  const path = isOverridden
    ? [...proxy.own.path, 'configMap', 'kubeResourceOverride', 'data']
    : [...spec.path, 'configMap', 'data'];
  const places: Readonly<Record<string, Path>> = {
    prometheus_listener: [...stats.path, 'enabled'],
    read_config_listener: [...spec.path, 'readConfig'],
  };
  return lazyBootstrap({
    ...{ data, path, isOwn },
    check: () => bootstrapFindings(decision, printed),
    of: (listener) => (isOwn ? [...path, 'envoy.yaml'] : (places[listener] ?? spec.path)),
  });
}

/** A value that a proxy inherits is written at `gatewayProxy`. */
export function writtenAt(path: Path, given: ValueMap): Path {
  const base = inheritedFrom(path);
  if (base === undefined || path[1] === 'gatewayProxy') return path;
  const ownDepth = depthOf(given, path);
  return Math.max(ownDepth, 2) < depthOf(given, base) ? base : path;
}

/** How many steps of a path exist in the values. */
function depthOf(values: ValueMap, path: Path): number {
  let value: Value | undefined = values;
  for (const [depth, step] of path.entries()) {
    if (isMap(value) && typeof step === 'string' && Object.hasOwn(value, step)) value = value[step];
    else if (isList(value) && typeof step === 'number' && step < value.length) value = value[step];
    else return depth;
  }
  return path.length;
}
