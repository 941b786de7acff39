import { chartOf } from '../chart/chart.ts';
import { findRelease, newestRelease } from '../chart/releases.ts';
import { hideInProblems } from '../diff/secret-messages.ts';
import { literalPlaces } from '../helm/kinds/documents.ts';
import { chartSidecarTest } from '../istio/sidecars.ts';
import { glooVersionOf, shapeRelease } from '../istio/versions.ts';
import { bootstrapNameOf, isGatewayProxy, isKubeProxy, isWorkload } from '../objects/gateway-proxies.ts';
import { namespaceLabelsIn } from '../objects/mesh-labels.ts';
import { describeObject, type KubeObject, nameOf, namespaceOf } from '../objects/object.ts';
import { readSide, type Side } from '../objects/read.ts';
import { hasErrors, type Place, type Problem, ProblemList } from '../problem.ts';
import { ruleOf, rules } from '../rules/all.ts';
import { ignoresOf, isIgnoredBy } from '../rules/ignore.ts';
import { codedMatch, problemOf } from '../rules/match.ts';
import { type InstalledProxy, podsOfObjects } from '../rules/object-pods.ts';
import { findInObjects } from '../rules/run.ts';
import { mapAt, type Value, valueAt } from '../value.ts';
import { shorten } from '../words.ts';
import type { Source } from '../yaml/read.ts';
import type { Validation } from './validate.ts';

/** How manifests are checked. */
export interface ManifestValidateOptions {
  /** The release of Gloo's chart; found in the images of Gloo's own Deployments or of the proxies. */
  readonly chartVersion?: string;
  /** The default namespace of objects; only proxies in it are checked. */
  readonly namespace?: string;
  /** Whether to include the policy checks (`latest-tag`, `run-as-non-root` …). */
  readonly lint?: boolean;
  /** Codes to ignore; what makes manifests unreadable is reported anyway. */
  readonly ignore?: readonly string[];
}

/** The findings in manifests, and the number of gateway proxies that were checked. */
export interface ManifestValidation extends Validation {
  readonly proxies: number;
}

/**
 * What will not work in the gateway proxies among manifests, judging by their pods and bootstraps: the rules by
 * meaning, except those about values. Never throws for bad input.
 */
export function validateManifests(manifests: Side, options: ManifestValidateOptions = {}): ManifestValidation {
  const asked = options.chartVersion === undefined ? undefined : findRelease(options.chartVersion);
  if (asked !== undefined && typeof asked !== 'string') return { problems: [asked], chartVersion: '', proxies: 0 };
  const { namespace = 'gloo-system' } = options;
  const { objects, problems } = readSide(manifests, { name: 'manifests', namespace, isLenient: true });
  const proxies = proxiesAmong(objects, options.namespace);
  const texts = sourcesOf(manifests);
  const ignores = ignoresOf(texts);
  const unwanted = new Set(options.ignore ?? []);
  const list = new ProblemList('many documents');
  list.addAll(problems);
  const report = (problem: Problem): void => {
    if (!unwanted.has(problem.code) && !isIgnoredBy(problem, ignores)) list.add(problem);
  };
  const releases = groupByRelease(proxies, objects, asked);
  for (const [release, group] of releases) judge(group, { release, lint: options.lint === true, texts }, report);
  for (const { workload, configMap } of proxies) if (configMap === undefined) report(withoutBootstrap(workload));
  if (proxies.length === 0 && !hasErrors(problems)) list.add(nothingToJudge(options.namespace));
  const values = objects.map(({ object }) => object);
  return {
    problems: hideInProblems(list.sorted(), values),
    chartVersion: [...releases.keys()].find((release) => release !== undefined) ?? '',
    proxies: proxies.length,
  };
}

/** The texts among manifests, by their names in problems. */
function sourcesOf(manifests: Side): Source[] {
  if (typeof manifests === 'string') return [{ name: 'manifests', text: manifests }];
  const parts: readonly unknown[] = Array.isArray(manifests) ? manifests : [manifests];
  return parts.flatMap((part, index): Source[] => {
    if (typeof part === 'string') return [{ name: `manifests-${index}`, text: part }];
    const { name, text } = part as Partial<Source>; // Without a text it is not a source.
    return typeof name === 'string' && typeof text === 'string' ? [{ name, text }] : [];
  });
}

/** Every workload with the labels of a gateway proxy, whether or not its volumes are correct. */
export function proxiesAmong(objects: readonly KubeObject[], only: string | undefined): InstalledProxy[] {
  const isMeant = ({ object }: KubeObject): boolean =>
    isWorkload(object) &&
    (isGatewayProxy(object) || isKubeProxy(object)) &&
    (only === undefined || [undefined, only].includes(namespaceOf(object)));
  return objects.filter(isMeant).map((workload) => {
    const name = bootstrapNameOf(workload.object);
    return {
      workload,
      configMap: objects.find(
        (one) => one.kind === 'ConfigMap' && nameOf(one.object) === name && one.namespace === workload.namespace,
      ),
      namespaceLabels: namespaceLabelsIn(objects, workload.namespace),
      isScaled: objects.some((one) => isScalerOf(one, workload)),
    };
  });
}

