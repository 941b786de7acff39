import type { Chart } from '../../chart/chart.ts';
import { type Path, type Problem, parsePath } from '../../problem.ts';
import { type ValueMap, valueAt } from '../../value.ts';
import { nothingFound } from '../scope.ts';
import { type AiStats, aiStatsOf } from './ai.ts';
import { bootstrapOf, type KubeBootstrap } from './bootstrap.ts';
import { deploymentOf, type KubeDeployment } from './deployment.ts';
import { type FoundParameters, type KubeFinding, type KubeWorld, parametersOf } from './gateway.ts';
import { type ControlPlane, type KubeMetadata, kubeProxyOf, metadataOf } from './proxy.ts';
import { type KubeService, secretOf, serviceAccountOf, serviceOf } from './service.ts';
import { stopsOf } from './stops.ts';

/** Everything that the control plane deploys for one Gateway. */
export interface KubeObjects {
  readonly configMap: { readonly metadata: KubeMetadata; readonly bootstrap: KubeBootstrap };
  readonly deployment: KubeDeployment;
  readonly service: KubeService;
  readonly serviceAccount: { readonly metadata: KubeMetadata };
  readonly secret: { readonly metadata: KubeMetadata; readonly data: ValueMap | undefined } | undefined;
  readonly aiStats: AiStats | undefined;
}

/** What was decided about one Gateway. */
export interface KubeDecision {
  readonly gateway: ValueMap;
  /** Undefined where nothing is deployed: the findings say why, or the Gateway is self-managed. */
  readonly objects: KubeObjects | undefined;
  /** The GatewayParameters that counted: the Gateway's own before those of its class. */
  readonly sources: readonly ValueMap[];
  readonly findings: readonly KubeFinding[];
}

/** Decides what the control plane deploys for a Gateway. Source: GetObjsToDeploy in the deployer. Nothing throws. */
export function decideKube(gateway: ValueMap, world: KubeWorld, control: ControlPlane, chart: Chart): KubeDecision {
  const { spec, sources, findings } = parametersOf(gateway, world, chart);
  const nothing = { gateway, objects: undefined, sources };
  if (spec === undefined || spec['selfManaged'] !== undefined) return { ...nothing, findings };
  const source = { gateway, spec, world, control, chart };
  const sourceOf = (path: Path): ValueMap => originOf(path, sources) ?? gateway;
  const stops = stopsOf(source, sourceOf);
  if (stops.length > 0) return { ...nothing, findings: [...findings, ...stops] };
  const [ofGateway, ofParameters] = [nothingFound(chart.index), nothingFound(chart.index)];
  const proxy = kubeProxyOf(source, ofGateway, ofParameters);
  const objects: KubeObjects = {
    configMap: { metadata: metadataOf(proxy), bootstrap: bootstrapOf(proxy) },
    deployment: deploymentOf(proxy),
    service: serviceOf(proxy),
    serviceAccount: serviceAccountOf(proxy),
    secret: secretOf(proxy, world),
    aiStats: aiStatsOf(proxy),
  };
  const read = [
    ...ofGateway.problems.map((problem) => findingOf(problem, () => gateway)),
    ...ofParameters.problems.map((problem) => findingOf(problem, sourceOf)),
  ];
  return { ...nothing, objects, findings: [...findings, ...read] };
}

/** The object that a value of the merged parameters comes from, or the one that has the most of its path. */
export function originOf(path: Path, sources: FoundParameters['sources']): ValueMap | undefined {
  for (let depth = path.length; depth > 0; depth--) {
    const found = sources.find((source) => valueAt(source, ...path.slice(0, depth)) !== undefined);
    if (found !== undefined) return found;
  }
  return sources[0];
}

function findingOf({ path, ...problem }: Problem, objectOf: (path: Path) => ValueMap): KubeFinding {
  const steps = parsePath(path ?? '').map((step) => (/^\d+$/.test(String(step)) ? Number(step) : step));
  const { code, severity, message, hint } = problem;
  const grade = severity === 'error' ? 'error' : 'warning';
  return { code, severity: grade, message, path: steps, object: objectOf(steps), ...(hint === undefined ? {} : { hint }) };
}
