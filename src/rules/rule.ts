import type { Chart } from '../chart/chart.ts';
import type { MutualTls } from '../chart/mutual-tls.ts';
import type { Draw } from '../explain/drawn.ts';
import type { Capabilities } from '../helm/capabilities.ts';
import type { KubeDecision } from '../kube/decide.ts';
import type { Path, Severity } from '../problem.ts';
import type { Decision } from '../proxy/decision.ts';
import type { Companion, CompanionKind } from '../proxy/objects/object.ts';
import type { Printed } from '../proxy/print.ts';
import { type ValueMap, valueAt } from '../value.ts';
import type { CodedMatch, RuleMatch } from './match.ts';
import type { Pod } from './pod.ts';
import type { RuleCode } from './rules.gen.ts';

/** What a rule finds. */
export type RuleCheck = (subject: Subject) => Iterable<RuleMatch>;

/** The checks of some rules, by code. */
export type RuleChecks = { readonly [Code in RuleCode]?: RuleCheck };

/** One check by meaning, as described in schema/rules.yaml. */
export interface Rule {
  /** Stable, in kebab case. */
  readonly code: string;
  readonly severity: Severity;
  /** Whether it is a matter of taste or policy: off unless enabled. */
  readonly lint?: true;
  /** Why the rule only concerns values and does not apply to manifests. */
  readonly valuesOnly?: string;
  readonly find: RuleCheck;
}

/** The subject of the rules: one set of values for one release, or the proxies of one release among manifests. */
export interface Subject {
  readonly chart: Chart;
  /** The user's values over the chart's defaults; empty for manifests. */
  readonly values: ValueMap;
  /** The user's values alone; empty for manifests. */
  readonly given: ValueMap;
  readonly tls: MutualTls;
  /** The pods of all enabled proxies. */
  readonly pods: readonly Pod[];
  /** What the control plane would deploy for a Gateway without any settings; undefined if it deploys nothing. */
  readonly kube: KubeDecision | undefined;
  /** All proxies, including disabled ones. */
  readonly rendered: readonly RenderedProxy[];
  /** The objects around the proxies' workloads; none for manifests. */
  readonly companions: readonly PrintedCompanion[];
  /** What is known about the cluster. */
  readonly capabilities: Capabilities;
  /** What is known about the mesh, if it is given. */
  readonly mesh?: MeshFacts | undefined;
  /** Renders everything for other values; undefined for manifests. */
  readonly draw?: Draw;
  /** What was found before the rules run: what the API server refuses, and proxies that were not intended. */
  readonly known: readonly CodedMatch[];
}

/** The decision about an object around a proxy's workload, and the object. */
export interface PrintedCompanion {
  readonly decided: Companion;
  readonly object: ValueMap;
}

/** The place in a companion's override that sets a part of the object; undefined if the override does not. */
export function overridePathOf({ override, overridden }: Companion, part: Path): Path | undefined {
  return valueAt(override, ...part) === undefined ? undefined : [...overridden.path, ...part];
}

/** The decision about a proxy, and the objects that were printed for it. */
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
  /** The Service of its istiod, with the namespace if that is known. */
  readonly service?: { readonly name: string; readonly namespace: string | undefined } | undefined;
  /**
   * Why the mesh does not create the ConfigMap with its root certificate in Gloo's namespace; `isSure` if nothing else
   * could change that.
   */
  readonly withoutRoot?: { readonly text: string; readonly isSure: boolean } | undefined;
}
