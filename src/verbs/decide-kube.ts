import { truthy } from '../go/template.ts';
import { decideKube, type KubeDecision } from '../kube/decide.ts';
import { type KubeWorld, parametersAnnotation } from '../kube/gateway.ts';
import type { KubeController } from '../kube/proxy.ts';
import { type KubeObject, kubeObject } from '../objects/object.ts';
import { readSide, type Side } from '../objects/read.ts';
import type { Problem } from '../problem.ts';
import { errorPaths, isAround } from '../rules/envoy.ts';
import { kubeRefusals } from '../rules/kube-refused.ts';
import { problemOf } from '../rules/match.ts';
import { mapAt, mapOf, mapsIn, type Value, type ValueMap } from '../value.ts';
import { shorten } from '../words.ts';
import { findInKubePod, type KubeJudging } from './kube-findings.ts';
import { installedFor } from './kube-installed.ts';
import { type Prepared, placed } from './prepare.ts';

/** What the control plane knows about itself; omitted parts are derived from the values. */
export interface ControllerOptions extends Partial<Omit<KubeController, 'aws'>> {
  /** null: no AWS options in the Settings. */
  readonly aws?: Partial<NonNullable<KubeController['aws']>> | null;
}

/** Objects of a cluster. Each may be in any of the lists, because its kind identifies it. */
export interface KubeInput {
  readonly gateways: Side;
  readonly gatewayClasses?: Side;
  readonly gatewayParameters?: Side;
  readonly listenerSets?: Side;
  readonly secrets?: Side;
  readonly controller?: ControllerOptions;
  /** Whether the objects are among others, whose problems are reported elsewhere. */
  readonly isLenient?: boolean;
  /** Whether it is acceptable to have no Gateway at all. */
  readonly mayBeNone?: boolean;
}

/** The cluster's objects for these proxies: those that are given, and those that the chart installs. */
interface Cluster {
  readonly gateways: readonly KubeObject[];
  readonly world: KubeWorld;
  readonly controller: KubeController;
  readonly problems: readonly Problem[];
}

function clusterOf(prepared: Prepared, input: Partial<KubeInput>): Cluster {
  const { layers, values, release } = prepared;
  const installed = installedFor(prepared);
  const given = kubeObjectsIn(input, release.namespace);
  const own = installed.manifests.map(({ object }) => kubeObject(object, release.namespace));
  const isReplaced = (one: KubeObject): boolean => isOfHelm(one) && own.some((other) => isSame(one, other));
  const all = [...given.objects.filter((one) => !isReplaced(one)), ...own];
  const strangers = given.objects.filter(isOfOtherVersion);
  const ofKind = (...kinds: readonly string[]): KubeObject[] =>
    all.filter((one) => kinds.includes(one.kind) && !strangers.includes(one));
  const secrets = ofKind('Secret');
  const world: KubeWorld = {
    classes: ofKind('GatewayClass'),
    parameters: ofKind('GatewayParameters'),
    listenerSets: ofKind('ListenerSet', 'XListenerSet'),
    namespaces: ofKind('Namespace'),
    secrets: secrets.length > 0 || input.secrets !== undefined ? secrets : undefined,
  };
  const isOurs = (gateway: KubeObject): boolean => isOfGatewayApi(gateway) && !isOfAnother(gateway, world);
  return {
    gateways: ofKind('Gateway').filter(isOurs),
    world,
    controller: controllerOf(values, release.namespace, input.controller),
    problems: [
      ...given.problems,
      ...strangers.map(otherVersion),
      ...installed.found.problems.map((problem) => placed(problem, layers)),
    ],
  };
}

/** What Helm has installed is rendered again with the values. */
function isOfHelm({ object }: KubeObject): boolean {
  const { labels, annotations } = mapAt(object, 'metadata');
  return mapOf(labels)['app.kubernetes.io/managed-by'] === 'Helm' || 'meta.helm.sh/release-name' in mapOf(annotations);
}

function isSame(one: KubeObject, other: KubeObject): boolean {
  const isOfNamespace = one.kind === 'GatewayClass' || one.namespace === other.namespace;
  return one.kind === other.kind && one.name === other.name && isOfNamespace;
}

/** The decisions about Gateways, and the problems with values and objects. */
export interface KubeDecisions {
  readonly decisions: readonly KubeDecision[];
  readonly problems: readonly Problem[];
}

