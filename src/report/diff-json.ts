import type { DiffReport } from '../diff/report.ts';

/** The report for programs; `schema/diff-report.schema.json` describes it. */
export function formatDiffJson(report: DiffReport): string {
  return `${JSON.stringify(reportForPrograms(report), (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value), 2)}\n`;
}

/** The fields of a report that programs get. */
export function reportForPrograms({ identical, names, compared, changes, restarts, hidden, problems }: DiffReport) {
  return { identical, left: names.left, right: names.right, compared, hidden, changes, restarts, problems };
}
