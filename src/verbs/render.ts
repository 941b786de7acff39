import { hideInProblems } from '../diff/secret-messages.ts';
import { proxyCompanionKinds } from '../objects/proxy-kinds.ts';
import { hasErrors, type Path, type Problem, ProblemList, parsePath } from '../problem.ts';
import { decide } from '../proxy/decide.ts';
import type { Decision } from '../proxy/decision.ts';
import { type Companions, companionsOf } from '../proxy/objects/companions.ts';
import type { Companion } from '../proxy/objects/object.ts';
import { type Manifest, type Printed, print, printCompanion } from '../proxy/print.ts';
import type { Proxy } from '../proxy/proxies.ts';
import type { Found, PrintedPlaces } from '../proxy/scope.ts';
import { bootstrapFindings, setsBootstrap } from '../rules/envoy.ts';
import { ignoresOf } from '../rules/ignore.ts';
import { type CodedMatch, problemOf } from '../rules/match.ts';
import { type SoundProxies, soundProxies } from '../rules/proxies.ts';
import { isAboutPods, refusedValues, setsObjects } from '../rules/refused.ts';
import type { RenderedProxy } from '../rules/rule.ts';
import { writtenAt } from '../rules/run.ts';
import { checkValues } from '../schema/check.ts';
import { defined, type ValueMap } from '../value.ts';
import { partialControlPlane } from './control-plane.ts';
import { inApplyOrder } from './draw.ts';
import { withoutFollowUps } from './follow-ups.ts';
import type { Grading } from './grading.ts';
import { installedFor } from './kube-installed.ts';
import { addPlaced, type Prepared, placed, prepare, type RequestOptions } from './prepare.ts';
import { gradeByPrinted, saidMore } from './printed.ts';
import { isShown, type ShownKind } from './shown-kinds.ts';
import { type Status, verdictOf } from './verdict.ts';

export type { Manifest };

export interface RenderOptions extends RequestOptions {
  /** Only this proxy, by its key under gatewayProxies or by the name of its objects. */
  readonly proxy?: string;
  /** All objects of the proxies, or only the workloads and their ConfigMaps; all by default. */
  readonly objects?: 'all' | 'workloads';
  /** Whether `controlPlane` of the result is wanted. */
  readonly controlPlane?: boolean;
  /** Only objects of this kind, or of one of these; Deployment and DaemonSet count as one kind. */
  readonly show?: ShownKind | readonly ShownKind[];
}

export interface Rendering {
  /**
   * ConfigMaps, workloads, then the other kinds, each by namespace and name; empty if there is an error among the
   * problems.
   */
  readonly manifests: readonly Manifest[];
  readonly problems: readonly Problem[];
  /**
   * On request: what Istio's and mTLS values change outside the proxies (labels of the Namespace, Settings, Gloo's
   * Deployments, Jobs that create certificates), in parts of objects, each with the annotation `glistio/partial`.
   */
  readonly controlPlane?: readonly ValueMap[];
  /** The release that was rendered; empty if none was found. */
  readonly chartVersion: string;
  /** What was taken from the values' files besides values, if they say more: a release, a namespace. */
  readonly notes?: readonly string[];
}

/**
 * The objects of the gateway proxies, as Gloo's chart of the release renders them for the values: Deployments or
 * DaemonSets, Envoy's ConfigMaps, service accounts, Services, autoscalers, disruption budgets and Gateways. Never
 * throws for bad input: it is reported in `problems`, with its place if the values have one.
 */
