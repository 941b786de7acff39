import type { Reason, Verdict } from './types.ts';

/** One possible outcome, with the links of the chain that lead to it. */
export interface CheckOutcome {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
}

const rank: Readonly<Record<Verdict, number>> = { refused: 0, unknown: 1, 'plain-text': 2, works: 3 };

/** The worst of several outcomes, which decides for all; if several are unknown, with all that is missing. */
export function worst(outcomes: readonly CheckOutcome[]): CheckOutcome | undefined {
  let found: CheckOutcome | undefined;
  for (const outcome of outcomes)
    if (found === undefined || rank[outcome.verdict] < rank[found.verdict]) found = outcome;
  if (found?.verdict !== 'unknown') return found;
  const others = outcomes.filter((outcome) => outcome !== found && outcome.verdict === 'unknown');
  const missing = others.flatMap(({ reasons }) => reasons.filter((reason) => reason.missing !== undefined));
  return { verdict: 'unknown', reasons: [...found.reasons, ...missing] };
}

/** Something unknown, with the forms that it may have; `missing` names the object that would decide. */
export interface Question {
  readonly size: number;
  readonly missing: string | undefined;
}

/**
 * The outcome that holds however the questions are answered; if it depends on them, `unknown` with the questions that
 * matter.
 */
export function whatever(
  questions: readonly Question[],
  outcomeOf: (answers: readonly number[]) => CheckOutcome,
): CheckOutcome {
  const all = combinations(questions.map(({ size }) => size)).map((answers) => ({
    answers,
    outcome: outcomeOf(answers),
  }));
  const [first] = all;
  if (first === undefined) return { verdict: 'unknown', reasons: [] };
  if (all.every(({ outcome }) => outcome.verdict === first.outcome.verdict)) return first.outcome;
  const decisive = questions.filter((_, index) =>
    all.some((a) =>
      all.some((b) => differOnlyIn(index, a.answers, b.answers) && a.outcome.verdict !== b.outcome.verdict),
    ),
  );
  const asked = decisive.length > 0 ? decisive : questions.filter(({ size }) => size > 1);
  const open = all.find(({ outcome }) => outcome.verdict === 'unknown')?.outcome.reasons ?? [];
  return {
    verdict: 'unknown',
    reasons: [
      ...asked.map(
        ({ missing = 'more of the existing objects' }): Reason => ({
          code: 'not-given',
          text: `This depends on something that was not given: ${missing}.`,
          missing,
        }),
      ),
      ...open.filter(({ missing }) => missing !== undefined),
    ],
  };
}

function combinations(sizes: readonly number[]): readonly (readonly number[])[] {
  let found: (readonly number[])[] = [[]];
  for (const size of sizes)
    found = found.flatMap((answers) => Array.from({ length: size }, (_, at) => [...answers, at]));
  return found;
}

function differOnlyIn(index: number, a: readonly number[], b: readonly number[]): boolean {
  return a.every((answer, at) => at === index || answer === b[at]);
}

/** Each reason once, and no more than a reader can take in. */
export function distinct(reasons: readonly Reason[]): Reason[] {
  const seen = new Set<string>();
  return reasons
    .filter(({ code, text }) => {
      const key = `${code} ${text}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .slice(0, 20);
}
