import type { DiffReport } from '../diff/report.ts';
import { json, type Printable } from '../printable.ts';

/** The report for programs; `schema/diff-report.schema.json` describes it. */
export function formatDiffJson(report: DiffReport): Printable {
  return json(reportForPrograms(report));
}

/** The fields of a report in JSON. */
export function reportForPrograms({ identical, names, compared, changes, restarts, hidden, problems }: DiffReport) {
  return { identical, left: names.left, right: names.right, compared, hidden, changes, restarts, problems };
}