export function renderGatewayProxies(options: RenderOptions = {}): Rendering {
  const prepared = prepare(options);
  if (!('chart' in prepared)) return { manifests: [], problems: prepared.problems, chartVersion: '' };
  const { chart, layers } = prepared;
  const proxies = prepared.proxies.filter(
    ({ key, name }) => options.proxy === undefined || options.proxy === key || options.proxy === name,
  );
  const keys = prepared.proxies.map(({ key }) => key);
  const isMissing = options.proxy !== undefined && proxies.length === 0 && !hasErrors(prepared.problems);
  const known = soundProxies(prepared.proxies.map(decide), layers.values);
  const decisions = known.sound.filter(({ proxy }) => proxies.some(({ key }) => key === proxy.key));
  const list = new ProblemList('one document');
  for (const problem of prepared.problems.filter(known.isNews)) list.add(placed(problem, layers));
  if (isMissing) list.add(unknownProxy(options.proxy ?? '', keys));
  const companions = hasErrors(prepared.problems) ? noCompanions : companionsFor(options, prepared, proxies);
  const installed = hasErrors(prepared.problems) ? nothingInstalled : installedInRendering(options, prepared);
  const around = [companions, installed.found];
  for (const { problems } of [...decisions, ...around])
    for (const problem of problems.filter(known.isNews)) list.add(placed(problem, layers));
  const rendered = decisions.map(printedWhenAsked);
  if (!hasErrors(layers.problems)) {
    const refused = setsObjects(layers.values)
      ? rendered.flatMap((one) => refusedInRendering(one, prepared.appliesOnServer))
      : [];
    const matches = [...known.found, ...refused].concat(
      isShown('ConfigMap', options.show) && setsBootstrap(layers.values) ? rendered.flatMap(refusedByEnvoy) : [],
    );
    findProblems(options, prepared, { decided: [...decisions, ...around], matches, isNews: known.isNews }, list);
  }
  const reported = hideInProblems(withoutFollowUps(list.sorted()), layers.values);
  const manifests = hasErrors(reported)
    ? []
    : [
        ...inApplyOrder(rendered.flatMap(({ printed }) => shown(printed, options.show))),
        ...inApplyOrder(companions.objects.map((object) => printCompanion(object, { chart }))),
        ...installed.manifests,
      ];
  const notes = prepared.notes.length === 0 ? {} : { notes: prepared.notes };
  return {
    manifests,
    problems: reported,
    ...partsFor(options, prepared, reported),
    chartVersion: chart.release,
    ...notes,
  };
}

/** What changes outside the proxies, on request. */
function partsFor(
  { controlPlane }: RenderOptions,
  prepared: Prepared,
  problems: readonly Problem[],
): Pick<Rendering, 'controlPlane'> {
  if (controlPlane !== true) return {};
  return { controlPlane: hasErrors(problems) ? [] : partialControlPlane(prepared) };
}

const nothingPrinted: PrintedPlaces = { blocks: [], scalars: [], replaced: [] };
const nothingInstalled = { manifests: [], found: { problems: [], printed: nothingPrinted } };

/** What the chart installs for Kubernetes Gateways, as far as it is requested. */
function installedInRendering(
  { objects, show, proxy }: RenderOptions,
  prepared: Prepared,
): Pick<ReturnType<typeof installedFor>, 'manifests'> & {
  readonly found: Pick<Found, 'problems'> & { readonly printed: PrintedPlaces };
} {
  const isAsked = isShown('GatewayClass', show) || isShown('GatewayParameters', show);
  if (objects === 'workloads' || proxy !== undefined || !isAsked) return nothingInstalled;
  const { manifests, found } = installedFor(prepared);
  return { manifests: manifests.filter(({ kind }) => isShown(kind, show)), found };
}

/** A rendering and its outcome: without manifests unless it succeeded. */
export interface RenderResult extends Rendering {
  readonly status: Status;
}

/** Renders for one cluster, alone or one of many. Undefined options count as unset; `grading` decides what fails it. */
export function renderRequest(
  request: RequestOptions,
  {
    proxy,
    objects = 'all',
    show,
    controlPlane = false,
    grading,
  }: {
    proxy?: string | undefined;
    objects?: RenderOptions['objects'] | undefined;
    show?: RenderOptions['show'] | undefined;
    controlPlane?: boolean;
    grading?: Grading;
  } = {},
): RenderResult {
  const scope = {
    objects,
    controlPlane,
    ...defined({ proxy, show }),
  };
  const rendering = renderGatewayProxies({ ...request, ...scope });
  const verdict = verdictOf(rendering.problems, grading);
  if (verdict.status === 'ok') return { ...rendering, ...verdict };
  return { ...rendering, ...verdict, manifests: [], ...(controlPlane ? { controlPlane: [] } : {}) };
}

/** A proxy whose objects are printed once, and only on demand. */
function printedWhenAsked(decision: Decision): RenderedProxy {
  let printed: Printed | undefined;
  return {
    decision,
    get printed() {
      printed ??= print(decision);
      return printed;
    },
  };
}

/**
 * The findings in the objects and by the release's schema, except those that comments in the values ignore. Only what
 * would be refused in the proxies' own objects stops a rendering: problems with other parts of the chart do not.
 */
