import { bootstrapFindings, setsBootstrap } from '../rules/envoy.ts';
import { ignoresOf, withoutIgnored } from '../rules/ignore.ts';
import { type Manifest, manifestsOf } from '../proxy/manifest.ts';
import { mutualTlsOf, type Proxy } from '../proxy/proxies.ts';
import { type Prepared, placed, prepare, type RequestOptions } from './prepare.ts';
import { formatPath, hasErrors, oncePerPath, type Problem, sortProblems } from '../problem.ts';
import { checkValues } from '../schema/check.ts';

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
  const others = hasErrors(layers.problems)
    ? []
    : [
        ...schemaProblems(options, prepared),
        ...(options.show === 'deployment' ? [] : envoyProblems(options, prepared, proxies)),
      ];
  const reported = sortProblems(oncePerPath([...problems.map((problem) => placed(problem, layers)), ...others]));
  return { manifests: hasErrors(reported) ? [] : inOrder(manifests), problems: reported, chartVersion: chart.release };
}

/**
 * What the release's schema says, but for what comments in the values ask not to hear of. Only what would be refused in the
 * proxies' own objects stops a rendering: what is wrong with other parts of the chart does not.
 */
function schemaProblems({ values }: RenderOptions, { chart, layers, proxies }: Prepared): Problem[] {
  const found = checkValues(layers.values, chart).map(({ at, ...problem }) => placed(problem, layers, at));
  if (found.length === 0) return found;
  const sidecars = proxies.some(({ context }) => mutualTlsOf(context).istio || mutualTlsOf(context).gloo);
  return withoutIgnored(found, ignoresOf(values)).map((problem) => {
    const path = problem.path ?? '';
    const isPrinted = podValues.test(path) || (sidecars && sidecarValues.test(path));
    return problem.severity !== 'error' || isPrinted ? problem : { ...problem, severity: 'warning' };
  });
}

/**
 * What Envoy refuses of the bootstraps. What no Envoy can read stops a rendering; for all else the chart's output is printed, with a
 * warning.
 */
function envoyProblems({ values }: RenderOptions, { layers }: Prepared, proxies: readonly Proxy[]): Problem[] {
  if (!setsBootstrap(layers.values)) return [];
  const found = proxies.flatMap(bootstrapFindings).map(({ isHopeless, path, message, hint, at }): Problem => {
    const problem: Problem = {
      code: 'invalid-bootstrap',
      severity: isHopeless ? 'error' : 'warning',
      message,
      path: formatPath(path),
      ...(hint === undefined ? {} : { hint }),
    };
    return placed(problem, layers, at);
  });
  return found.length === 0 ? found : withoutIgnored(found, ignoresOf(values));
}

/** The values that reach pods as Kubernetes' own types; the model judges all others itself. */
const podValues =
  /^(?:global\.(?:istioSDS\.customSidecars|image)|gatewayProxies\.(?:\\.|[^.\\])+\.(?:podTemplate|kind|extraVolumes|extraProxyVolumeMounts|affinity|topologySpreadConstraints))(?:[.[]|$)/;
const sidecarValues = /^global\.glooMtls\.(?:sds|istioProxy|sdsResources|envoySidecarResources)(?:[.[]|$)/;

function unknownProxy(wanted: string, known: readonly string[]): Problem {
  const hint = known.length === 0 ? 'These values have no gateway proxy.' : `The values have ${known.join(', ')}.`;
  return { code: 'unknown-proxy', severity: 'error', message: `There is no gateway proxy ${wanted}.`, hint };
}

const rank = { ConfigMap: 0, Deployment: 1, DaemonSet: 1 } as const;

function inOrder(manifests: readonly Manifest[]): Manifest[] {
  const key = ({ namespace, name }: Manifest): string => `${namespace}\u0000${name}`;
  return [...manifests].sort((a, b) => rank[a.kind] - rank[b.kind] || (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
