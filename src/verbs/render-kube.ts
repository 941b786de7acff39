import { hideInProblems } from '../diff/secret-messages.ts';
import { truthy } from '../go/template.ts';
import { formatPath, hasErrors, type Problem, ProblemList } from '../problem.ts';
import { type ChartObjects, chartObjectsOf } from '../proxy/kube/chart-objects.ts';
import { decideKube, type KubeDecision } from '../proxy/kube/decide.ts';
import { type KubeFinding, type KubeWorld, nameOf, namespaceOf } from '../proxy/kube/gateway.ts';
import { type PrintedKube, printChartObjects, printKube } from '../proxy/kube/print.ts';
import type { ControlPlane } from '../proxy/kube/proxy.ts';
import type { Manifest } from '../proxy/print.ts';
import type { Context } from '../proxy/proxies.ts';
import { mapIn, nothingFound, type Scope } from '../proxy/scope.ts';
import { isMap, type ValueMap, valueAt } from '../value.ts';
import { type Prepared, placed, prepare, type RequestOptions } from './prepare.ts';
import { inOrder } from './render.ts';

/** What the control plane knows of itself; what is left out follows from the values. */
export interface ControllerOptions extends Partial<Omit<ControlPlane, 'aws'>> {
  /** null: no AWS options in the Settings. */
  readonly aws?: Partial<NonNullable<ControlPlane['aws']>> | null;
}

/** Objects of a cluster, by what they are for. */
export interface KubeInput {
  readonly gateways: readonly ValueMap[];
  readonly classes: readonly ValueMap[];
  readonly parameters: readonly ValueMap[];
  readonly listenerSets: readonly ValueMap[];
  readonly namespaces: readonly ValueMap[];
  /** Undefined where nobody says which there are. */
  readonly secrets: readonly ValueMap[] | undefined;
}

export type KubeOptions = RequestOptions & KubeInput & { readonly controller?: ControllerOptions };

export interface KubeRendering {
  /** Of every Gateway, in an order in which they can be applied; empty when there is an error among the problems. */
  readonly manifests: readonly Manifest[];
  readonly problems: readonly Problem[];
  /** The release whose control plane this is; empty when none was found. */
  readonly chartVersion: string;
}

/**
 * What the control plane of a release deploys for Gateways of the Kubernetes Gateway API. The classes and parameters are those
 * that are given, and those that the chart installs for the values. Nothing throws for bad input.
 */
export function renderKubeGateways(options: KubeOptions): KubeRendering {
  const prepared = prepare(options);
  if (!('chart' in prepared)) return { manifests: [], problems: prepared.problems, chartVersion: '' };
  const { chart, layers } = prepared;
  const list = new ProblemList('many documents');
  for (const problem of prepared.problems) list.add(placed(problem, layers));
  const { decisions, problems } = kubeDecisions(prepared, options, options.controller);
  for (const problem of problems) list.add(problem);
  const reported = hideInProblems(list.sorted(), layers.values);
  const manifests = hasErrors(reported) ? [] : decisions.flatMap((decision) => manifestsOf(printKube(decision)));
  return { manifests: inOrder(manifests), problems: reported, chartVersion: chart.release };
}

function manifestsOf(printed: PrintedKube | undefined): Manifest[] {
  return printed === undefined ? [] : [printed.configMap, printed.workload, ...printed.others];
}

/** What the chart installs for these proxies, and what is wrong with the values of it. */
export function chartObjects({ chart, values, release }: Prepared): {
  readonly objects: ChartObjects;
  readonly manifests: readonly Manifest[];
  readonly found: ReturnType<typeof nothingFound>;
} {
  const found = nothingFound(chart.index);
  const top: Scope = { map: values, path: [], found };
  const context: Context = {
    chart,
    values: top,
    global: mapIn(top, 'global'),
    releaseName: release.name,
    releaseNamespace: release.namespace,
  };
  const objects = chartObjectsOf(context);
  return { objects, manifests: printChartObjects(objects), found };
}

/** Decides about each Gateway, with what is wrong with values and objects. */
export function kubeDecisions(
  prepared: Prepared,
  given: KubeInput,
  controller: ControllerOptions | undefined,
): { readonly decisions: readonly KubeDecision[]; readonly problems: readonly Problem[] } {
  const { chart, layers, values, release } = prepared;
  if (!chart.has('kubeParameters')) return { decisions: [], problems: [notKnown(chart.release)] };
  const installed = chartObjects(prepared);
  const own = (kind: string): ValueMap[] =>
    installed.manifests.filter((manifest) => manifest.kind === kind).map(({ object }) => object);
  const world: KubeWorld = {
    ...given,
    classes: [...given.classes, ...own('GatewayClass')],
    parameters: [...given.parameters, ...own('GatewayParameters')].map((object) => inNamespace(object, release.namespace)),
    listenerSets: given.listenerSets.map((object) => inNamespace(object, release.namespace)),
  };
  const control = controlPlaneOf(values, release.namespace, controller);
  const decisions = given.gateways.map((gateway) =>
    decideKube(inNamespace(gateway, release.namespace), world, control, chart),
  );
  const problems = [
    ...installed.found.problems.map((problem) => placed(problem, layers)),
    ...decisions.flatMap(({ findings }) => findings.map(problemOf)),
  ];
  return { decisions, problems };
}

/** Who applies an object without a namespace puts it into the one at hand. */
function inNamespace(object: ValueMap, namespace: string): ValueMap {
  if (namespaceOf(object) !== '') return object;
  const metadata = object['metadata'];
  return { ...object, metadata: { ...(isMap(metadata) ? metadata : {}), namespace } };
}

function problemOf({ object, path, ...finding }: KubeFinding): Problem {
  const kind = valueAt(object, 'kind');
  const where = [namespaceOf(object), nameOf(object)].filter(Boolean).join('/');
  return { ...finding, path: formatPath(path), message: `${String(kind)} ${where}: ${finding.message}` };
}

function notKnown(release: string): Problem {
  return {
    code: 'unknown-release',
    severity: 'error',
    message: `Release ${release} has no GatewayParameters, and what its control plane deploys for a Gateway is not known.`,
    hint: 'The first release that is known is 1.17.0-beta32.',
  };
}

/** What the control plane reads from the Settings, the Service and the environment that the chart gives it. */
function controlPlaneOf(values: ValueMap, namespace: string, given: ControllerOptions = {}): ControlPlane {
  const aws = valueAt(values, 'settings', 'aws');
  const region = valueAt(aws, 'stsCredentialsRegion');
  const fromValues = {
    enableServiceAccountCredentials: truthy(valueAt(aws, 'enableServiceAccountCredentials')),
    stsClusterName: 'aws_sts_cluster',
    stsUri: truthy(region) ? `sts.${String(region)}.amazonaws.com` : 'sts.amazonaws.com',
  };
  return {
    istioIntegration: given.istioIntegration ?? truthy(valueAt(values, 'global', 'istioIntegration', 'enabled')),
    xdsHost: given.xdsHost ?? `gloo.${given.namespace ?? namespace}.svc.cluster.local`,
    xdsPort: given.xdsPort ?? Number(valueAt(values, 'gloo', 'deployment', 'xdsPort') ?? 9977),
    glooMtls: given.glooMtls ?? truthy(valueAt(values, 'global', 'glooMtls', 'enabled')),
    namespace: given.namespace ?? namespace,
    aws: given.aws === null ? undefined : given.aws === undefined ? fromValues : { ...noAws, ...given.aws },
  };
}

const noAws = { enableServiceAccountCredentials: false, stsClusterName: '', stsUri: '' } as const;
