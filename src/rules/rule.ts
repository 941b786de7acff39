import type { Chart } from '../chart/chart.ts';
import type { MutualTls } from '../chart/mutual-tls.ts';
import type { Severity } from '../problem.ts';
import type { ValueMap } from '../value.ts';
import type { RuleMatch } from './match.ts';
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
