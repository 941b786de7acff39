import type { Path } from '../problem.ts';
import type { Value } from '../value.ts';
import { shorten } from '../words.ts';

/** Something that Envoy refuses, or would read otherwise than it looks. */
export interface EnvoyFinding {
  /** From the top of the bootstrap. */
  readonly path: Path;
  /** Who finds it: the reader of JSON and YAML, the messages' rules, or the server that is built of them. */
  readonly by: 'reader' | 'rules' | 'server';
  /** `warning` where no one but the Envoy in question can tell. */
  readonly severity: 'error' | 'warning';
  /** A sentence that stands alone. */
  readonly message: string;
  readonly hint?: string;
  /** Whether the key is meant or what stands behind it. */
  readonly at?: 'key';
}

/** What a check knows on its way through a bootstrap. */
export interface EnvoyContext {
  /** The N of Envoy 1.N. */
  readonly envoy: number;
  readonly findings: EnvoyFinding[];
  /** Whether the bootstrap itself asks Envoy to take what it has given up. */
  readonly takesDeprecated: boolean;
}

/** More of them than a person reads, and fewer than take memory. */
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

/** A value in a message: short, and on one line. */
export function shownValue(value: Value | undefined): string {
  if (typeof value === 'bigint') return String(value);
  const text =
    JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? Number(item) : item)) ?? 'nothing';
  return shorten(text, 58);
}

/** `envoy.config.cluster.v3.Cluster` as people call it: `Cluster`. */
export function shortName(name: string): string {
  return name.replace(/^(?:[a-z0-9_]+\.)+/, '');
}
