/**
 * What the API server requires of autoscalers and disruption budgets, by type. Source: Kubernetes' validation of
 * autoscaling and policy.
 */
import { isMap, listOf, lookupTable, mapOf, type Value, type ValueMap } from '../value.ts';
import { atLeast, findRange, given, inWords, needsName, type Refuse, type TypeRule, within } from './type-rule.ts';

export const scalingTypes: Readonly<Record<string, TypeRule>> = lookupTable({
  HorizontalPodAutoscalerSpec: (spec, refuse) => findAutoscaler(spec, refuse),
  HorizontalPodAutoscalerSpecV1: (spec, refuse) => findAutoscaler(spec, refuse),
  CrossVersionObjectReference(target, refuse) {
    for (const key of ['kind', 'name']) {
      if (target[key] === '') needsName(target, key, refuse);
      else findSegment(target, key, refuse);
    }
  },
  MetricSpec(metric, refuse) {
    const type = metric['type'] ?? '';
    const field = sources[String(type)];
    if (field === undefined) refuse(['type'], `type must be one of ${Object.keys(sources).join(', ')}`);
    for (const other of Object.values(sources))
      if (other !== field && given(metric, other))
        refuse([other], `A metric of type ${inWords(type)} cannot have ${other}`);
    if (field !== undefined && !given(metric, field))
      refuse([], `A metric of type ${inWords(type)} needs ${field}`, undefined, 'missing-value');
  },
  ResourceMetricSource: (metric, refuse) => findResource(metric, refuse),
  ContainerResourceMetricSource(metric, refuse) {
    needsName(metric, 'container', refuse);
    findResource(metric, refuse);
  },
  PodsMetricSource: ({ target }, refuse) => findTarget(target, ['averageValue'], within(refuse, 'target')),
  ObjectMetricSource: ({ target }, refuse) => findTarget(target, ['value', 'averageValue'], within(refuse, 'target')),
  ExternalMetricSource({ target }, refuse) {
    findTarget(target, ['value', 'averageValue'], within(refuse, 'target'));
    if (given(mapOf(target), 'value') && given(mapOf(target), 'averageValue'))
      refuse(['target', 'value'], 'A target cannot have value and averageValue');
  },
  MetricIdentifier(metric, refuse) {
    needsName(metric, 'name', refuse);
    findSegment(metric, 'name', refuse);
  },
  MetricTarget(target, refuse) {
    if (!['Utilization', 'Value', 'AverageValue'].includes(String(target['type'])))
      refuse(['type'], 'type of a target must be Utilization, Value or AverageValue');
    for (const key of ['averageUtilization', 'value', 'averageValue'])
      if (isBelow(target[key], 1)) refuse([key], `${key} must be greater than 0`);
  },
  HPAScalingRules(rules, refuse) {
    findRange(rules, 'stabilizationWindowSeconds', 0, 3600, refuse);
    const { selectPolicy, policies } = rules;
    if (given(rules, 'selectPolicy') && !['Max', 'Min', 'Disabled'].includes(String(selectPolicy)))
      refuse(['selectPolicy'], 'selectPolicy must be Max, Min or Disabled');
    if (policies !== undefined && policies !== null && listOf(policies).length === 0)
      refuse(['policies'], 'policies must not be empty', 'Remove it.');
  },
  HPAScalingPolicy(policy, refuse) {
    if (policy['type'] !== 'Pods' && policy['type'] !== 'Percent') refuse(['type'], 'type must be Pods or Percent');
    atLeast(1, policy, ['value'], refuse);
    findRange(policy, 'periodSeconds', 1, 1800, refuse);
  },
  PodDisruptionBudgetSpec(spec, refuse) {
    const policies = ['IfHealthyBudget', 'AlwaysAllow'];
    if (given(spec, 'unhealthyPodEvictionPolicy') && !policies.includes(String(spec['unhealthyPodEvictionPolicy'])))
      refuse(['unhealthyPodEvictionPolicy'], 'unhealthyPodEvictionPolicy must be IfHealthyBudget or AlwaysAllow');
  },
});

/** The field of each type of metric. */
const sources: Readonly<Record<string, string>> = lookupTable({
  ...{ ContainerResource: 'containerResource', External: 'external', Object: 'object', Pods: 'pods' },
  Resource: 'resource',
});

function findAutoscaler(spec: ValueMap, refuse: Refuse): void {
  for (const key of ['minReplicas', 'maxReplicas', 'targetCPUUtilizationPercentage'])
    findRange(spec, key, Number.NEGATIVE_INFINITY, 2147483647, refuse);
}

function findResource({ name, target }: ValueMap, refuse: Refuse): void {
  if (name === '') refuse(['name'], 'name is missing');
  const inTarget = within(refuse, 'target');
  findTarget(target, ['averageUtilization', 'averageValue'], inTarget);
  if (given(mapOf(target), 'averageUtilization') && given(mapOf(target), 'averageValue'))
    inTarget(['averageValue'], 'A target cannot have averageUtilization and averageValue');
}

/** Names in metrics become parts of the path of a request. */
function findSegment(map: ValueMap, key: string, refuse: Refuse): void {
  const name = map[key];
  if (typeof name === 'string' && /[/%]|^\.\.?$/.test(name))
    refuse([key], `${key} ${inWords(name)} must not contain / or %`);
}

/** A target must have one of the values that its source reads. */
function findTarget(target: Value | undefined, keys: readonly string[], refuse: Refuse): void {
  if (isMap(target) && !keys.some((key) => given(target, key)))
    refuse([], `The target needs ${keys.join(' or ')}`, undefined, 'missing-value');
}

/** Whether a number, or a quantity that is one, is below another. */
function isBelow(amount: Value | undefined, least: number): boolean {
  if (typeof amount === 'number') return amount < least;
  return typeof amount === 'string' && (/^-/.test(amount) || /^\+?0*(?:\.0*)?$/.test(amount));
}
