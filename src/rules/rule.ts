import type { Chart } from '../chart/chart.ts';
import type { Path, Severity } from '../problem.ts';
import type { MutualTls } from '../proxy/proxies.ts';
import type { ValueMap } from '../value.ts';
import type { Pod } from './pod.ts';

/** What a rule has found. */
export interface RuleMatch {
  /** The value that it is about; the nearest ancestor that the user wrote gives the place. */
  readonly path: Path;
  /** Why it matters at run time, in a sentence or two that stand alone. */
  readonly message: string;
  /** How to fix it. */
  readonly hint?: string;
  /** Where it differs from the rule's own. */
  readonly severity?: Severity;
  /** Whether the key or what stands behind it is meant; the value unless said otherwise. */
  readonly at?: 'key' | 'value';
}

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
  find(subject: Subject): Iterable<RuleMatch>;
}

/** What rules are asked about: one set of values for one release. */
export interface Subject {
  readonly chart: Chart;
  /** The user's values over the chart's defaults. */
  readonly values: ValueMap;
  /** The user's values alone. */
  readonly given: ValueMap;
  readonly tls: MutualTls;
  /** Of every enabled proxy. */
  readonly pods: readonly Pod[];
}
