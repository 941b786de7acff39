import { diffManifests } from '../diff/diff.ts';
import type { DiffOptions } from '../diff/options.ts';
import { type PatchOperation, patchManifests } from '../diff/patch.ts';
import type { DiffReport } from '../diff/report.ts';
import type { Side } from '../objects/read.ts';
import { hasErrors } from '../problem.ts';
import type { Status } from './verdict.ts';

/** One of the two sides of a comparison. */
export interface ComparedSide {
  readonly side: Side;
  /** Its name in messages. */
  readonly name: string;
  /** Whether all objects count: those of a directory, as `kubectl diff` passes them, and parts outside the proxies. */
  readonly isWhole?: true;
}

export interface CompareOptions extends Omit<DiffOptions, 'names'> {
  /** Whether to return a JSON patch, too. */
  readonly patch?: boolean;
}

export interface Comparison {
  /** `failed` if a side cannot be read: the report's problems say why, and the rest is meaningless. */
  readonly status: Status;
  readonly report: DiffReport;
  readonly patch: readonly PatchOperation[];
}

/** The differences between two sides by meaning, for one cluster or for each of many. Never throws for bad input. */
export function compareSides(left: ComparedSide, right: ComparedSide, options: CompareOptions): Comparison {
  const { patch: wantsPatch = false, include = [], ...rest } = options;
  const everything = left.isWhole || right.isWhole ? ['*'] : [];
  const asked: DiffOptions = {
    ...rest,
    include: [...include, ...everything],
    names: { left: left.name, right: right.name },
  };
  const report = diffManifests(left.side, right.side, asked);
  if (hasErrors(report.problems)) return { status: 'failed', report, patch: [] };
  const patch = wantsPatch ? patchManifests(left.side, right.side, asked) : [];
  return { status: report.identical ? 'ok' : 'findings', report, patch };
}
