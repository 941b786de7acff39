import type { Chart } from './chart/chart.ts';
import { ignoresOf, withoutIgnored } from './check/ignore.ts';
import { type Manifest, manifestsOf } from './manifest/manifest.ts';
import { placed, prepare, type RequestOptions } from './pipeline.ts';
import { hasErrors, oncePerPath, type Problem, sortProblems } from './problem.ts';
import { checkValues } from './values/check.ts';
import type { Layers } from './values/layers.ts';

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
  const { chart, layers, problems } = prepared;
  const proxies = prepared.proxies.filter(
    ({ key, name }) => options.proxy === undefined || options.proxy === key || options.proxy === name,
  );
  if (options.proxy !== undefined && proxies.length === 0 && !hasErrors(problems)) {
    problems.push(
      unknownProxy(
        options.proxy,
        prepared.proxies.map(({ key }) => key),
      ),
    );
  }
  const manifests = proxies.flatMap((proxy) => manifestsOf(proxy, options.show));
  const bySchema = hasErrors(layers.problems) ? [] : schemaProblems(options, chart, layers);
  const reported = sortProblems(oncePerPath([...problems.map((problem) => placed(problem, layers)), ...bySchema]));
  return { manifests: hasErrors(reported) ? [] : inOrder(manifests), problems: reported, chartVersion: chart.release };
}

/** What the release's schema says, but for what comments in the values ask not to hear of. */
function schemaProblems({ values }: RenderOptions, chart: Chart, layers: Layers): Problem[] {
  const found = checkValues(layers.values, chart).map(({ at, ...problem }) => placed(problem, layers, at));
  return found.length === 0 ? found : withoutIgnored(found, ignoresOf(values));
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
