import { hideInProblems } from '../diff/secret-messages.ts';
import { formatPath, hasErrors, type Problem, ProblemList, parsePath } from '../problem.ts';
import { type Decision, decide } from '../proxy/decide.ts';
import { type Companions, companionsOf } from '../proxy/objects/companions.ts';
import type { Companion } from '../proxy/objects/object.ts';
import { type Manifest, type Printed, print, printCompanion } from '../proxy/print.ts';
import type { Proxy } from '../proxy/proxies.ts';
import { bootstrapFindings, setsBootstrap } from '../rules/envoy.ts';
import { ignoresOf } from '../rules/ignore.ts';
import { checkValues } from '../schema/check.ts';
import { addPlaced, type Prepared, placed, prepare, type RequestOptions } from './prepare.ts';
import { gradeByPrinted } from './printed.ts';
import type { ShownKind } from './shown-kinds.ts';
import { type Status, verdictOf } from './verdict.ts';

export type { Manifest };

export type RenderOptions = RequestOptions & {
  /** Only this proxy, by its key under gatewayProxies or by the name of its objects. */
  readonly proxy?: string;
  /** All objects of the proxies, or only the workloads and their ConfigMaps; all where left out. */
  readonly objects?: 'all' | 'workloads';
  /** Only objects of this kind; a Deployment and a DaemonSet are of one. */
  readonly show?: ShownKind;
};

export interface Rendering {
  /** ConfigMaps, workloads, then the other kinds, each by namespace and name; empty when there is an error among the problems. */
  readonly manifests: readonly Manifest[];
  readonly problems: readonly Problem[];
  /** The release that was rendered; empty when none was found. */
  readonly chartVersion: string;
  /** What was taken from the values' files besides values, where they say more: a release, a namespace. */
  readonly notes?: readonly string[];
}

/**
 * The objects of the gateway proxies, as Gloo's chart of the release gives them for the values: Deployments or DaemonSets,
 * Envoy's ConfigMaps, service accounts, Services, autoscalers, disruption budgets and Gateways. Nothing throws for bad input:
 * `problems` says it, with its place where the values have one.
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
  const decisions = proxies.map(decide);
  const companions = hasErrors(prepared.problems) ? noCompanions : companionsFor(options, prepared, proxies);
  const list = new ProblemList('one document');
  for (const problem of prepared.problems) list.add(placed(problem, layers));
  if (isMissing) list.add(unknownProxy(options.proxy ?? '', keys));
  for (const { problems } of [...decisions, companions])
    for (const problem of problems) list.add(placed(problem, layers));
  if (!hasErrors(layers.problems)) {
    findBySchema(options, prepared, [...decisions, companions], list);
    if (options.show !== 'deployment') findByEnvoy(options, prepared, decisions, list);
  }
  const reported = hideInProblems(list.sorted(), layers.values);
  const manifests = hasErrors(reported)
    ? []
    : [
        ...inApplyOrder(decisions.flatMap((decision) => shown(print(decision), options.show))),
        ...inApplyOrder(companions.objects.map((object) => printCompanion(object, { chart }))),
      ];
  const notes = prepared.notes.length === 0 ? {} : { notes: prepared.notes };
  return { manifests, problems: reported, chartVersion: chart.release, ...notes };
}

/** A rendering, and how it ended: without manifests unless it went well. */
export interface RenderResult extends Rendering {
  readonly status: Status;
}

/** Renders for one cluster, alone or one of many. What is not defined is not asked for; with `strict`, warnings are errors. */
export function renderRequest(
  request: RequestOptions,
  {
    proxy,
    objects = 'all',
    show,
    strict = false,
  }: {
    proxy?: string | undefined;
    objects?: RenderOptions['objects'] | undefined;
    show?: RenderOptions['show'] | undefined;
    strict?: boolean;
  } = {},
): RenderResult {
  const scope = { objects, ...(proxy === undefined ? {} : { proxy }), ...(show === undefined ? {} : { show }) };
  const rendering = renderGatewayProxies({ ...request, ...scope });
  const verdict = verdictOf(rendering.problems, strict);
  return { ...rendering, ...verdict, manifests: verdict.status === 'ok' ? rendering.manifests : [] };
}