/** Decides about every Gateway, or the one with this name. */
export function decideGateways(prepared: Prepared, input: KubeInput, name: string | undefined): KubeDecisions {
  const { chart } = prepared;
  if (!chart.has('kubeParameters')) return { decisions: [], problems: [notKnown(chart)] };
  const { gateways, world, controller, problems } = clusterOf(prepared, input);
  const decisions = gateways
    .filter((gateway) => name === undefined || gateway.name === name)
    .map((gateway) => decideKube(gateway, world, controller, chart));
  return {
    decisions,
    problems: [
      ...problems,
      ...decisions.flatMap((decision) => [...decision.problems, ...kubeRefusals(decision, chart)]),
      ...(world.secrets === undefined ? decisions.flatMap(withoutData) : []),
      ...(decisions.length === 0 && input.mayBeNone !== true ? [noGateway] : []),
    ],
  };
}

/**
 * The problems with objects for these proxies. Parameters that no Gateway refers to are tried with one without any
 * settings. What the API server refuses is an error.
 */
export function judgeKubeObjects(
  prepared: Prepared,
  input: Partial<KubeInput>,
  judging: Pick<KubeJudging, 'lint' | 'mesh'>,
): readonly Problem[] {
  const { chart, release } = prepared;
  if (!chart.has('kubeParameters')) return [notKnown(chart)];
  const { gateways, world, controller, problems } = clusterOf(prepared, input);
  const decide = (gateway: KubeObject): KubeDecision => decideKube(gateway, world, controller, chart);
  const decisions = gateways.map(decide);
  const used = new Set(decisions.flatMap(({ sources }) => sources));
  const installed = installedFor(prepared).objects.parameters !== undefined;
  const isInstalled = (object: KubeObject): boolean => installed && isOfChart(object, release.namespace);
  const idle = world.parameters.filter((object) => !used.has(object) && !isInstalled(object));
  const tried = installed ? idle.map((object) => decide(standInGateway(object.namespace, [], object.name))) : [];
  return [
    ...problems,
    ...[...decisions, ...tried].flatMap((decision, index) => {
      const refused = kubeRefusals(decision, chart).map((problem): Problem => ({ ...problem, severity: 'error' }));
      const known = errorPaths(refused);
      const found = findInKubePod(decision, { chart, ...judging, isStandIn: index >= decisions.length }).flatMap(
        (match) => {
          if (match.path.length > 0 && known.some((one) => isAround(one, match.path))) return [];
          // Problems with the chart's own parameters are found at the values.
          const own = decision.sources.filter((source) => !isInstalled(source));
          const object = match.path.length === 0 ? own[0] : decision.sourceOf(match.path);
          const { path: _, ...about } = problemOf(match);
          return object === undefined || isInstalled(object) ? [] : [object.problem(about, match.path)];
        },
      );
      return [...decision.problems, ...refused, ...found];
    }),
  ];
}

function isOfChart({ name, namespace }: KubeObject, installed: string): boolean {
  return name === 'gloo-gateway' && namespace === installed;
}

function standInGateway(namespace: string, listeners: readonly ValueMap[], parameters?: string): KubeObject {
  const annotations = parameters === undefined ? {} : { [parametersAnnotation]: parameters };
  return kubeObject({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'gateway', namespace, annotations },
    spec: { gatewayClassName: 'gloo-gateway', listeners },
  });
}

/**
 * What the control plane would deploy for a Gateway with nothing but the ports of the values, and the problems with the
 * values for it. No decision if the chart installs no GatewayParameters.
 */
export function standInFor(prepared: Prepared): {
  readonly decision: KubeDecision | undefined;
  readonly problems: readonly Problem[];
} {
  const { objects, found } = installedFor(prepared);
  const { chart, values, release } = prepared;
  if (objects.parameters === undefined) return { decision: undefined, problems: found.problems };
  const ports = mapsIn(mapAt(values, 'kubeGateway', 'gatewayParameters', 'glooGateway', 'service')['ports']);
  const listeners = ports.map(({ port = null }, index) => ({ name: `port-${index}`, port }));
  const { world, controller } = clusterOf(prepared, {});
  const gateway = standInGateway(release.namespace, listeners);
  return { decision: decideKube(gateway, world, controller, chart), problems: found.problems };
}

/** Parameters of another product, or of an API version that Gloo does not have: its control plane ignores them. */
function isOfOtherVersion({ kind, apiVersion }: KubeObject): boolean {
  return kind === 'GatewayParameters' && apiVersion !== parametersVersion;
}

const parametersVersion = 'gateway.gloo.solo.io/v1alpha1';

function otherVersion(one: KubeObject): Problem {
  const message = `GatewayParameters ${shorten(one.name, 100)} are of ${shorten(one.apiVersion, 100)}, which is none of Gloo's: no Gateway can name them.`;
  const about = { code: 'kube-part-ignored', severity: 'warning', message } as const;
  return one.problem({ ...about, hint: `Gloo's are of ${parametersVersion}.` }, ['apiVersion']);
}

