import { refusedParts } from '../apiserver/check.ts';
import { keyFault } from '../apiserver/names.ts';
import type { Chart } from '../chart/chart.ts';
import { type Path, parsePath } from '../problem.ts';
import type { Decision } from '../proxy/decision.ts';
import { configMapOriginOf, originsOf } from '../proxy/origins.ts';
import type { Manifest, Printed } from '../proxy/print.ts';
import { checkKubernetesObject } from '../schema/check-kubernetes.ts';
import type { ValueProblem } from '../schema/check-scope.ts';
import { equal, isMap, lookupTable, mapAt, type Value, type ValueMap, valueAt } from '../value.ts';
import { readBare } from '../yaml/bare.ts';
import { errorPaths, isAround } from './envoy.ts';
import type { CodedMatch } from './match.ts';

/**
 * Values of a proxy that end up in its workload or in the metadata of its ConfigMap, and that can only be checked in
 * the printed object.
 */
const ofProxy: readonly string[] = [
  ...['kubeResourceOverride', 'configMap', 'affinity', 'topologySpreadConstraints', 'extraVolumes'],
  ...['extraEnvoyArgs', 'extraProxyVolumeMounts', 'kind', 'namespace', 'podTemplate'],
];

/** Values, and values in maps, in a form that is certainly accepted. */
type Accepted = ((value: Value) => boolean) | { readonly [key: string]: Accepted };