/**
 * What the release's schema says, but for what comments in the values ask not to hear of. Only what would be refused in the
 * proxies' own objects stops a rendering: what is wrong with other parts of the chart does not.
 */
function findBySchema(
  { values }: RenderOptions,
  prepared: Prepared,
  decided: Parameters<typeof gradeByPrinted>[0],
  list: ProblemList,
): void {
  const { chart, layers } = prepared;
  const ignores = ignoresOf(values);
  let grade: ReturnType<typeof gradeByPrinted> | undefined;
  checkValues(layers.values, chart, ({ at, ...problem }) => {
    grade ??= gradeByPrinted(decided, prepared);
    addPlaced({ list, layers, ignores }, grade(problem), at);
  });
}

/**
 * What Envoy refuses of the bootstraps. What no Envoy can read stops a rendering; for all else the chart's output is printed, with a
 * warning.
 */
function findByEnvoy(
  { values }: RenderOptions,
  { layers }: Prepared,
  decisions: readonly Decision[],
  list: ProblemList,
): void {
  if (!setsBootstrap(layers.values)) return;
  const ignores = ignoresOf(values);
  for (const decision of decisions) {
    for (const { isHopeless, path, message, hint, at } of bootstrapFindings(decision, print(decision))) {
      const problem: Problem = {
        code: 'invalid-bootstrap',
        severity: isHopeless ? 'error' : 'warning',
        message,
        path: formatPath(path),
        ...(hint === undefined ? {} : { hint }),
      };
      addPlaced({ list, layers, ignores }, problem, at);
    }
  }
}

function shown({ configMap, workload }: Printed, show: RenderOptions['show']): Manifest[] {
  const wanted = [
    show === undefined || show === 'configmap' ? configMap : undefined,
    show === undefined || show === 'deployment' ? workload : undefined,
  ];
  return wanted.filter((manifest) => manifest !== undefined);
}

const noCompanions: Companions = { objects: [], printed: { blocks: [], scalars: [] }, problems: [] };

/** What stands around the workloads of the proxies that are asked for, as far as its kind is. */
function companionsFor(
  { objects: extent, show, proxy }: RenderOptions,
  { values, chart, release }: Prepared,
  proxies: readonly Proxy[],
): Companions {
  if (extent === 'workloads' || show === 'deployment' || show === 'configmap') return noCompanions;
  const { objects, printed, problems } = companionsOf(values, chart, release);
  const keys = new Set(proxies.map(({ key }) => key));
  const namespaces = new Set(proxies.map(({ namespace }) => namespace));
  const isWanted = ({ kind, proxy: of, namespace }: Companion): boolean =>
    (show === undefined || show === kind.toLowerCase()) &&
    (proxy === undefined || (kind === 'ServiceAccount' ? namespaces.has(namespace) : keys.has(of)));
  const isOfOther = ({ path = '' }: Problem): boolean => {
    const [first, key] = parsePath(path);
    return proxy !== undefined && first === 'gatewayProxies' && typeof key === 'string' && !keys.has(key);
  };
  return { objects: objects.filter(isWanted), printed, problems: problems.filter((problem) => !isOfOther(problem)) };
}

function unknownProxy(wanted: string, known: readonly string[]): Problem {
  const hint = known.length === 0 ? 'These values have no gateway proxy.' : `The values have ${known.join(', ')}.`;
  return { code: 'unknown-proxy', severity: 'error', message: `There is no gateway proxy ${wanted}.`, hint };
}

const rank: Readonly<Record<Manifest['kind'], number>> = {
  GatewayClass: 0,
  GatewayParameters: 0,
  ServiceAccount: 0,
  Secret: 0,
  ConfigMap: 1,
  Service: 2,
  Deployment: 3,
  DaemonSet: 3,
  HorizontalPodAutoscaler: 4,
  PodDisruptionBudget: 5,
  Gateway: 6,
};

/** In an order in which they can be applied. */
export function inApplyOrder(manifests: readonly Manifest[]): Manifest[] {
  const key = ({ namespace, name }: Manifest): string => `${namespace}\u0000${name}`;
  return [...manifests].sort((a, b) => rank[a.kind] - rank[b.kind] || (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
