import type { Path } from '../problem.ts';
import type { Value } from '../value.ts';
import { shorten } from '../words.ts';

/** Something that Envoy rejects, or reads differently than it looks. */
export interface EnvoyFinding {
  /** From the root of the bootstrap. */
  readonly path: Path;
  /**
   * Which stage rejects it: the JSON and YAML reader, the messages' validation rules, or the server built from them.
   */
  readonly by: 'reader' | 'rules' | 'server';
  /** `warning` if it depends on the Envoy in use. */
  readonly severity: 'error' | 'warning';
  /** A complete sentence. */
  readonly message: string;
  readonly hint?: string;
  /** Whether the problem is about the key or its value. */
  readonly at?: 'key';
}

/** The state of a check of one bootstrap. */
export interface EnvoyContext {
  /** The minor version N of Envoy 1.N. */
  readonly envoy: number;
  readonly findings: EnvoyFinding[];
  /** Whether the bootstrap allows deprecated fields that Envoy rejects by default. */
  readonly takesDeprecated: boolean;
}

/** More than any user reads, and few enough to keep in memory. */
const most = 200;

export function complain(
  context: EnvoyContext,
  by: EnvoyFinding['by'],
  path: Path,
  message: string,
  more: Partial<Pick<EnvoyFinding, 'hint' | 'at' | 'severity'>> = {},
): void {
  if (context.findings.length < most) context.findings.push({ path, by, severity: 'error', message, ...more });
}

/** A value for a message: short, and on one line. */
export function shownValue(value: Value | undefined): string {
  if (typeof value === 'bigint') return String(value);
  const text =
    JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? Number(item) : item)) ?? 'nothing';
  return shorten(text, 58);
}

/** Shortens `envoy.config.cluster.v3.Cluster` to `Cluster`. */
export function shortName(name: string): string {
  return name.replace(/^(?:[a-z0-9_]+\.)+/, '');
}

/** A name of a message with its article: `a Cluster`, `an Address`. */
export function withArticle(name: string): string {
  return `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;
}