/** Istio and Gloo itself have kinds with the same name. */
function isOfGatewayApi({ apiVersion }: KubeObject): boolean {
  return apiVersion.startsWith('gateway.networking.k8s.io/');
}

/** The copy of certificates that were not given. */
function withoutData({ gateway, objects }: KubeDecision): Problem[] {
  if (objects?.secret === undefined) return [];
  const message = `Gateway ${shorten(gateway.name, 100)} gets a copy of the Secret gloo-mtls-certs, which was not given: it is printed without its data.`;
  return [gateway.problem({ code: 'secret-without-data', severity: 'info', message })];
}

/** Whether the class of a Gateway belongs to another controller, such as Istio's. */
function isOfAnother({ object }: KubeObject, { classes }: KubeWorld): boolean {
  const wanted = mapAt(object, 'spec')['gatewayClassName'];
  const found = classes.find(({ name }) => name === wanted);
  const controller = mapAt(found?.object, 'spec')['controllerName'];
  return controller !== undefined && controller !== 'solo.io/gloo-gateway';
}

const noGateway: Problem = {
  code: 'no-gateway',
  severity: 'error',
  message: 'There is no Gateway of one of Gloo’s classes among the objects.',
  hint: 'a Gateway of the Kubernetes Gateway API has apiVersion gateway.networking.k8s.io/v1',
};

/** The objects of every side, and the problems with their texts. */
export function kubeObjectsIn(
  { gateways, gatewayClasses, gatewayParameters, listenerSets, secrets, isLenient = false }: Partial<KubeInput>,
  namespace: string,
): { readonly objects: readonly KubeObject[]; readonly problems: readonly Problem[] } {
  const sides = { gateways, gatewayClasses, gatewayParameters, listenerSets, secrets };
  const read = Object.entries(sides).map(([name, side]) => readSide(side ?? [], { name, namespace, isLenient }));
  return { objects: read.flatMap(({ objects }) => objects), problems: read.flatMap(({ problems }) => problems) };
}

/** Releases that deploy nothing for a Gateway, and those for which it is unknown what they deploy. */
function notKnown({ release, has }: Prepared['chart']): Problem {
  const first = 'The first supported release is 1.17.0-beta32';
  const [message, hint] = has('kubeClass')
    ? [
        `What the control plane of ${release} deploys for a Gateway is unknown: it uses a chart of its own that changed from beta to beta.`,
        `${first}, whose chart writes GatewayParameters for the first time.`,
      ]
    : [
        `Release ${release} deploys nothing for Gateways of the Kubernetes Gateway API: its chart installs no GatewayClass.`,
        `${first}; 1.17.0-beta9 is the first with a GatewayClass.`,
      ];
  return { code: 'unknown-release', severity: 'error', message, hint };
}

/** What the control plane reads from the Settings, the Service and the environment that the chart renders. */
function controllerOf(values: ValueMap, namespace: string, given: ControllerOptions = {}): KubeController {
  const { enableServiceAccountCredentials, stsCredentialsRegion } = mapAt(values, 'settings', 'aws');
  const own = given.namespace ?? namespace;
  const region = truthy(stsCredentialsRegion) ? textIn(stsCredentialsRegion) : '';
  const port = Number(textIn(mapAt(values, 'gloo', 'deployment')['xdsPort'] ?? 9977));
  const fromValues = {
    enableServiceAccountCredentials: truthy(enableServiceAccountCredentials),
    stsClusterName: 'aws_sts_cluster',
    stsUri: region === '' ? 'sts.amazonaws.com' : `sts.${region}.amazonaws.com`,
  };
  const { aws = fromValues } = given;
  return {
    istioIntegration: given.istioIntegration ?? truthy(mapAt(values, 'global', 'istioIntegration')['enabled']),
    xdsHost: given.xdsHost ?? `gloo.${own}.svc.cluster.local`,
    xdsPort: given.xdsPort ?? (Number.isInteger(port) ? port : 9977),
    glooMtls: given.glooMtls ?? truthy(mapAt(values, 'global', 'glooMtls')['enabled']),
    namespace: own,
    aws: aws === null ? undefined : { ...noAws, ...aws },
  };
}

/** A scalar as it is printed; a map is not one, whatever its keys are called. */
function textIn(value: Value | undefined): string {
  return typeof value === 'object' ? '' : String(value ?? '');
}

const noAws = { enableServiceAccountCredentials: false, stsClusterName: '', stsUri: '' } as const;
