import { type FoundProblem, formatPath, type MeantValue, type Path, type Place, type Severity } from '../problem.ts';

/** What a rule has found. */
export interface RuleMatch {
  /** The value that it is about; the nearest ancestor that the user wrote gives the place. */
  readonly path: Path;
  /** Why it matters at run time, in a sentence or two that stand alone. */
  readonly message: string;
  /** How to fix it. */
  readonly hint?: string;
  /** What `{0}`, `{1}` in the hint stand for. */
  readonly meant?: readonly MeantValue[];
  /** Where it differs from the rule's own. */
  readonly severity?: Severity;
  /** Whether the key or what stands behind it is meant; the value unless said otherwise. */
  readonly at?: 'key' | 'value';
  /** Where in the text that stands at the path, if it is a text of several lines. */
  readonly inside?: Place | undefined;
}

/** A match of the rule with this code, or one of the schema's about a field of the wrong kind. */
export interface CodedMatch extends RuleMatch {
  readonly code: string;
  readonly severity: Severity;
}

/** A rule's finding with the rule's code, and its severity where it has no other. */
export function codedMatch({
  rule,
  ...match
}: RuleMatch & { readonly rule: Pick<CodedMatch, 'code' | 'severity'> }): CodedMatch {
  return { ...match, code: rule.code, severity: match.severity ?? rule.severity };
}

/** The match as everybody else speaks of problems. */
export function problemOf({ code, severity, message, path, hint, meant }: CodedMatch): FoundProblem {
  const advice = { ...(hint === undefined ? {} : { hint }), ...(meant === undefined ? {} : { meant }) };
  return { code, severity, message, path: formatPath(path), ...advice };
}
