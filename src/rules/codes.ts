import { deviationSummaries } from '../proxy/deviation.ts';
import { rules } from './all.ts';
import { codesJson } from './codes.gen.ts';

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

/** The meaning of a code, in one line. */
export function summaryOf(code: string): string {
  const rule = rules.find((candidate) => candidate.code === code);
  if (rule !== undefined) return rule.summary;
  const other = otherCodes.flatMap((group) => group.codes).find((candidate) => candidate.code === code);
  return other?.summary ?? code;
}
