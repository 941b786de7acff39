import type { Chart } from '../chart/chart.ts';
import type { KubeObject } from '../objects/object.ts';
import { type Path, type Problem, parsePath } from '../problem.ts';
import { type Found, nothingFound } from '../proxy/scope.ts';
import { type ValueMap, valueAt } from '../value.ts';
import { type AiStats, aiStatsOf } from './ai.ts';
import { bootstrapOf, type KubeBootstrap } from './bootstrap.ts';
import { deploymentOf, type KubeDeployment } from './deployment.ts';
import { type FoundParameters, type KubeWorld, parametersOf } from './gateway.ts';
import { ignoredIn } from './ignored.ts';
import { type KubeController, type KubeMetadata, type KubeProxy, kubeProxyOf, objectMetadata } from './proxy.ts';
import { type KubeService, kubeServiceOf, secretOf, serviceAccountOf } from './service.ts';
import { lacksGlooMtls, stopsOf } from './stops.ts';

/** Everything that the control plane deploys for one Gateway. */
interface KubeObjects {
  readonly proxy: KubeProxy;
  readonly configMap: { readonly metadata: KubeMetadata; readonly bootstrap: KubeBootstrap };
  readonly deployment: KubeDeployment;
  readonly service: KubeService;
  readonly serviceAccount: { readonly metadata: KubeMetadata };
  readonly secret: { readonly metadata: KubeMetadata; readonly data: ValueMap | undefined } | undefined;
  readonly aiStats: AiStats | undefined;
}

/** The decision about one Gateway. */
export interface KubeDecision {
  readonly gateway: KubeObject;
  /** Undefined if nothing is deployed: the problems say why, or the Gateway is self-managed. */
  readonly objects: KubeObjects | undefined;
  /** The GatewayParameters in effect: the Gateway's own first, then those of its class. */
  readonly sources: readonly KubeObject[];
  /** The GatewayParameters object that sets a value. */
  sourceOf(path: Path): KubeObject;
  readonly problems: readonly Problem[];
}

/** Determines what the control plane deploys for a Gateway. Source: GetObjsToDeploy in the deployer. Never throws. */
export function decideKube(gateway: KubeObject, world: KubeWorld, control: KubeController, chart: Chart): KubeDecision {
  const { spec, sources, problems } = parametersOf(gateway, world, chart);
  const sourceOf = (path: Path): KubeObject => originOf(path, sources) ?? gateway;
  const nothing = { gateway, objects: undefined, sources, sourceOf };
  if (spec === undefined || spec['selfManaged'] !== undefined) return { ...nothing, problems };
  const source = { gateway, spec, world, control, chart };
  const stops = stopsOf(source, sourceOf);
  if (stops.length > 0) return { ...nothing, problems: [...problems, ...stops] };
  const ofParameters = nothingFound(chart.index);
  const found = new Map<KubeObject, Found>();
  const foundIn = (object: KubeObject): Found => {
    const own = found.get(object) ?? nothingFound(chart.index);
    found.set(object, own);
    return own;
  };
  const proxy = kubeProxyOf(source, ofParameters, foundIn);
  const objects: KubeObjects = {
    proxy,
    configMap: { metadata: objectMetadata(proxy), bootstrap: bootstrapOf(proxy) },
    deployment: deploymentOf(proxy),
    service: kubeServiceOf(proxy),
    serviceAccount: serviceAccountOf(proxy),
    secret: secretOf(proxy, world),
    aiStats: aiStatsOf(proxy),
  };
  const placed = [
    ...[...found].flatMap(([object, own]) => own.problems.map((problem) => placedIn(() => object, problem))),
    ...ofParameters.problems.map((problem) => placedIn(sourceOf, problem)),
  ];
  const lack = lacksGlooMtls(control, chart);
  const lacking =
    lack === undefined
      ? []
      : [gateway.problem({ ...lack, code: 'kube-without-gloo-mtls', severity: 'warning' }, ['metadata', 'name'])];
  return { ...nothing, objects, problems: [...problems, ...placed, ...lacking, ...ignoredIn(gateway, sources, chart)] };
}

/** The object that sets a value of the merged parameters, or the one with the longest match of its path. */
function originOf(path: Path, sources: FoundParameters['sources']): KubeObject | undefined {
  for (let depth = path.length; depth > 0; depth--) {
    const found = sources.find(({ object }) => valueAt(object, ...path.slice(0, depth)) !== undefined);
    if (found !== undefined) return found;
  }
  return sources[0];
}

function placedIn(objectOf: (path: Path) => KubeObject, { path = '', ...problem }: Problem): Problem {
  const steps = parsePath(path);
  return objectOf(steps).problem(problem, steps);
}
