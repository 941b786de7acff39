/**
 * Whether glistio's output for a case on a release is correct: equal to the chart's, or different for a listed reason.
 */
import type { DeviationList } from './deviations.ts';
import { type ChartOutcome, type Outcome, outcomeKey } from './observe.ts';
import type { Pin } from './pins.ts';

export type Judgement =
  /** The same objects, whether they are rejected or not. */
  | { readonly kind: 'equal' }
  | { readonly kind: 'deviates'; readonly entries: readonly string[] }
  | { readonly kind: 'refused'; readonly entries: readonly string[] }
  | { readonly kind: 'wrong'; readonly message: string };

/** Compared with the recorded answer. */
export function judgeByAnswer(
  id: string,
  release: string,
  outcome: Outcome,
  chart: ChartOutcome,
  list: DeviationList,
): Judgement {
  if (chart.key === outcomeKey(outcome)) return equal(outcome);
  if (chart.verdicts.length === 0)
    return wrong(outcome, 'what the chart gives is accepted everywhere, but glistio gives something else');
  return explain(id, release, outcome, list);
}

/** Compared with the digest stored when the recorded answers were available. */
export function judgeByPin(id: string, release: string, outcome: Outcome, pin: Pin, list: DeviationList): Judgement {
  if (pin.key !== outcomeKey(outcome)) return wrong(outcome, 'the objects are not those whose digests are kept');
  return pin.deviates ? explain(id, release, outcome, list) : equal(outcome);
}

/** If the chart's output is the same, nothing may claim that it differs. */
function equal(outcome: Outcome): Judgement {
  if (outcome.kind === 'refused' || outcome.deviations.length === 0) return { kind: 'equal' };
  return wrong(outcome, `the chart gives the same, but ${outcome.deviations.join(', ')} says that it does not`);
}

/** The entries that justify a difference. */
function explain(id: string, release: string, outcome: Outcome, { deviations, refusals }: DeviationList): Judgement {
  if (outcome.kind === 'rendered') {
    const entries = deviations.filter((entry) => outcome.deviations.includes(entry.id) && entry.covers(release));
    if (entries.length === 0) return wrong(outcome, 'no warning tells the user of this difference');
    return { kind: 'deviates', entries: entries.map((entry) => entry.id) };
  }
  const found = outcome.errors.map(({ code, path }) => `${code} ${path}`);
  const entries = refusals.filter(({ cases, covers }) => {
    const expected = cases.get(id);
    return expected !== undefined && covers(release) && found.every((error) => expected.includes(error));
  });
  if (entries.length === 0) return wrong(outcome, 'no entry of deviations.yaml speaks of these errors');
  return { kind: 'refused', entries: entries.map((entry) => entry.id) };
}

function wrong(outcome: Outcome, message: string): Judgement {
  if (outcome.kind === 'rendered') return { kind: 'wrong', message };
  const errors = outcome.errors.map((error) => `${error.code} ${error.path ?? ''}: ${error.message}`);
  return { kind: 'wrong', message: `${message}\n  ${errors.join('\n  ')}` };
}
