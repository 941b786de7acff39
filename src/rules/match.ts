import { type FoundProblem, formatPath, type MeantValue, type Path, type Place, type Severity } from '../problem.ts';
import { defined } from '../value.ts';

/** A finding of a rule. */
export interface RuleMatch {
  /** The value concerned; the nearest ancestor that the user wrote is the place. */
  readonly path: Path;
  /** Why it matters at run time, in a sentence or two that can be understood alone. */
  readonly message: string;
  /** How to fix it. */
  readonly hint?: string;
  /** The values of `{0}`, `{1}` in the hint. */
  readonly meant?: readonly MeantValue[];
  /** The severity, if it differs from the rule's own. */
  readonly severity?: Severity;
  /** Whether the key or its value is meant; the value by default. */
  readonly at?: 'key' | 'value';
  /** The place within the string at the path, if that has several lines. */
  readonly inside?: Place | undefined;
}

/** A match of the rule with this code, or one from the schema for a field of the wrong type. */
export interface CodedMatch extends RuleMatch {
  readonly code: string;
  readonly severity: Severity;
}

/** A rule's finding with the rule's code, and the rule's severity if it has none. */
export function codedMatch({
  rule,
  ...match
}: RuleMatch & { readonly rule: Pick<CodedMatch, 'code' | 'severity'> }): CodedMatch {
  return { ...match, code: rule.code, severity: match.severity ?? rule.severity };
}

/** The match as a problem. */
export function problemOf({ code, severity, message, path, hint, meant }: CodedMatch): FoundProblem {
  const advice = defined({ hint, meant });
  return { code, severity, message, path: formatPath(path), ...advice };
}
