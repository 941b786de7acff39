import { checkBootstrap, type EnvoyFinding, newestEnvoy } from '../envoy/check.ts';
import { filledIn } from '../objects/bootstrap.ts';
import { formatPath, type Path, type Problem, parsePath } from '../problem.ts';
import type { Decision } from '../proxy/decision.ts';
import type { Printed } from '../proxy/print.ts';
import type { Proxy } from '../proxy/proxies.ts';
import { Recent } from '../recent.ts';
import { defined, isMap, mapAt, type ValueMap, valueAt, wordOf } from '../value.ts';
import { readYaml } from '../yaml/read.ts';
import { bootstrapOriginsOf } from './bootstrap-origin.ts';
import type { RuleMatch } from './match.ts';

/** What Envoy refuses in a proxy's bootstrap, reported at the values that cause it. */
export interface BootstrapFinding extends RuleMatch {
  readonly severity: 'error' | 'warning';
  /**
   * Whether printing is pointless: no Envoy can read what the values ask for, neither this release's nor a newer one in
   * the user's own image. A whole `envoy.yaml` in the values is printed unchanged.
   */
  readonly isHopeless: boolean;
}

/** Values of a proxy that end up in its bootstrap. */
const ofProxy = [
  ...['configMap', 'customStaticLayer', 'envoyApiVersion', 'envoyBootstrapExtensions', 'envoyOverloadManager'],
  ...['envoyStaticClusters', 'envoyStatsConfig', 'globalDownstreamMaxConnections', 'healthyPanicThreshold'],
  ...['loopBackAddress', 'pathWithEscapedSlashesAction', 'stats', 'tcpKeepaliveTimeSeconds', 'tracing'],
  ...['xdsServiceAddress', 'xdsServicePort'],
];
/** Other values that end up there. */
const ofAll: readonly Path[] = [
  ...['accessLogger', 'k8s', 'settings'].map((key) => [key]),
  ['gloo', 'deployment'],
  ['global', 'glooStats'],
];

/** Whether the user's values affect a bootstrap at all. Envoy accepts the chart's own bootstrap. */
export function setsBootstrap(given: ValueMap): boolean {
  const proxies = given['gatewayProxies'];
  return (
    ofAll.some((path) => valueAt(given, ...path) !== undefined) ||
    (isMap(proxies) &&
      Object.values(proxies).some((proxy) => isMap(proxy) && ofProxy.some((key) => Object.hasOwn(proxy, key))))
  );
}

/**
 * Checks the `envoy.yaml` that was printed for a proxy with src/envoy, and reports what it finds at the values it comes
 * from. Values that already have a problem are skipped: the consequences would be noise.
 */
export function bootstrapFindings(decision: Decision, { configMap }: Printed): BootstrapFinding[] {
  if (decision.proxy.disabled || configMap === undefined) return [];
  const known = errorPaths(decision.problems);
  return findingsOf(decision, configMap.object).filter(({ path }) => !known.some((other) => isAround(other, path)));
}

/** The paths of errors. */
export function errorPaths(problems: readonly Problem[]): Path[] {
  return problems.flatMap(({ severity, path }) =>
    severity === 'error' && path !== undefined ? [parsePath(path)] : [],
  );
}

/** Whether one path is a prefix of the other. */
export function isAround(outer: Path, inner: Path): boolean {
  return outer.every((step, index) => step === inner[index]) || inner.every((step, index) => step === outer[index]);
}

function findingsOf(decision: Decision, object: ValueMap): BootstrapFinding[] {
  const { proxy, configMap } = decision;
  if (configMap === undefined) return [];
  const override: Path = ['configMap', 'kubeResourceOverride', 'data', 'envoy.yaml'];
  if (typeof valueAt(proxy.own.map, ...override) === 'string' && proxy.context.chart.has('resourceOverride'))
    return ownText(proxy, wordOf(valueAt(proxy.own.map, ...override)), [...proxy.own.path, ...override]);
  const lost = [override.slice(0, -1), override].find((at) => valueAt(proxy.own.map, ...at) === null);
  const isLost = decision.overrides.configMap !== undefined && mapAt(object, 'data')['envoy.yaml'] == null;
  if (lost !== undefined && isLost) return [noBootstrap(proxy.name, [...proxy.own.path, ...lost])];
  if (configMap.data !== undefined) {
    const text = configMap.data['envoy.yaml'];
    const path = [...proxy.spec.path, 'configMap', 'data'];
    return typeof text === 'string' ? ownText(proxy, text, [...path, 'envoy.yaml']) : [noBootstrap(proxy.name, path)];
  }
  if (configMap.bootstrap === undefined) return [];
  const text = printedBootstrap(decision, object);
  if (text === undefined) return [];
  const originOf = bootstrapOriginsOf(proxy, configMap.bootstrap);
  const { envoy } = proxy.context.chart;
  const found = checkPrinted(text, envoy);
  const hopeless = hopelessPlaces(
    envoy === newestEnvoy || found.length === 0 ? found : checkPrinted(text, newestEnvoy),
  );
  return found.map((finding) => {
    const path = originOf(finding.path);
    const where = isSame(path, finding.path) ? '' : ` (${formatPath(finding.path)} of envoy.yaml)`;
    return {
      ...asFinding(finding, path, { name: proxy.name, envoy }, where),
      isHopeless: hopeless.has(formatPath(finding.path)),
    };
  });
}

