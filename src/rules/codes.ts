import { deviationSummaries } from '../proxy/deviation.ts';
import { rules } from './all.ts';
import { codesJson } from './codes.gen.ts';
import { ruleTextsJson } from './rule-texts.gen.ts';

/**
 * The codes that no rule uses: reading, the release's schema and the chart's model, comparing, changing manifests, and
 * the reasons why mTLS works or does not.
 */
export interface OtherCode {
  readonly code: string;
  readonly summary: string;
}

/** Cases in which the chart is broken through no fault of the values, so glistio prints what they ask for instead. */
export const chartCodes: readonly OtherCode[] = described(deviationSummaries());

/** What a rule finds, in one line; and, in Markdown, what happens at run time and what to do. */
interface RuleTexts {
  readonly summary: string;
  readonly help: string;
}

let ruleTexts: Readonly<Record<string, RuleTexts>> | undefined;

/** The codes of everything that is found outside the rules, in groups; those of schema/codes.yaml are the last. */
export const otherCodes: readonly { readonly title: string; readonly codes: readonly OtherCode[] }[] = [
  { title: 'Where the chart is broken', codes: chartCodes },
  // The JSON of scripts/gen-tables.ts.
  ...(JSON.parse(codesJson) as { title: string; codes: Record<string, string> }[]).map(({ title, codes }) => ({
    title,
    codes: described(codes),
  })),
];

function described(summaries: Readonly<Record<string, string>>): OtherCode[] {
  return Object.entries(summaries).map(([code, summary]) => ({ code, summary }));
}

/** Every code that a problem can have. */
export const codes: ReadonlySet<string> = new Set([
  ...rules.map(({ code }) => code),
  ...otherCodes.flatMap((group) => group.codes.map(({ code }) => code)),
]);

/** The summary and the help of a rule; undefined for other codes. */
export function textsOfRule(code: string): RuleTexts | undefined {
  ruleTexts ??= JSON.parse(ruleTextsJson) as Readonly<Record<string, RuleTexts>>;
  return Object.hasOwn(ruleTexts, code) ? ruleTexts[code] : undefined;
}

/** The meaning of a code, in one line. */
export function summaryOf(code: string): string {
  const other = otherCodes.flatMap((group) => group.codes).find((candidate) => candidate.code === code);
  return textsOfRule(code)?.summary ?? other?.summary ?? code;
}