function isScalerOf({ kind, namespace, object }: KubeObject, workload: KubeObject): boolean {
  const target = mapAt(object, 'spec', 'scaleTargetRef');
  const isSame = target['kind'] === workload.kind && target['name'] === workload.name;
  return kind === 'HorizontalPodAutoscaler' && namespace === workload.namespace && isSame;
}

/** Proxies by the release of Gloo that they belong to; undefined if it is unknown. */
function groupByRelease(
  proxies: readonly InstalledProxy[],
  objects: readonly KubeObject[],
  asked: string | undefined,
): Map<string | undefined, InstalledProxy[]> {
  const groups = new Map<string | undefined, InstalledProxy[]>();
  for (const proxy of proxies) {
    const version = asked ?? glooVersionOf(proxy.workload, objects)?.version;
    const release = version === undefined ? undefined : shapeRelease(version);
    groups.set(release, [...(groups.get(release) ?? []), proxy]);
  }
  return groups;
}

function judge(
  proxies: readonly InstalledProxy[],
  {
    release,
    lint,
    texts,
  }: { readonly release: string | undefined; readonly lint: boolean; readonly texts: readonly Source[] },
  report: (problem: Problem) => void,
): void {
  const chart = chartOf(release ?? newestRelease);
  const { pods, known, placeOf } = podsOfObjects(proxies, {
    chart,
    isReleaseKnown: release !== undefined,
    isChartSidecar: chartSidecarTest(chart.release),
  });
  const active = rules.filter((rule) => rule.valuesOnly === undefined && (lint || rule.lint !== true));
  const found = findInObjects({ chart, pods, known }, active).map(codedMatch);
  // Rules report their own findings.
  const said = new Set(found.map((match) => JSON.stringify(match.path)));
  const others = known.filter(({ code, path }) => ruleOf(code) === undefined && !said.has(JSON.stringify(path)));
  for (const match of [...found, ...others]) {
    const { object, path } = placeOf(match.path);
    const { path: _, ...about } = problemOf(
      match.hint === undefined ? match : { ...match, hint: hintForObject(match.hint) },
    );
    const problem = object.problem(about, path);
    const { inside } = match;
    report(inside === undefined ? problem : withinText(problem, inside, valueAt(object.object, ...path), texts));
  }
  if (release === undefined) for (const { workload } of proxies) report(withoutRelease(workload));
}

/** Values of the chart, which objects do not have. */
const namesValues =
  /\b(?:podTemplate\.|kind\.(?:deployment|daemonSet)\b|global\.\w|gatewayProxies\.|settings\.\w|kubeResourceOverride\b|antiAffinity:|on the proxy\b|the chart only accepts)/;

/** A hint of a rule in terms of the object, or with the values that it names as those of the chart. */
function hintForObject(hint: string): string {
  const own = hint
    .replace(/ (?:to|under) extraVolumes\b/, ' to the pod’s volumes')
    .replace(' (the proxy: extraProxyVolumeMounts)', '');
  return namesValues.test(own) ? `In the values of Gloo’s chart: ${own.slice(0, 1).toLowerCase()}${own.slice(1)}` : own;
}

/** A problem with a multi-line text, at its own line if that text is a block scalar in the file. */
function withinText(problem: Problem, inside: Place, text: Value | undefined, texts: readonly Source[]): Problem {
  const { file, line } = problem;
  const whole = texts.find(({ name }) => name === file)?.text;
  if (line === undefined || whole === undefined || typeof text !== 'string') return problem;
  const column = (whole.split(/\r\n|\n|\r/)[line - 1] ?? '').indexOf('|') + 1;
  return { ...problem, ...literalPlaces(whole, { line, column }, text)?.(inside) };
}

function withoutRelease(workload: KubeObject): Problem {
  return workload.problem({
    code: 'gloo-version-unknown',
    severity: 'info',
    message: `It is unknown which version of Gloo ${describeObject(workload.object)} belongs to, and so which Envoy reads its bootstrap.`,
    hint: 'name it with --chart-version, or give the Deployments gloo and discovery too',
  });
}

function withoutBootstrap(workload: KubeObject): Problem {
  return workload.problem({
    code: 'no-config-map',
    severity: 'info',
    message: `The ConfigMap ${bootstrapNameOf(workload.object)} with Envoy's bootstrap is not among the manifests, so it is not checked.`,
    hint: 'give it too',
  });
}

function nothingToJudge(namespace: string | undefined): Problem {
  const where = namespace === undefined ? '' : ` in namespace ${shorten(namespace, 64)}`;
  return {
    code: 'no-proxy',
    severity: 'warning',
    message: `There is no gateway proxy${where} among the manifests, so there is nothing to check.`,
    hint: 'a proxy is a Deployment or DaemonSet with the label gloo: gateway-proxy or gloo: kube-gateway',
  };
}
