import { findRelease } from '../chart/releases.ts';
import { checkWorld } from '../istio/check/check.ts';
import type { KnownWorld, MtlsCheck, Objects } from '../istio/check/types.ts';
import { parseIstioVersion } from '../objects/istio-version.ts';
import { membersOf } from '../objects/object.ts';
import type { Side } from '../objects/read.ts';
import { hasErrors, type Problem, sortProblems } from '../problem.ts';
import { defined, isMap, textOf, type ValueMap } from '../value.ts';
import { controlPlaneInputs } from './control-plane.ts';
import { prepare, type RequestOptions } from './prepare.ts';
import { renderGatewayProxies } from './render.ts';
import { renderKubeGateways } from './render-kube.ts';

/**
 * What is known about Gloo and the mesh: objects, and the values of Gloo's chart, which supply the proxies and the
 * Settings if they are not among the objects. With values, `chartVersion` and `namespace` are Gloo's release and
 * namespace.
 */
export type MtlsWorld = KnownWorld & RequestOptions;

/**
 * Whether requests to each Upstream arrive over the mesh's mutual TLS, as a chain of reasons: the proxy has the SDS
 * cluster, its sidecar writes certificates there, the Upstream presents them, the pod terminates mTLS, policies allow
 * the gateway. A row is `works` only if nothing that was not given could change that; `unknown` names what would decide
 * in `missing`. Never throws: faults of the input are among the problems.
 */
export function checkMtls(world: MtlsWorld = {}): MtlsCheck {
  const { known, problems } = readKnown(world);
  if (!Array.isArray(known.values)) {
    const { glooVersion = known.chartVersion, glooNamespace = known.namespace } = known;
    const result = checkWorld({ ...known, glooVersion, glooNamespace });
    return { rows: result.rows, problems: sortProblems([...problems, ...result.problems]) };
  }
  const { objects, notes, release, namespace, ...rendered } = fromValues(known);
  const { glooVersion = release, glooNamespace = namespace } = known;
  const result = checkWorld({ ...known, glooVersion, glooNamespace, objects: [...listOf(known.objects), ...objects] });
  return {
    rows: result.rows,
    problems: once([...problems, ...rendered.problems, ...result.problems]),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

/** Texts are read in several places. */
function once(problems: readonly Problem[]): Problem[] {
  return [...new Map(sortProblems(problems).map((problem) => [JSON.stringify(problem), problem])).values()];
}

const texts = [
  ...(['chartVersion', 'namespace', 'releaseName', 'glooVersion', 'glooNamespace'] as const),
  ...(['istioVersion', 'rootNamespace', 'trustDomain'] as const),
];

/** The world without values of the wrong type, which a JavaScript caller may pass. */
function readKnown(world: MtlsWorld): { readonly known: MtlsWorld; readonly problems: Problem[] } {
  if (!isMap(world as ValueMap)) return { known: {}, problems: [wrongType('the world', 'an object')] };
  const known: Record<string, unknown> = { ...world };
  const problems: Problem[] = [];
  for (const name of texts) {
    if (known[name] === undefined || typeof known[name] === 'string') continue;
    if (known[name] !== null) problems.push(wrongType(name, 'a string'));
    delete known[name];
  }
  if (known['values'] !== undefined && !Array.isArray(known['values'])) {
    problems.push(wrongType('values', 'a list'));
    delete known['values'];
  }
  if (Array.isArray(known['values'])) {
    const maps = known['values'].filter((entry) => isMap(entry));
    if (maps.length < known['values'].length) problems.push(wrongType('each of values', 'a named text or a map'));
    known['values'] = maps;
  }
  for (const [name, parse] of versions) {
    const text = known[name];
    if (typeof text !== 'string') continue;
    const problem = parse(text);
    if (problem !== undefined) problems.push(problem);
  }
  return { known: known as MtlsWorld, problems };
}

function releaseProblem(text: string): Problem | undefined {
  const found = findRelease(text);
  return typeof found === 'string' ? undefined : found;
}

const versions: readonly (readonly [string, (text: string) => Problem | undefined])[] = [
  ['glooVersion', releaseProblem],
  ['chartVersion', releaseProblem],
  [
    'istioVersion',
    (text) =>
      parseIstioVersion(text) === undefined
        ? {
            code: 'invalid-option',
            severity: 'error',
            message: `istioVersion is ${JSON.stringify(text.slice(0, 100))}, which is not a version of Istio.`,
            hint: 'write it as 1.22.3',
          }
        : undefined,
  ],
];

function wrongType(name: string, wanted: string): Problem {
  return { code: 'invalid-option', severity: 'error', message: `${name} must be ${wanted}, but is missing.` };
}

function listOf(objects: Objects | undefined): readonly (string | ValueMap)[] {
  // A source is a map of strings, which its interface does not declare.
  if (objects === undefined || objects === null) return [];
  return (Array.isArray(objects) ? objects : [objects]) as readonly (string | ValueMap)[];
}

interface FromValues {
  readonly objects: readonly ValueMap[];
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
  readonly release: string | undefined;
  readonly namespace: string | undefined;
}

/** The proxies that the chart renders from the values, and what it tells Gloo's control plane about Istio. */
function fromValues(known: MtlsWorld): FromValues {
  const { objects: _, ...options } = known;
  const { manifests, problems, notes = [] } = renderGatewayProxies({ ...options, objects: 'workloads' });
  const prepared = prepare(known);
  if (!('chart' in prepared)) return { objects: [], problems, notes, release: undefined, namespace: undefined };
  const { chart, release } = prepared;
  const deployed = deployedFor(known, options);
  const objects = [...manifests.map(({ object }) => object), ...deployed.objects, ...controlPlaneInputs(prepared)];
  return {
    ...{ objects, notes, release: chart.release, namespace: release.namespace },
    problems: [...problems, ...deployed.problems],
  };
}

/** What keeps a proxy from existing, or from getting a configuration, although it can be printed. */
const stopped: ReadonlySet<string> = new Set(['kube-object-refused', 'kube-without-gloo-mtls', 'unknown-choice']);

/**
 * The proxies of the Gateways among the objects; none if there is a problem with these, and then no verdict covers
 * them.
 */
function deployedFor(
  { objects, namespace }: MtlsWorld,
  options: RequestOptions,
): { readonly objects: readonly ValueMap[]; readonly problems: readonly Problem[] } {
  const given = listOf(objects);
  if (!given.some(mayBeGateway)) return { objects: [], problems: [] };
  const side = { gateways: given as Side, ...defined({ namespace }) };
  const { manifests, problems: found } = renderKubeGateways({ ...options, ...side, isLenient: true });
  const problems = found
    .filter(({ code }) => code !== 'no-gateway')
    .map((problem): Problem => {
      if (problem.code === 'unknown-release') return { ...problem, code: 'gateway-without-proxy', severity: 'warning' };
      return stopped.has(problem.code) ? { ...problem, severity: 'error' } : problem;
    });
  return { objects: hasErrors(problems) ? [] : manifests.map(({ object }) => object), problems };
}

/** Whether a text or an object may be, or contain, a Gateway of the Kubernetes Gateway API. */
function mayBeGateway(given: string | ValueMap): boolean {
  const group = 'gateway.networking.k8s.io';
  if (typeof given === 'string') return given.includes(group);
  if (!isMap(given)) return false;
  const { text, object } = given;
  if (typeof text === 'string') return text.includes(group);
  return membersOf(isMap(object) ? object : given).some(([one]) => textOf(one['apiVersion'])?.includes(group) === true);
}
