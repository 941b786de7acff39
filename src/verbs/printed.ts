import { leavesOf } from '../explain/value-paths.ts';
import { formatPath, type Path, type Problem, parsePath } from '../problem.ts';
import type { Decision } from '../proxy/decision.ts';
import { originsOf } from '../proxy/origins.ts';
import { print } from '../proxy/print.ts';
import { inheritedFrom } from '../proxy/scope.ts';
import type { CodedMatch } from '../rules/match.ts';
import { valueAt } from '../value.ts';
import type { Prepared } from './prepare.ts';

/** What was decided: about a proxy, or about the objects around all of them. */
type Decided = Decision | Pick<Decision, 'printed'>;

/**
 * Grades the schema's findings by what is printed: a mistake that reaches no manifest stops nothing. Scalars are
 * checked where they are read, except for the fixed choices of Kubernetes.
 */
export function gradeByPrinted(
  decided: readonly Decided[],
  inputs: Pick<Prepared, 'chart' | 'values'>,
): (problem: Problem) => Problem {
  const isReplaced = replacedIn(decided, inputs);
  let prints: readonly ((path: Path, code: string) => boolean)[] | undefined;
  return (problem) => {
    if (problem.severity !== 'error') return problem;
    const path = parsePath(problem.path ?? '');
    prints ??= decided.map((one) => printedIn(one, inputs));
    const isRefused = !isReplaced(problem) && prints.some((isPrinted) => isPrinted(path, problem.code));
    return isRefused ? problem : { ...problem, severity: 'warning' };
  };
}

/** Whether a mistake at a path ends up in what was decided. */
function printedIn(
  decided: Decided,
  inputs: Pick<Prepared, 'chart' | 'values'>,
): (path: Path, code: string) => boolean {
  const { printed } = decided;
  const keysOf = (paths: readonly Path[]): ReadonlySet<string> =>
    new Set(paths.flatMap((path) => placesOf(path, inputs)).map(formatKey));
  const [blocks, scalars] = [keysOf(printed.blocks), keysOf(printed.scalars)];
  const isOverridden = overriddenIn(decided, inputs);
  return (path, code) => {
    const isInBlock = path.some((_, index) => blocks.has(formatKey(path.slice(0, index + 1))));
    return (isInBlock || (code === 'unknown-choice' && scalars.has(formatKey(path)))) && !isOverridden(path);
  };
}

/**
 * Whether an override of the workload replaces what is printed for a value: nothing in the object comes from the value or
 * from anything in it.
 */
function overriddenIn(decided: Decided, inputs: Pick<Prepared, 'chart' | 'values'>): (path: Path) => boolean {
  if (!('overrides' in decided) || decided.overrides.workload === undefined) return () => false;
  let origins: ReadonlySet<string> | undefined;
  return (path) => {
    if (path[0] !== 'gatewayProxies' || !workloadValues.has(path[2])) return false;
    origins ??= new Set(
      originsIn(decided)
        .flatMap((origin) => placesOf(origin, inputs))
        .flatMap(keysAbove),
    );
    return !origins.has(formatKey(path));
  };
}

/** The values of a proxy that are printed in its workload and in no other object. */
const workloadValues: ReadonlySet<string | number | undefined> = new Set(
  'podTemplate kind extraVolumes extraProxyVolumeMounts affinity topologySpreadConstraints'.split(' '),
);

/** Where the parts of a printed workload come from. */
function originsIn(decision: Decision): Path[] {
  const object = print(decision).workload?.object;
  if (object === undefined) return [];
  const { of } = originsOf(decision, object);
  return [...leavesOf(object, [])].map(of).filter((origin) => origin !== undefined);
}

function keysAbove(path: Path): string[] {
  return path.map((_, index) => formatKey(path.slice(0, index + 1)));
}

/** Whether a problem is about a value that an override replaces wherever it is printed. */
export function replacedIn(
  decided: readonly Pick<Decision, 'printed'>[],
  inputs: Pick<Prepared, 'chart' | 'values'>,
): (problem: Problem) => boolean {
  const replaced = new Set(
    decided.flatMap(({ printed }) => printed.replaced.flatMap((path) => placesOf(path, inputs)).map(formatKey)),
  );
  return ({ path = '' }) => replaced.size > 0 && replaced.has(formatKey(parsePath(path)));
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
