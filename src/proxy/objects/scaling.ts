import { overwritten, truthy } from '../../go/template.ts';
import type { Value, ValueMap } from '../../value.ts';
import { chartLabels, namespaceIn, objectLabels, type Proxy } from '../proxies.ts';
import { comparedText, scalar, whole } from '../read.ts';
import { deviate, has, insideIfGiven, mapIn, noteBlock, type Scope } from '../scope.ts';
import { isDeployment } from '../workload.ts';
import { type Companion, companion } from './object.ts';

/** An autoscaler. What is undefined is omitted. */
interface Autoscaler {
  readonly apiVersion: string | null;
  readonly name: string;
  readonly namespace: string | null;
  readonly labels: ValueMap;
  readonly target: string;
  readonly minReplicas: number | null;
  readonly maxReplicas: number | null;
  readonly targetCpu: { readonly value: number | null } | undefined;
  /** Both, whether set or not; with an override that is filled in, only what is set. */
  readonly rules: ValueMap | undefined;
}

/** A disruption budget. What is undefined is omitted. */
interface DisruptionBudget {
  readonly apiVersion: 'policy/v1' | 'policy/v1beta1';
  readonly name: string;
  readonly namespace: string | null;
  readonly labels: ValueMap | undefined;
  readonly minAvailable: { readonly value: Value } | undefined;
  readonly maxUnavailable: { readonly value: Value } | undefined;
  readonly selector: ValueMap;
}

/** The autoscalers of all proxies. Source: 8-gateway-proxy-horizontal-pod-autoscaler.yaml. */
export function autoscalersOf(proxies: readonly Proxy[]): Companion[] {
  return behindMarkers(
    proxies,
    'horizontalPodAutoscaler',
    ({ spec }) => spec,
    (proxy, spec, values) => {
      const { key, name, context } = proxy;
      const { chart } = context;
      if (chart.has('noAutoscalerOfDisabledProxy') && has(spec, 'disabled')) return undefined;
      const apiVersion = comparedText(values, 'apiVersion');
      const hasRules =
        apiVersion === 'autoscaling/v2beta2' || (apiVersion === 'autoscaling/v2' && chart.has('autoscalingV2'));
      const { namespace, printedNamespace } = namespaceIn(spec, context);
      const facts: Autoscaler = {
        apiVersion,
        name: `${name}-hpa`,
        namespace: printedNamespace,
        labels: objectLabels(proxy),
        target: name,
        minReplicas: whole(values, 'minReplicas'),
        maxReplicas: whole(values, 'maxReplicas'),
        targetCpu:
          apiVersion === 'autoscaling/v1' ? { value: whole(values, 'targetCPUUtilizationPercentage') } : undefined,
        rules: hasRules ? rulesOf(values, isFilled(proxy)) : undefined,
      };
      return { identity: { kind: 'HorizontalPodAutoscaler', name: facts.name, namespace, proxy: key }, facts };
    },
  );
}

/** The disruption budgets of all proxies. Source: 8-gateway-proxy-pod-disruption-budget.yaml. */
export function budgetsOf(proxies: readonly Proxy[]): Companion[] {
  return behindMarkers(proxies, 'podDisruptionBudget', inheritedSpec, (proxy, spec, values) => {
    const { key, name, context } = proxy;
    const { chart } = context;
    const { namespace, printedNamespace } = namespaceIn(spec, context);
    const limit = (field: string): { readonly value: Value } | undefined =>
      has(values, field) ? { value: scalar(values, field) } : undefined;
    const facts: DisruptionBudget = {
      apiVersion: chart.has('budgetV1') ? 'policy/v1' : 'policy/v1beta1',
      name: `${name}-pdb`,
      namespace: printedNamespace,
      labels: chart.has('additionalLabels') ? chartLabels(context) : undefined,
      minAvailable: limit('minAvailable'),
      maxUnavailable: limit('maxUnavailable'),
      selector: chart.has('budgetForOneProxy') ? { 'gateway-proxy-id': name } : { gloo: 'gateway-proxy' },
    };
    return { identity: { kind: 'PodDisruptionBudget', name: facts.name, namespace, proxy: key }, facts };
  });
}

type Decided = { readonly identity: Parameters<typeof companion>[0]; readonly facts: object } | undefined;

/**
 * Both templates write a document marker for each proxy, whether it has an object or not. Of consecutive markers Helm
 * reads every second one, and an override's text begins on the line of its marker.
 */
function behindMarkers(
  proxies: readonly Proxy[],
  part: 'horizontalPodAutoscaler' | 'podDisruptionBudget',
  specOf: (proxy: Proxy) => Scope,
  decide: (proxy: Proxy, spec: Scope, values: Scope) => Decided,
): Companion[] {
  const found: Companion[] = [];
  let emptyBefore = 0;
  for (const proxy of proxies) {
    const { own, context } = proxy;
    if (!context.chart.has('autoscaling')) return [];
    const overridden = context.chart.has('resourceOverride') ? insideIfGiven(own, part) : undefined;
    const isOverridden = overridden !== undefined && has(overridden, 'kubeResourceOverride');
    const spec = { ...specOf(proxy), isOverridden };
    const decided =
      isDeployment({ ...proxy, spec }) && truthy(spec.map[part])
        ? decide(proxy, spec, insideIfGiven(spec, part))
        : undefined;
    if (decided === undefined) {
      emptyBefore++;
      continue;
    }
    const object = companion(decided.identity, decided.facts, insideIfGiven(spec, part), overridden);
    if (truthy(object.override) && emptyBefore % 2 === 1)
      deviate(own, 'override-behind-empty-object', part, { kind: object.kind });
    emptyBefore = 0;
    found.push(object);
  }
  return found;
}

/** settings.helm2 turns off inheritance for everything but disruption budgets and Services. */
function inheritedSpec({ own, spec, context }: Proxy): Scope {
  if (!context.chart.has('helm2Standalone')) return spec;
  return { ...own, map: overwritten(mapIn(mapIn(context.values, 'gatewayProxies'), 'gatewayProxy').map, own.map) };
}

/** Whether an override is filled in by the object: null in YAML fills nothing. */
function isFilled({ own, context: { chart } }: Proxy): boolean {
  return chart.has('resourceOverrideFills') && has(mapIn(own, 'horizontalPodAutoscaler'), 'kubeResourceOverride');
}

/** The values that the chart prints as YAML, whatever they are. */
function rulesOf(values: Scope, isFilled: boolean): ValueMap | undefined {
  const rules = ['metrics', 'behavior'].map((key) => {
    noteBlock(values, key);
    return [key, values.map[key] ?? null] as const;
  });
  const printed = isFilled ? rules.filter(([, value]) => value !== null) : rules;
  return printed.length === 0 ? undefined : Object.fromEntries(printed);
}