function findProblems(
  { values }: RenderOptions,
  prepared: Prepared,
  {
    decided,
    matches,
    isNews,
  }: {
    readonly decided: readonly Pick<Decision, 'printed'>[];
    readonly matches: readonly CodedMatch[];
    readonly isNews: SoundProxies['isNews'];
  },
  list: ProblemList,
): void {
  const { chart, layers } = prepared;
  const ignores = ignoresOf(values);
  for (const match of matches) {
    const path = writtenAt(match.path, layers.values);
    addPlaced({ list, layers, ignores }, problemOf({ ...match, path }), match.at);
  }
  const said = saidMore(matches);
  const grade = gradeByPrinted(decided, prepared);
  const { appliesOnServer } = prepared;
  checkValues(
    layers.values,
    chart,
    ({ at, ...problem }) => {
      if (isNews(problem) && !said(problem)) addPlaced({ list, layers, ignores }, grade(problem), at);
    },
    appliesOnServer,
  );
}

/**
 * What no Envoy can read stops a rendering; for everything else that Envoy refuses the chart's output is printed, with
 * a warning.
 */
function refusedByEnvoy({ decision, printed }: RenderedProxy): CodedMatch[] {
  return bootstrapFindings(decision, printed).map((found) => ({
    ...found,
    code: 'invalid-bootstrap',
    severity: found.isHopeless ? 'error' : 'warning',
  }));
}

/**
 * What the API server refuses: in overrides, names and labels it stops a rendering. Everything else is printed as the
 * chart prints it, with a warning.
 */
function refusedInRendering({ decision, printed }: RenderedProxy, appliesOnServer: boolean): CodedMatch[] {
  return refusedValues(decision, printed, appliesOnServer).map((match): CodedMatch => {
    const { code, path } = match;
    const isHopeless =
      !isAboutPods(code) &&
      !isLabelOfConfigMap(path) &&
      (path.includes('kubeResourceOverride') || isNameOrLabel(code, path));
    return isHopeless ? match : { ...match, severity: 'warning' };
  });
}

function isNameOrLabel(code: string, path: Path): boolean {
  const isLabel = code === 'invalid-label' || (path[0] === 'global' && path[1] === 'additionalLabels');
  return isLabel || path.length === 2 || path[2] === 'namespace';
}

function isLabelOfConfigMap([, , holder, override, metadata, field]: Path): boolean {
  return holder === 'configMap' && override === 'kubeResourceOverride' && metadata === 'metadata' && field !== 'name';
}

function shown({ configMap, workload }: Printed, show: RenderOptions['show']): Manifest[] {
  const wanted = [
    isShown('ConfigMap', show) ? configMap : undefined,
    isShown('Deployment', show) ? workload : undefined,
  ];
  return wanted.filter((manifest) => manifest !== undefined);
}

const noCompanions: Companions = { objects: [], printed: nothingPrinted, problems: [] };

/**
 * The objects around the workloads of the selected proxies, if their kind is selected. Otherwise what is wrong with
 * them stops nothing, but Helm still reads their templates.
 */
function companionsFor(
  { objects: extent, show, proxy }: RenderOptions,
  { values, chart, release }: Prepared,
  proxies: readonly Proxy[],
): Companions {
  const isAny = proxyCompanionKinds.some((kind) => isShown(kind, show));
  if (extent === 'workloads') return noCompanions;
  const { objects, printed, problems } = companionsOf(values, chart, release);
  const keys = new Set(proxies.map(({ key }) => key));
  const namespaces = new Set(proxies.map(({ namespace }) => namespace));
  const isWanted = ({ kind, proxy: of, namespace }: Companion): boolean =>
    isShown(kind, show) &&
    (proxy === undefined || (kind === 'ServiceAccount' ? namespaces.has(namespace) : keys.has(of)));
  const isOfOther = ({ path = '' }: Problem): boolean => {
    const [first, key] = parsePath(path);
    return proxy !== undefined && first === 'gatewayProxies' && typeof key === 'string' && !keys.has(key);
  };
  const concerned = problems.filter((problem) => !isOfOther(problem));
  return isAny
    ? { objects: objects.filter(isWanted), printed, problems: concerned }
    : { ...noCompanions, problems: concerned.map((problem) => ({ ...problem, severity: 'warning' })) };
}

function unknownProxy(wanted: string, known: readonly string[]): Problem {
  const hint = known.length === 0 ? 'These values have no gateway proxy.' : `The values have ${known.join(', ')}.`;
  return { code: 'unknown-proxy', severity: 'error', message: `There is no gateway proxy ${wanted}.`, hint };
}