const isCount: Accepted = (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 1000;
const isPort: Accepted = (value) => typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536;
const isAmount: Accepted = (value) =>
  isCount(value) || (typeof value === 'string' && /^\d{1,6}(?:m|Mi|Gi)?$/.test(value));

/** Whether YAML reads a short text as it is, with or without quotes. */
const isWord = (text: Value): boolean => typeof text === 'string' && text.length < 1000 && readBare(text) === text;
const areAnnotations: Accepted = (value) =>
  isMap(value) &&
  Object.keys(value).length < 100 &&
  Object.entries(value).every(([key, text]) => keyFault(key) === undefined && isWord(key) && isWord(text));

/**
 * What most users set, in the forms in which they do: nothing in the printed object depends on it that the API server
 * could refuse, and reading and judging that object would be half of a rendering.
 */
const accepted = lookupTable<Accepted>({
  kind: lookupTable({ deployment: lookupTable({ replicas: isCount }) }),
  podTemplate: lookupTable<Accepted>({
    extraAnnotations: areAnnotations,
    httpPort: isPort,
    httpsPort: isPort,
    resources: lookupTable({ requests: lookupTable({ cpu: isAmount, memory: isAmount }) }),
  }),
});

function isAccepted(value: Value, form: Accepted | undefined): boolean {
  if (form === undefined) return false;
  if (typeof form === 'function') return form(value);
  return isMap(value) && Object.entries(value).every(([key, inner]) => isAccepted(inner, form[key]));
}

/**
 * Whether the user's values set anything in a proxy's objects that the API server could refuse. It accepts the chart's
 * own.
 */
export function setsObjects(given: ValueMap): boolean {
  const isRefusable = (proxy: Value, key: string): boolean => {
    const value = valueAt(proxy, key);
    return value !== undefined && !isAccepted(value, accepted[key]);
  };
  return (
    valueAt(given, 'global', 'additionalLabels') !== undefined ||
    valueAt(given, 'global', 'istioIntegration', 'istioSidecarRevTag') !== undefined ||
    Object.entries(mapAt(given, 'gatewayProxies')).some(
      ([key, proxy]) => key !== 'gatewayProxy' || ofProxy.some((part) => isRefusable(proxy, part)),
    )
  );
}

/** Whether a code belongs to a rule about the contents of a pod. */
export function isAboutPods(code: string): boolean {
  return podCodes.has(code);
}

const podCodes: ReadonlySet<string> = new Set([
  ...['dns-policy-without-config', 'duplicate-container', 'duplicate-mount-path', 'duplicate-port-name'],
  ...['duplicate-volume', 'seccomp-without-profile', 'unknown-volume'],
]);

/**
 * Checks what was printed for a proxy with src/apiserver, and reports what the API server refuses at the values it
 * comes from. What the chart adds by itself is not the values' fault, and values that already have a problem are
 * skipped.
 */
export function refusedValues(
  decision: Decision,
  { workload, configMap }: Printed,
  appliesOnServer: boolean,
): CodedMatch[] {
  const known = errorPaths(decision.problems);
  const { chart } = decision.proxy.context;
  const found = (manifest: Manifest, originOf: (part: Path) => Path | undefined): CodedMatch[] =>
    partsRefused(manifest, chart, appliesOnServer).flatMap((part) => {
      const path = originOf(part.path);
      return path === undefined || known.some((other) => isAround(other, path)) ? [] : [atProxy({ ...part, path })];
    });
  return [
    ...(workload === undefined ? [] : found(workload, originsOf(decision, workload.object).of)),
    ...(configMap === undefined ? [] : found(configMap, configMapOriginOf(decision))),
  ];
}

/** An object and its kind, which the object itself may state differently. */
interface AnyObject {
  readonly kind: string;
  readonly object: ValueMap;
}

/**
 * What the API server refuses in an object that was not rendered here: it may be from a newer Kubernetes, or only a
 * part.
 */
export function refusedInObject(object: AnyObject, chart: Chart): CodedMatch[] {
  return partsRefused(object, chart).filter(({ code }) => code.startsWith('invalid-') || code === 'wrong-type');
}

const instead: Readonly<Record<string, string>> = lookupTable({
  containers: 'podTemplate.extraContainers adds a container; other values of podTemplate change the proxy’s own.',
  initContainers: 'podTemplate.extraInitContainers adds an init container.',
  volumes: 'extraVolumes adds a volume.',
  volumeMounts: 'extraProxyVolumeMounts adds a mount.',
  env: 'kind.deployment.customEnv adds a variable.',
  ports: 'podTemplate.extraPorts adds a port.',
  args: 'extraEnvoyArgs adds an argument.',
});

/** What to use instead of an override that replaces a list, or of one of its items. */
export function insteadOf(path: Path): string {
  const at = path.findLastIndex((step) => typeof step === 'string');
  const list = String(path[at]);
  // Ports in the spec are a Service's; those of a container are in an item of a list.
  if (list === 'ports' && path[at - 1] === 'spec') return 'service.customPorts adds a port.';
  return instead[list] ?? 'Repeat here the items to keep.';
}

/** A problem with the name that a proxy’s key becomes is reported at the key. */
function atProxy(match: CodedMatch): CodedMatch {
  if (match.code === 'missing-value' && match.path.includes('kubeResourceOverride') && match.hint === undefined) {
    const hint = `This list replaces the chart’s: ${insteadOf(match.path)}`;
    return typeof match.path.at(-1) === 'number' ? { ...match, hint } : match;
  }
  if (match.path.length > 2 || !codesOfNames.has(match.code)) return match;
  const message = match.message.replace(/^name /, 'The proxy’s name ');
  return { ...match, message, code: 'invalid-name', at: 'key', hint: 'Choose another key.' };
}

const codesOfNames: ReadonlySet<string> = new Set(['invalid-label', 'invalid-name']);

/** The hint for messages that do not suggest a fix. */
const hints: Readonly<Record<string, string>> = lookupTable({
  'invalid-label': 'Write it in the form that Kubernetes accepts: example.com/some-name.',
  'invalid-name': 'Choose another name.',
  'invalid-manifest': 'Correct or remove it.',
});

/** What the API server refuses in an object, at its places in the object. */
export function partsRefused({ kind: own, object }: AnyObject, chart: Chart, appliesOnServer = false): CodedMatch[] {
  // If an override changes the kind of workload, the object is checked as the new kind.
  const kind = object['kind'] === 'DaemonSet' || object['kind'] === 'Deployment' ? object['kind'] : own;
  const parts: CodedMatch[] = [];
  const add = ({ file: _, suggestion: __, ...problem }: ValueProblem): void => {
    parts.push({ ...problem, path: parsePath(problem.path) });
  };
  checkKubernetesObject(kind, object, chart, add, appliesOnServer);
  const mistyped = parts.filter(({ code }) => code === 'wrong-type');
  for (const { message, code = 'invalid-manifest', ...part } of refusedParts(kind, object)) {
    // What follows from a wrong type is not said again.
    if (mistyped.some(({ path }) => equal(path, part.path))) continue;
    parts.push({
      code,
      severity: 'error',
      hint: hints[code] ?? 'Correct or remove it.',
      ...part,
      message: `${message}: the API server rejects it.`,
    });
  }
  return object['kind'] === kind ? parts : parts.filter(({ path }) => path[0] === 'kind');
}
