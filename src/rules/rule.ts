import type { Chart } from '../chart/chart.ts';
import type { MutualTls } from '../chart/mutual-tls.ts';
import type { KubeDecision } from '../kube/decide.ts';
import type { Severity } from '../problem.ts';
import type { Decision } from '../proxy/decide.ts';
import type { Companion, CompanionKind } from '../proxy/objects/object.ts';
import type { Printed } from '../proxy/print.ts';
import type { ValueMap } from '../value.ts';
import type { CodedMatch, RuleMatch } from './match.ts';
import type { Pod } from './pod.ts';

/**
 * One check by meaning. `error` is for what the API server or Envoy refuses, `warning` for what they take and what then
 * does not work, `info` for what is worth knowing.
 */
export interface Rule {
  /** Stable and kebab-case. */
  readonly code: string;
  readonly severity: Severity;
  /** What it finds, in one line. */
  readonly summary: string;
  /** For its page: what happens at run time, and what to do. Markdown. */
  readonly help: string;
  /** A matter of taste or policy: off unless asked for. */
  readonly lint?: true;
  /** Why it is about values and says nothing of manifests. */
  readonly valuesOnly?: string;
  find(subject: Subject): Iterable<RuleMatch>;
}

/** What rules are asked about: one set of values for one release, or the proxies of one release among manifests. */
export interface Subject {
  readonly chart: Chart;
  /** The user's values over the chart's defaults; empty for manifests. */
  readonly values: ValueMap;
  /** The user's values alone; empty for manifests. */
  readonly given: ValueMap;
  readonly tls: MutualTls;
  /** Of every enabled proxy. */
  readonly pods: readonly Pod[];
  /** What the control plane would deploy for a Gateway that asks for nothing; undefined where it deploys none. */
  readonly kube: KubeDecision | undefined;
  /** Every proxy, disabled ones too. */
  readonly rendered: readonly RenderedProxy[];
  /** The objects around the proxies' workloads; none for manifests. */
  readonly companions: readonly PrintedCompanion[];
  /** What is known of the mesh, where somebody names it. */
  readonly mesh?: MeshFacts | undefined;
  /** What was found before rules were asked: what the API server refuses, and proxies that should not be there. */
  readonly known: readonly CodedMatch[];
}

/** What was decided about an object around a proxy's workload, and the object. */
export interface PrintedCompanion {
  readonly decided: Companion;
  readonly object: ValueMap;
}

/** What was decided about a proxy, and the objects that were printed for it. */
export interface RenderedProxy {
  readonly decision: Decision;
  readonly printed: Printed;
}

/** The objects of a kind around the proxies' workloads. */
export function companionsOfKind({ companions }: Subject, kind: CompanionKind): readonly PrintedCompanion[] {
  return companions.filter(({ decided }) => decided.kind === kind);
}

/** The mesh that the proxies belong to. */
export interface MeshFacts {
  /** Istio's version: major, minor, patch. */
  readonly version?: readonly [number, number, number] | undefined;
  /** The Service of its istiod; the namespace where that is known. */
  readonly service?: { readonly name: string; readonly namespace: string | undefined } | undefined;
  /** Why the mesh makes no ConfigMap with its root certificate in Gloo's namespace; `isSure` where nothing is missing for that. */
  readonly withoutRoot?: { readonly text: string; readonly isSure: boolean } | undefined;
}
