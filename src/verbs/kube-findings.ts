import type { Chart } from '../chart/chart.ts';
import type { KubeDecision } from '../kube/decide.ts';
import { printKube } from '../kube/print.ts';
import { rules } from '../rules/all.ts';
import { podOfKube } from '../rules/kube-pods.ts';
import { type CodedMatch, codedMatch } from '../rules/match.ts';
import { isAboutPods } from '../rules/refused.ts';
import type { MeshFacts } from '../rules/rule.ts';
import { findInObjects } from '../rules/run.ts';

/** How the pod of a Gateway's proxy is checked. */
export interface KubeJudging {
  readonly chart: Chart;
  readonly lint: boolean;
  readonly mesh: MeshFacts | undefined;
  /** Whether the Gateway only stands for any Gateway, so that its listeners are unknown. */
  readonly isStandIn: boolean;
}

/**
 * The findings of the pod rules for what the control plane would deploy for a Gateway. Places are in the
 * GatewayParameters, or the empty path if none of their values is the cause.
 */
export function findInKubePod(decision: KubeDecision, { chart, lint, mesh, isStandIn }: KubeJudging): CodedMatch[] {
  const pod = podOfKube(decision, printKube(decision));
  if (pod === undefined) return [];
  // What the API server refuses is reported by refusalsOf, and what listens only shows with a Gateway.
  const active = rules.filter((rule) => rule.valuesOnly === undefined && (lint || rule.lint !== true));
  return findInObjects({ chart, pods: [pod], known: [], mesh }, active)
    .map(codedMatch)
    .filter(({ code }) => !isAboutPods(code) && !(isStandIn && code === 'probe-without-listener'))
    .map((match) => (match.path[0] === 'spec' ? match : { ...match, path: [] }));
}
