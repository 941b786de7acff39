import { hideInProblems } from '../diff/secret-messages.ts';
import { valuesPathOf } from '../kube/values-path.ts';
import type { Side } from '../objects/read.ts';
import {
  type FoundProblem,
  formatPath,
  hasErrors,
  type Problem,
  ProblemList,
  parsePath,
  sortProblems,
} from '../problem.ts';
import { decide } from '../proxy/decide.ts';
import { companionsOf } from '../proxy/objects/companions.ts';
import { print, printCompanion } from '../proxy/print.ts';
import { ruleOf, rules } from '../rules/all.ts';
import { codes } from '../rules/codes.ts';
import { refusedInCompanion } from '../rules/companion-types.ts';
import { isAround } from '../rules/envoy.ts';
import { type Ignored, ignoresOf } from '../rules/ignore.ts';
import { type CodedMatch, codedMatch, problemOf } from '../rules/match.ts';
import { soundProxies } from '../rules/proxies.ts';
import { refusedValues } from '../rules/refused.ts';
import type { MeshFacts } from '../rules/rule.ts';
import { findByMeaning, writtenAt } from '../rules/run.ts';
import { checkValues } from '../schema/check.ts';
import { jsonText, mapOf, withValueAt } from '../value.ts';
import { isArgument } from './as-given.ts';
import { judgeKubeObjects, type KubeInput, standInFor } from './decide-kube.ts';
import { drawAll } from './draw-all.ts';
import { withoutFollowUps } from './follow-ups.ts';
import { findInKubePod } from './kube-findings.ts';
import { meshFacts } from './mesh-facts.ts';
import { addPlaced, type Prepared, placed, prepare, type RequestOptions } from './prepare.ts';
import { gradeByPrinted, isProxyValue, replacedIn, saidMore } from './printed.ts';
import { Trials } from './tried.ts';

export interface ValidateOptions extends RequestOptions {
  /** Istio version of the mesh, such as 1.22.3; rules then check the sidecar against it. */
  readonly istioVersion?: string;
  /** The revision of the mesh's istiod; empty or `default` for one without a revision. */
  readonly istioRevision?: string;
  /** An istiod's Deployment, among manifests or alone, instead of the two options above. */
  readonly istiod?: Side;
  /** Whether to include the policy checks (`latest-tag`, `run-as-non-root` …). */
  readonly lint?: boolean;
  /** Codes to ignore; what makes values unreadable is reported anyway. */
  readonly ignore?: readonly string[];
  /** Objects for proxies of the Kubernetes Gateway API, which are checked too. */
  readonly objects?: Partial<KubeInput>;
}

export interface Validation {
  /** By file and line. */
  readonly problems: readonly Problem[];
  /** The release that the values were checked for; empty if none was found. */
  readonly chartVersion: string;
  /** What was taken from the values' files besides values, if they say more: a release, a namespace. */
  readonly notes?: readonly string[];
}

/**
 * Everything that is wrong, or worth knowing, about values for a release of Gloo's chart: how they are written, whether
 * the release has them and with which types, and what they mean for the proxies' pods. Never throws for bad input.
 */
export function validateValues(options: ValidateOptions = {}): Validation {
  return validated(options, true);
}

/** `tries` tells whether to complete hints by following them. */
function validated(options: ValidateOptions, tries: boolean): Validation {
  const prepared = prepare(options);
  if (!('chart' in prepared)) return { problems: prepared.problems, chartVersion: '' };
  const { chart, layers, problems } = prepared;
  const list = new ProblemList('one document');
  const mesh = meshFacts(options, prepared.release.namespace);
  if (hasErrors(layers.problems)) for (const problem of problems) list.add(placed(problem, layers));
  else {
    const ignores = ignoresOf(options.values);
    const wanted = new Set(options.ignore ?? []);
    const report: Report = (problem, at) => {
      if (!wanted.has(problem.code)) addPlaced({ list, layers, ignores }, problem, at);
    };
    for (const problem of mesh.problems) report(problem);
    const again = optionsFor(prepared, options);
    const trials = new Trials(layers.values, (values, moved) => {
      const isOption = isArgument(layers.winner(moved.from));
      const whole = isOption ? values : mapOf(withValueAt(values, moved.path, moved.value));
      const setJson = isOption ? [`${formatPath(moved.path)}=${jsonText(moved.value)}`] : [];
      return validated({ ...again, values: [whole], setJson }, false).problems;
    });
    const all = new ProblemList('one document');
    all.addAll(mesh.problems);
    const waiting: (readonly [FoundProblem, 'key' | 'value' | undefined])[] = [];
    findProblems(prepared, options.lint === true, mesh.facts, (problem, at) => {
      if (tries) all.add(problem);
      if (tries && trials.accepts(problem)) waiting.push([problem, at]);
      else report(problem, at);
    });
    const before = waiting.length === 0 ? [] : hideInProblems(withoutFollowUps(all.sorted()), layers.values);
    for (const [problem, at] of waiting) report(trials.completed(problem, before), at);
    for (const [file, { named }] of ignores) for (const problem of unknownCodes(file, named)) report(problem);
  }
  const notes = prepared.notes.length === 0 ? {} : { notes: prepared.notes };
  const found = sortProblems([...list.sorted(), ...objectProblems(prepared, options, mesh.facts)]);
  return { problems: hideInProblems(withoutFollowUps(found), layers.values), chartVersion: chart.release, ...notes };
}

