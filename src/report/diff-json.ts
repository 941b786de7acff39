import type { DiffReport } from '../diff/report.ts';

/** The report for programs; `schema/diff-report.schema.json` describes it. */
export function formatDiffJson(report: DiffReport): string {
  const { identical, names, compared, changes, restarts, hidden, problems } = report;
  const shown = { identical, left: names.left, right: names.right, compared, hidden, changes, restarts, problems };
  return `${JSON.stringify(shown, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value), 2)}\n`;
}
