import { formatPath, type Path, type Problem, parsePath } from '../problem.ts';
import type { Decision } from '../proxy/decide.ts';
import { inheritedFrom } from '../proxy/scope.ts';
import type { CodedMatch } from '../rules/match.ts';
import { valueAt } from '../value.ts';
import type { Prepared } from './prepare.ts';

/**
 * Grades the schema's findings by what is printed: a mistake that reaches no manifest stops nothing. Scalars are
 * checked where they are read, except for the fixed choices of Kubernetes.
 */
export function gradeByPrinted(
  decided: readonly Pick<Decision, 'printed'>[],
  inputs: Pick<Prepared, 'chart' | 'values'>,
): (problem: Problem) => Problem {
  let places: Record<'blocks' | 'scalars', ReadonlySet<string>> | undefined;
  const placesIn = (list: 'blocks' | 'scalars'): ReadonlySet<string> =>
    new Set(decided.flatMap(({ printed }) => printed[list].flatMap((path) => placesOf(path, inputs)).map(formatKey)));
  return (problem) => {
    if (problem.severity !== 'error') return problem;
    places ??= { blocks: placesIn('blocks'), scalars: placesIn('scalars') };
    const { blocks, scalars } = places;
    const path = parsePath(problem.path ?? '');
    const isInBlock = path.some((_, index) => blocks.has(formatKey(path.slice(0, index + 1))));
    const isRefused = isInBlock || (problem.code === 'unknown-choice' && scalars.has(formatKey(path)));
    return isRefused ? problem : { ...problem, severity: 'warning' };
  };
}

function formatKey(path: Path): string {
  return JSON.stringify(path);
}

/** The schema's codes for a value of the wrong type. */
const aboutContent: ReadonlySet<string> = new Set(['out-of-range', 'unknown-choice', 'loose-type', 'wrong-type']);

/** Whether the verdict of Envoy or the API server on a value overrides the schema's suspicion. */
export function saidMore(matches: readonly CodedMatch[]): (problem: Problem) => boolean {
  const refused = new Set(matches.filter(({ severity }) => severity === 'error').map(({ path }) => formatPath(path)));
  return ({ code, path, severity }) => refused.has(path ?? '') && severity !== 'error' && aboutContent.has(code);
}

/** Where a printed value is written: at its proxy, or where that inherits it from. */
function placesOf(path: Path, { chart, values }: Pick<Prepared, 'chart' | 'values'>): Path[] {
  const base = chart.has('inheritance') ? inheritedFrom(path) : undefined;
  const isInherited = valueAt(values, ...path) === undefined || chart.has('inheritanceFillsEmpty');
  return base !== undefined && isInherited ? [path, base] : [path];
}

/** Values for the gateway proxies of which it shows where they are printed whether they are correct. */
export function isProxyValue([first, second, third, fourth]: Path): boolean {
  // The annotations of a Service are quoted like those of a pod; most of a Service is judged by its types.
  if (first === 'gatewayProxies') return podValues.has(third) || (third === 'service' && serviceValues.has(fourth));
  if (first === 'gateway') return second === 'proxyServiceAccount' && third === 'extraAnnotations';
  if (first !== 'global') return false;
  if (second === 'glooMtls') return sidecarValues.has(third);
  return second === 'image' || (second === 'istioSDS' && third === 'customSidecars');
}

const podValues: ReadonlySet<string | number | undefined> = new Set(
  'failover horizontalPodAutoscaler podTemplate kind extraVolumes extraProxyVolumeMounts affinity topologySpreadConstraints stats tracing'.split(
    ' ',
  ),
);

const serviceValues: ReadonlySet<string | number | undefined> = new Set([
  ...['extraAnnotations', 'httpNodePort', 'httpsNodePort'],
]);

const sidecarValues: ReadonlySet<string | number | undefined> = new Set(
  'sds istioProxy sdsResources envoySidecarResources'.split(' '),
);
