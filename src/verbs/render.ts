import { hideInProblems } from '../diff/secret-messages.ts';
import { hasErrors, type Path, type Problem, ProblemList } from '../problem.ts';
import { decide } from '../proxy/decide.ts';
import { type Manifest, type Printed, print } from '../proxy/print.ts';
import { mutualTlsOf } from '../proxy/proxies.ts';
import { ignoresOf } from '../rules/ignore.ts';
import { checkValues } from '../schema/check.ts';
import { addPlaced, type Prepared, placed, prepare, type RequestOptions } from './prepare.ts';

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
  const list = new ProblemList();
  for (const problem of prepared.problems) list.add(placed(problem, layers));
  if (isMissing) list.add(unknownProxy(options.proxy ?? '', keys));
  for (const { problems } of decisions) for (const problem of problems) list.add(placed(problem, layers));
  if (!hasErrors(layers.problems)) findBySchema(options, prepared, list);
  const reported = hideInProblems(list.sorted(), layers.values);
  const manifests = hasErrors(reported) ? [] : decisions.flatMap((decision) => shown(print(decision), options.show));
  return { manifests: inOrder(manifests), problems: reported, chartVersion: chart.release };
}

/**
 * What the release's schema says, but for what comments in the values ask not to hear of. Only what would be refused in the
 * proxies' own objects stops a rendering: what is wrong with other parts of the chart does not.
 */
function findBySchema({ values }: RenderOptions, { chart, layers, proxies }: Prepared, list: ProblemList): void {
  const ignores = ignoresOf(values);
  let sidecars: boolean | undefined;
  const isPrinted = (path: Path): boolean => {
    if (isPodValue(path)) return true;
    sidecars ??= proxies.some(({ context }) => mutualTlsOf(context).istio || mutualTlsOf(context).gloo);
    return sidecars && isSidecarValue(path);
  };
  checkValues(
    layers.values,
    chart,
    ({ at, ...problem }) => addPlaced({ list, layers, ignores }, problem, at),
    isPrinted,
  );
}

/** The values that reach pods as Kubernetes' own types; the model judges all others itself. */
function isPodValue([first, second, third]: Path): boolean {
  if (first === 'global') return second === 'image' || (second === 'istioSDS' && third === 'customSidecars');
  return first === 'gatewayProxies' && podValues.has(third);
}

const podValues: ReadonlySet<string | number | undefined> = new Set(
  'podTemplate kind extraVolumes extraProxyVolumeMounts affinity topologySpreadConstraints'.split(' '),
);

function isSidecarValue([first, second, third]: Path): boolean {
  return first === 'global' && second === 'glooMtls' && sidecarValues.has(third);
}

const sidecarValues: ReadonlySet<string | number | undefined> = new Set(
  'sds istioProxy sdsResources envoySidecarResources'.split(' '),
);

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
