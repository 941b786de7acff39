import { hideInProblems } from '../diff/secret-messages.ts';
import { truthy } from '../go/template.ts';
import { type ChartObjects, chartObjectsOf } from '../kube/chart-objects.ts';
import { decideKube, type KubeDecision } from '../kube/decide.ts';
import type { KubeWorld } from '../kube/gateway.ts';
import { type PrintedKube, printChartObjects, printKube } from '../kube/print.ts';
import type { KubeController } from '../kube/proxy.ts';
import { type KubeObject, kubeObject } from '../objects/object.ts';
import { readSide, type Side } from '../objects/read.ts';
import { hasErrors, type Problem, ProblemList } from '../problem.ts';
import type { Manifest } from '../proxy/print.ts';
import { type Found, mapIn, nothingFound, type Scope } from '../proxy/scope.ts';
import { mapAt, type ValueMap } from '../value.ts';
import { type Prepared, placed, prepare, type RequestOptions } from './prepare.ts';
import { inApplyOrder } from './render.ts';

/** What the control plane knows of itself; what is left out follows from the values. */
export interface ControllerOptions extends Partial<Omit<KubeController, 'aws'>> {
  /** null: no AWS options in the Settings. */
  readonly aws?: Partial<NonNullable<KubeController['aws']>> | null;
}

/** Objects of a cluster. Each may also stand among the others: the kind says what it is. */
interface KubeInput {
  readonly gateways: Side;
  readonly gatewayClasses?: Side;
  readonly gatewayParameters?: Side;
  readonly listenerSets?: Side;
  readonly secrets?: Side;
  readonly controller?: ControllerOptions;
}

export type RenderKubeOptions = RequestOptions & KubeInput;

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
export function renderKubeGateways(options: RenderKubeOptions): KubeRendering {
  const prepared = prepare(options);
  if (!('chart' in prepared)) return { manifests: [], problems: prepared.problems, chartVersion: '' };
  const { chart, layers } = prepared;
  const list = new ProblemList('many documents');
  for (const problem of prepared.problems) if (problem.code !== 'no-proxy-rendered') list.add(placed(problem, layers));
  const { decisions, problems } = decideGateways(prepared, options);
  list.addAll(problems);
  const reported = hideInProblems(list.sorted(), layers.values);
  const manifests = hasErrors(reported) ? [] : decisions.flatMap((decision) => allOf(printKube(decision)));
  return { manifests: inApplyOrder(manifests), problems: reported, chartVersion: chart.release };
}

function allOf(printed: PrintedKube | undefined): Manifest[] {
  return printed === undefined ? [] : [printed.configMap, printed.workload, ...printed.others];
}

/** What the chart installs for these proxies, and what is wrong with the values of it. */
function installedFor({ chart, values, release }: Prepared): {
  readonly objects: ChartObjects;
  readonly manifests: readonly Manifest[];
  readonly found: Found;
} {
  const found = nothingFound(chart.index);
  const top: Scope = { map: values, path: [], found };
  const { name: releaseName, namespace: releaseNamespace } = release;
  const objects = chartObjectsOf({ chart, values: top, global: mapIn(top, 'global'), releaseName, releaseNamespace });
  return { objects, manifests: printChartObjects(objects), found };
}

/** Decides about each Gateway, with what is wrong with values and objects. */
function decideGateways(
  prepared: Prepared,
  input: KubeInput,
): { readonly decisions: readonly KubeDecision[]; readonly problems: readonly Problem[] } {
  const { chart, layers, values, release } = prepared;
  if (!chart.has('kubeParameters')) return { decisions: [], problems: [notKnown(chart.release)] };
  const installed = installedFor(prepared);
  const given = objectsIn(input, release.namespace);
  const all = [...given.objects, ...installed.manifests.map(({ object }) => kubeObject(object, release.namespace))];
  const ofKind = (...kinds: readonly string[]): KubeObject[] => all.filter(({ kind }) => kinds.includes(kind));
  const secrets = ofKind('Secret');
  const world: KubeWorld = {
    classes: ofKind('GatewayClass'),
    parameters: ofKind('GatewayParameters'),
    listenerSets: ofKind('ListenerSet', 'XListenerSet'),
    namespaces: ofKind('Namespace'),
    secrets: secrets.length > 0 || input.secrets !== undefined ? secrets : undefined,
  };
  const control = controlPlaneOf(values, release.namespace, input.controller);
  const decisions = ofKind('Gateway')
    .filter(isOfGatewayApi)
    .map((gateway) => decideKube(gateway, world, control, chart));
  const problems = [
    ...given.problems,
    ...installed.found.problems.map((problem) => placed(problem, layers)),
    ...decisions.flatMap(({ problems }) => problems),
    ...(decisions.length === 0 ? [noGateway] : []),
  ];
  return { decisions, problems };
}

/** Istio and Gloo itself have kinds of the same name. */
function isOfGatewayApi({ apiVersion }: KubeObject): boolean {
  return apiVersion.startsWith('gateway.networking.k8s.io/');
}

const noGateway: Problem = {
  code: 'nothing-to-judge',
  severity: 'error',
  message: 'There is no Gateway of the Kubernetes Gateway API among the objects.',
  hint: 'a Gateway is of apiVersion gateway.networking.k8s.io/v1',
};

function objectsIn(
  { gateways, gatewayClasses, gatewayParameters, listenerSets, secrets }: KubeInput,
  namespace: string,
): { readonly objects: readonly KubeObject[]; readonly problems: readonly Problem[] } {
  const sides = { gateways, gatewayClasses, gatewayParameters, listenerSets, secrets };
  const read = Object.entries(sides).map(([name, side]) => readSide(side ?? [], { name, namespace }));
  return { objects: read.flatMap(({ objects }) => objects), problems: read.flatMap(({ problems }) => problems) };
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
function controlPlaneOf(values: ValueMap, namespace: string, given: ControllerOptions = {}): KubeController {
  const { enableServiceAccountCredentials, stsCredentialsRegion } = mapAt(values, 'settings', 'aws');
  const own = given.namespace ?? namespace;
  const fromValues = {
    enableServiceAccountCredentials: truthy(enableServiceAccountCredentials),
    stsClusterName: 'aws_sts_cluster',
    stsUri: truthy(stsCredentialsRegion) ? `sts.${String(stsCredentialsRegion)}.amazonaws.com` : 'sts.amazonaws.com',
  };
  const { aws = fromValues } = given;
  return {
    istioIntegration: given.istioIntegration ?? truthy(mapAt(values, 'global', 'istioIntegration')['enabled']),
    xdsHost: given.xdsHost ?? `gloo.${own}.svc.cluster.local`,
    xdsPort: given.xdsPort ?? Number(mapAt(values, 'gloo', 'deployment')['xdsPort'] ?? 9977),
    glooMtls: given.glooMtls ?? truthy(mapAt(values, 'global', 'glooMtls')['enabled']),
    namespace: own,
    aws: aws === null ? undefined : { ...noAws, ...aws },
  };
}

const noAws = { enableServiceAccountCredentials: false, stsClusterName: '', stsUri: '' } as const;