/** Reports a ConfigMap without the file from which Envoy starts. */
export function noBootstrap(name: string, path: Path): BootstrapFinding {
  return {
    path,
    severity: 'error',
    isHopeless: false,
    message: `This leaves ${name} without envoy.yaml, from which Envoy starts.`,
    hint: 'Add envoy.yaml, starting from the one that `glistio render` prints without this.',
  };
}

/** What Envoy cannot read, regardless of how its server is built. */
function hopelessPlaces(findings: readonly EnvoyFinding[]): ReadonlySet<string> {
  const places = findings.filter(({ by, severity }) => by !== 'server' && severity === 'error');
  return new Set(places.map(({ path }) => formatPath(path)));
}

/** Whether the place in the values is as specific as the one in the bootstrap. */
function isSame(path: Path, inBootstrap: Path): boolean {
  return path.at(-1) === inBootstrap.at(-1) && typeof path.at(-1) === 'string' && path.length > 3;
}

function printedBootstrap({ problems }: Decision, object: ValueMap): string | undefined {
  if (problems.some(({ severity, path }) => severity === 'error' && path === undefined)) return undefined;
  const text = valueAt(object, 'data', 'envoy.yaml');
  return typeof text === 'string' ? text : undefined;
}

const recent = new Recent<readonly EnvoyFinding[]>(16);

/**
 * Envoy's findings in a printed bootstrap. The clusters of a fleet often share one, so the last few results are cached.
 */
function checkPrinted(text: string, envoy: number): readonly EnvoyFinding[] {
  return recent.get(`${envoy} ${text}`, () => {
    const { value } = readYaml({ name: 'envoy.yaml', text: filledIn(text) });
    return value === undefined ? [] : checkBootstrap(value, { envoy });
  });
}

/** A string that is a proxy's whole bootstrap, and the Envoy that reads it; undefined if that is unknown. */
interface WholeBootstrap {
  readonly name: string;
  readonly envoy: number | undefined;
  /** The place of the string. */
  readonly path: Path;
}

function ownText({ name, context }: Proxy, text: string, path: Path): BootstrapFinding[] {
  return findingsInText(text, { name, envoy: context.chart.envoy, path });
}

/** What Envoy refuses in a whole bootstrap. */
export function findingsInText(text: string, whole: WholeBootstrap): BootstrapFinding[] {
  const { name, envoy, path } = whole;
  const { value, problems, place } = readYaml({ name: 'envoy.yaml', text: filledIn(text) });
  const broken = problems.find(({ severity }) => severity === 'error');
  if (!isMap(value)) {
    const why = broken?.line === undefined ? '' : ` Line ${broken.line} of it: ${broken.message}`;
    const message = `The envoy.yaml of ${name} is not a YAML map: Envoy does not start with it.${why}`;
    return [
      {
        isHopeless: false,
        severity: 'error',
        path,
        at: 'key',
        inside: broken?.line === undefined ? undefined : { line: broken.line, column: broken.column ?? 1 },
        message,
        hint: 'Start from what `glistio render` prints without configMap.data.',
      },
    ];
  }
  if (envoy === undefined) return [];
  return checkBootstrap(value, { envoy }).map((finding) => {
    const where = finding.path.length === 0 ? '' : ` (${formatPath(finding.path)})`;
    const inside = finding.path.length === 0 ? undefined : place(finding.path, finding.at ?? 'value');
    return { ...asFinding(finding, path, { name, envoy }, where), at: 'key' as const, inside };
  });
}

function asFinding(
  finding: EnvoyFinding,
  path: Path,
  { name, envoy }: { readonly name: string; readonly envoy: number },
  where: string,
): BootstrapFinding {
  const { severity, message, hint, at: part } = finding;
  return {
    isHopeless: false,
    severity,
    path,
    message: `${message.replace(/\.$/, `${where}.`)}${
      hint === undefined ? ` Envoy 1.${envoy} does not start with ${name}’s bootstrap.` : ''
    }`,
    ...defined({ hint, at: part }),
  };
}
