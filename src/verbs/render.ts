import { hideInProblems } from '../diff/secret-messages.ts';
import { formatPath, hasErrors, type Problem, ProblemList } from '../problem.ts';
import { type Decision, decide } from '../proxy/decide.ts';
import { type Manifest, type Printed, print } from '../proxy/print.ts';
import { bootstrapFindings, setsBootstrap } from '../rules/envoy.ts';
import { ignoresOf } from '../rules/ignore.ts';
import { checkValues } from '../schema/check.ts';
import { withoutFollowUps } from './follow-ups.ts';
import { addPlaced, type Prepared, placed, prepare, type RequestOptions } from './prepare.ts';
import { gradeByPrinted } from './printed.ts';

export type { Manifest };

export type RenderOptions = RequestOptions & {
  /** Only this proxy, by its key under gatewayProxies or by the name of its objects. */
  readonly proxy?: string;
  /** Only the workloads (Deployments and DaemonSets), or only the ConfigMaps. */
  readonly show?: 'deployment' | 'configmap';
};

export interface Rendering {
  /** ConfigMaps before workloads, each by namespace and name; empty when there is an error among the problems. */
  readonly manifests: readonly Manifest[];
  readonly problems: readonly Problem[];
  /** The release that was rendered; empty when none was found. */
  readonly chartVersion: string;
  /** What was taken from the values' files besides values, where they say more: a release, a namespace. */
  readonly notes?: readonly string[];
}

/**
 * The gateway proxies' Deployments or DaemonSets and their Envoy ConfigMaps, as Gloo's chart of the release gives them for
 * the values. Nothing throws for bad input: `problems` says it, with its place where the values have one.
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
  const list = new ProblemList('one document');
  for (const problem of prepared.problems) list.add(placed(problem, layers));
  if (isMissing) list.add(unknownProxy(options.proxy ?? '', keys));
  for (const { problems } of decisions) for (const problem of problems) list.add(placed(problem, layers));
  if (!hasErrors(layers.problems)) {
    findBySchema(options, prepared, decisions, list);
    if (options.show !== 'deployment') findByEnvoy(options, prepared, decisions, list);
  }
  const reported = hideInProblems(withoutFollowUps(list.sorted()), layers.values);
  const manifests = hasErrors(reported) ? [] : decisions.flatMap((decision) => shown(print(decision), options.show));
  const notes = prepared.notes.length === 0 ? {} : { notes: prepared.notes };
  return { manifests: inOrder(manifests), problems: reported, chartVersion: chart.release, ...notes };
}

/**
 * What the release's schema says, but for what comments in the values ask not to hear of. Only what would be refused in the
 * proxies' own objects stops a rendering: what is wrong with other parts of the chart does not.
 */
function findBySchema(
  { values }: RenderOptions,
  { chart, layers }: Prepared,
  decisions: readonly Decision[],
  list: ProblemList,
): void {
  const ignores = ignoresOf(values);
  let grade: ReturnType<typeof gradeByPrinted> | undefined;
  checkValues(layers.values, chart, ({ at, ...problem }) => {
    grade ??= gradeByPrinted(decisions);
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
  const wanted = [show === 'deployment' ? undefined : configMap, show === 'configmap' ? undefined : workload];
  return wanted.filter((manifest) => manifest !== undefined);
}

function unknownProxy(wanted: string, known: readonly string[]): Problem {
  const hint = known.length === 0 ? 'These values have no gateway proxy.' : `The values have ${known.join(', ')}.`;
  return { code: 'unknown-proxy', severity: 'error', message: `There is no gateway proxy ${wanted}.`, hint };
}

const rank = { ConfigMap: 0, Deployment: 1, DaemonSet: 1 } as const;

function inOrder(manifests: readonly Manifest[]): Manifest[] {
  const key = ({ namespace, name }: Manifest): string => `${namespace}\u0000${name}`;
  return [...manifests].sort((a, b) => rank[a.kind] - rank[b.kind] || (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
