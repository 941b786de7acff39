import { hideInProblems } from '../diff/secret-messages.ts';
import type { KubeDecision } from '../kube/decide.ts';
import { type PrintedKube, printKube } from '../kube/print.ts';
import { hasErrors, type Problem, ProblemList } from '../problem.ts';
import type { Manifest } from '../proxy/print.ts';
import { defined } from '../value.ts';
import { decideGateways, type KubeInput } from './decide-kube.ts';
import { inApplyOrder } from './draw.ts';
import { placed, prepare, type RequestOptions } from './prepare.ts';
import type { RenderOptions, RenderResult, renderRequest } from './render.ts';
import { isShown } from './shown-kinds.ts';
import { verdictOf } from './verdict.ts';

export type RenderKubeOptions = Pick<RenderOptions, 'proxy' | 'show'> & RequestOptions & KubeInput;

export interface KubeRendering {
  /** For every Gateway, in an order in which they can be applied; empty if there is an error among the problems. */
  readonly manifests: readonly Manifest[];
  readonly problems: readonly Problem[];
  /** The release whose control plane this is; empty if none was found. */
  readonly chartVersion: string;
}

/**
 * What the control plane of a release deploys for Gateways of the Kubernetes Gateway API. The classes and parameters
 * are those that are given, and those that the chart installs for the values. Never throws for bad input.
 */
export function renderKubeGateways(options: RenderKubeOptions): KubeRendering {
  const prepared = prepare(options);
  if (!('chart' in prepared)) return { manifests: [], problems: prepared.problems, chartVersion: '' };
  const { chart, layers } = prepared;
  const list = new ProblemList('many documents');
  for (const problem of prepared.problems) if (problem.code !== 'no-proxy-rendered') list.add(placed(problem, layers));
  const { decisions, problems } = decideGateways(prepared, options, options.proxy);
  list.addAll(problems);
  const reported = hideInProblems(list.sorted(), layers.values);
  const printed = hasErrors(reported) ? [] : decisions.flatMap((decision) => wantedOf(printKube(decision), options));
  return { manifests: inOrder(printed), problems: reported, chartVersion: chart.release };
}

/** The proxies of a namespace share the copy of the control plane's certificates, and each writes it. */
function inOrder(printed: readonly Manifest[]): Manifest[] {
  return inApplyOrder([
    ...new Map(printed.map((one) => [[one.kind, one.namespace, one.name].join('\0'), one])).values(),
  ]);
}

/** All decisions, rendered. */
export function manifestsOf(decisions: readonly KubeDecision[]): Manifest[] {
  return inOrder(decisions.flatMap((decision) => wantedOf(printKube(decision), {})));
}

function wantedOf(printed: PrintedKube | undefined, { show }: Pick<RenderOptions, 'show'>): Manifest[] {
  if (printed === undefined) return [];
  const { configMap, workload, others } = printed;
  return [
    ...(isShown('ConfigMap', show) ? [configMap] : []),
    ...(isShown('Deployment', show) ? [workload] : []),
    ...others.filter((manifest) => isShown(manifest?.kind ?? '', show)),
  ];
}

/** Renders for Gateways. Undefined options count as unset; `grading` decides what fails it. */
export function renderKubeRequest(
  options: RenderKubeOptions,
  { proxy, show, grading }: NonNullable<Parameters<typeof renderRequest>[1]>,
): RenderResult {
  const asked = { ...options, ...defined({ proxy, show }) };
  const { manifests, problems: found, chartVersion } = renderKubeGateways(asked);
  const { status, problems } = verdictOf(found, grading);
  return { status, manifests: status === 'findings' ? [] : manifests, problems, chartVersion };
}
