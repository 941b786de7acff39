/**
 * The counterpart of `kubernetes-types.ts` for the objects around a gateway proxy that are missing there. In Kubernetes
 * both halves of an autoscaler's behavior have the same type, with different defaults.
 */
import { lookupTable } from '../value.ts';
export const companionTypes: Readonly<Record<string, string>> = lookupTable({
  CrossVersionObjectReference: '',
  Gateway: 'metadata:ObjectMeta spec:GatewaySpec',
  HPAScaleDownRules: 'policies:HPAScalingPolicy[]',
  HPAScaleUpRules: 'policies:HPAScalingPolicy[]',
  HorizontalPodAutoscaler: 'metadata:ObjectMeta spec:HorizontalPodAutoscalerSpec',
  HorizontalPodAutoscalerBehavior: 'scaleDown:HPAScaleDownRules scaleUp:HPAScaleUpRules',
  HorizontalPodAutoscalerSpec:
    'behavior:HorizontalPodAutoscalerBehavior metrics:MetricSpec[] scaleTargetRef:CrossVersionObjectReference',
  MetricIdentifier: 'selector:LabelSelector',
  MetricSpec:
    'containerResource:NamedMetricSource external:NamedMetricSource object:NamedMetricSource pods:NamedMetricSource resource:NamedMetricSource',
  MetricTarget: 'averageValue:Quantity value:Quantity',
  NamedMetricSource: 'metric:MetricIdentifier target:MetricTarget',
  PodDisruptionBudget: 'metadata:ObjectMeta spec:PodDisruptionBudgetSpec',
  PodDisruptionBudgetSpec: 'maxUnavailable:IntOrString minAvailable:IntOrString selector:LabelSelector',
  ServiceAccount: 'metadata:ObjectMeta',
});