/** The options to validate other values of Gloo's own for the same release. */
function optionsFor({ chart, release }: Prepared, options: ValidateOptions): ValidateOptions {
  const { set, setString, setJson, setFile, setLiteral, partialOf, wrapperValues, reused, objects, ...same } = options;
  return { ...same, lint: false, chartVersion: chart.release, namespace: release.namespace, releaseName: release.name };
}

function objectProblems(
  prepared: Prepared,
  { objects, lint = false, ignore = [] }: ValidateOptions,
  mesh: MeshFacts | undefined,
): Problem[] {
  if (objects === undefined || hasErrors(prepared.layers.problems)) return [];
  return judgeKubeObjects(prepared, objects, { lint, mesh }).filter(({ code }) => !ignore.includes(code));
}

/** The findings in the pod that the chart's own GatewayParameters produce, at the values that they come from. */
function inValues(match: CodedMatch): CodedMatch {
  const path = match.path.length === 0 ? ['kubeGateway', 'enabled'] : valuesPathOf(match.path);
  return { ...match, path };
}

type Report = (problem: FoundProblem, at?: 'key' | 'value') => void;

/** The findings of reader, schema, model and rules. */
function findProblems(prepared: Prepared, lint: boolean, mesh: MeshFacts | undefined, report: Report): void {
  const { chart, layers, values, proxies, problems, capabilities, appliesOnServer } = prepared;
  const active = lint ? rules : rules.filter((rule) => rule.lint !== true);
  const { sound: decisions, found, isNews } = soundProxies(proxies.map(decide), layers.values);
  const rendered = decisions.map((decision) => ({ decision, printed: print(decision) }));
  const around = companionsOf(values, chart, prepared.release);
  const companions = hasErrors(around.problems)
    ? []
    : around.objects.map((decided) => ({ decided, object: printCompanion(decided, { chart }).object }));
  const known = [
    ...found,
    ...rendered.flatMap(({ decision, printed }) => refusedValues(decision, printed, appliesOnServer)),
    ...companions.flatMap((one) => refusedInCompanion(one, chart, appliesOnServer)),
  ];
  const { decision: kube, problems: ofInstalled } = standInFor(prepared);
  const draw = drawAll(prepared.release);
  const findings = findByMeaning(
    { chart, values, given: layers.values, proxies: rendered, companions, known, capabilities, kube, mesh, draw },
    active,
  );
  const ofKube = kube === undefined ? [] : findInKubePod(kube, { chart, lint, mesh, isStandIn: true }).map(inValues);
  const matches = [...findings.map(codedMatch), ...ofKube];
  const ofProxies = decisions.flatMap((decision) => decision.problems);
  for (const problem of [...[...problems, ...ofProxies, ...around.problems].filter(isNews), ...ofInstalled])
    report(problem);
  // A rule knows more about a value than whether the release has it.
  const explained = new Set(
    findings.filter(({ rule }) => rule.code === 'integration-adds-no-sidecars').map(({ path }) => formatPath(path)),
  );
  const said = saidMore([...known, ...matches]);
  // The schema's finding about a value is more specific than that it has no effect.
  const toldBySchema = new Set<string>();
  const grade = gradeByPrinted([...decisions, around], prepared);
  const isReplaced = replacedIn([...decisions, around], prepared);
  const checked: Parameters<typeof checkValues>[2] = ({ at, ...problem }) => {
    if (explained.has(problem.path) && problem.code === 'value-of-another-release') return;
    if (said(problem) || !isNews(problem)) return;
    if (problem.code === 'unknown-value' && problem.path === servicePorts && chart.has('kubeServicePorts')) return;
    toldBySchema.add(problem.path);
    report(isProxyValue(parsePath(problem.path)) || isReplaced(problem) ? grade(problem) : problem, at);
  };
  checkValues(layers.values, chart, checked, appliesOnServer);
  // Rules report their own findings.
  for (const match of known) {
    const path = writtenAt(match.path, layers.values);
    if (ruleOf(match.code) === undefined) report(problemOf({ ...match, path }), match.at);
  }
  const isTold = ({ code, path }: CodedMatch): boolean =>
    code === 'value-without-effect'
      ? toldBySchema.has(formatPath(path))
      : code === 'kube-object-refused' && [...toldBySchema].some((told) => isAround(parsePath(told), path));
  for (const match of matches) if (!isTold(match)) report(problemOf(match), match.at);
}

/** A template reads it, although the chart's list of values does not include it. */
const servicePorts = 'kubeGateway.gatewayParameters.glooGateway.service.ports';

function unknownCodes(file: string, named: Ignored['named']): Problem[] {
  return named
    .filter(({ code }) => !codes.has(code))
    .map(({ code, line, column }) => ({
      code: 'unknown-ignore',
      severity: 'warning',
      message: `There is no code ${code}, so this comment ignores nothing.`,
      file,
      line,
      column,
      endColumn: column + code.length,
      hint: 'docs/rules.md lists the codes.',
    }));
}
