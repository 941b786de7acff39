import type { Reason, Verdict } from './types.ts';

/** What comes of one thing that may be, with the links of the chain that lead there. */
export interface CheckOutcome {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
}

const rank: Readonly<Record<Verdict, number>> = { refused: 0, unknown: 1, 'plain-text': 2, works: 3 };

/** The worst of several, which decides for all; of several that are not known, with all that is missing. */
export function worst(outcomes: readonly CheckOutcome[]): CheckOutcome | undefined {
  let found: CheckOutcome | undefined;
  for (const outcome of outcomes)
    if (found === undefined || rank[outcome.verdict] < rank[found.verdict]) found = outcome;
  if (found?.verdict !== 'unknown') return found;
  const others = outcomes.filter((outcome) => outcome !== found && outcome.verdict === 'unknown');
  const missing = others.flatMap(({ reasons }) => reasons.filter((reason) => reason.missing !== undefined));
  return { verdict: 'unknown', reasons: [...found.reasons, ...missing] };
}

/** Something that is not known, with what it may be; `missing` says which object would decide. */
export interface Question {
  readonly size: number;
  readonly missing: string | undefined;
}

/**
 * The outcome that holds however the questions are answered; where it depends on them, `unknown` with those that it
 * depends on.
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
        ({ missing = 'more of what is there' }): Reason => ({
          code: 'not-given',
          text: `This depends on what was not given: ${missing}.`,
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
  return a.every((answer, at) => (at === index ? answer !== b[at] : answer === b[at]));
}

/** Reasons once each, at most as many as somebody reads. */
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
