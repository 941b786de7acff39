/** The effective release, namespace and name: from options, else from the files themselves, else the defaults. */

import { labelNameFault, releaseNameFault } from '../apiserver/names.ts';
import { findRelease, newestRelease } from '../chart/releases.ts';
import type { Said } from '../helm/kinds/recognised.ts';
import type { Layers } from '../helm/layered.ts';
import type { Problem } from '../problem.ts';

/** Which release of the chart, and how it is installed. */
export interface ReleaseOptions {
  /**
   * A release (`1.5.0`, `v1.5.0`), a line (`1.17`) or a range (`^1.20`), which stands for its newest release; the
   * newest known by default.
   */
  readonly chartVersion?: string;
  /** Helm's release namespace; `gloo-system` by default. */
  readonly namespace?: string;
  /** Helm's default if neither `namespace` nor the files of values set one. */
  readonly usualNamespace?: string;
  /** Helm's release name; `gloo` by default. */
  readonly releaseName?: string;
}

/** The release of the chart, and how it is installed. */
export interface ChosenRelease {
  readonly chartVersion: string;
  readonly release: { readonly name: string; readonly namespace: string };
  /** The release whose defaults are included in a record's own values. */
  readonly recorded: string | undefined;
}

const keys = ['chartVersion', 'namespace', 'releaseName'] as const;
type Key = (typeof keys)[number];

function lastSaid(layers: Layers, key: Key): Said | undefined {
  return layers.said.findLast((one) => one[key] !== undefined);
}

/** What the files leave to a generator and no option sets. */
export function unsaid(said: readonly Said[], options: ReleaseOptions): Problem[] {
  return said.flatMap(({ open = {} }) =>
    keys.flatMap((key) => (options[key] === undefined && open[key] !== undefined ? [open[key]] : [])),
  );
}

/** What to render, or why it is unknown. */
export function releaseOf(options: ReleaseOptions, layers: Layers): ChosenRelease | { readonly problem: Problem } {
  const by = lastSaid(layers, 'chartVersion');
  const unnamed = layers.said.findLast(({ partialOf, chart }) => partialOf !== undefined && chart !== undefined);
  const asked = options.chartVersion ?? by?.chartVersion;
  if (asked === undefined && unnamed !== undefined) return { problem: withoutRelease(unnamed) };
  const found = asked === undefined ? newestRelease : findRelease(asked);
  if (typeof found !== 'string') return { problem: options.chartVersion === undefined ? saidBy(found, by) : found };
  const name = options.releaseName ?? lastSaid(layers, 'releaseName')?.releaseName ?? 'gloo';
  const namespace =
    options.namespace ?? lastSaid(layers, 'namespace')?.namespace ?? options.usualNamespace ?? 'gloo-system';
  const misnamed =
    invalidName('The release name', name, releaseNameFault) ?? invalidName('The namespace', namespace, labelNameFault);
  if (misnamed !== undefined) return { problem: misnamed };
  const recorded = layers.said.findLast(({ wrapperValues }) => wrapperValues !== undefined)?.chartVersion;
  const known = recorded === undefined ? undefined : findRelease(recorded);
  return {
    chartVersion: found,
    release: { name, namespace },
    recorded: typeof known === 'string' ? known : undefined,
  };
}

/** A chart such as gloo-ee has its own releases, from which the one of Gloo inside does not follow. */
function withoutRelease({ by, file, chart }: Said): Problem {
  return {
    code: 'unknown-release',
    severity: 'error',
    message: `${by} is for chart ${chart ?? 'unknown'}, not for gloo, and does not say which release of Gloo's chart is inside.`,
    file,
    hint: "name it with --chart-version: the wrapping chart's Chart.yaml or Chart.lock has it",
  };
}

/** Helm refuses such a release name, and the API server such a namespace. */
function invalidName(what: string, name: string, faultOf: (name: string) => string | undefined): Problem | undefined {
  const fault = faultOf(name);
  return fault === undefined
    ? undefined
    : { code: 'invalid-release-name', severity: 'error', message: `${what} ${JSON.stringify(name)} ${fault}.` };
}

function saidBy(problem: Problem, by: Said | undefined): Problem {
  if (by === undefined) return problem;
  return { ...problem, message: `${by.by} (${by.file}): ${problem.message}`, file: by.file };
}

/** What was taken from the files, in words, for the user of a command. */
export function notedBy(
  options: ReleaseOptions & { readonly recorded?: Said },
  layers: Layers,
  chosen: ChosenRelease,
): string[] {
  const words: Readonly<Record<Key, string>> = {
    chartVersion: `chart version ${chosen.chartVersion}`,
    namespace: `namespace ${chosen.release.namespace}`,
    releaseName: `release name ${chosen.release.name}`,
  };
  const taken = new Map<Said, string[]>();
  for (const key of keys) {
    const by = options[key] === undefined ? lastSaid(layers, key) : undefined;
    // The caller that passes a record reports what was read from it.
    if (by !== undefined && by !== options.recorded) taken.set(by, [...(taken.get(by) ?? []), words[key]]);
  }
  const notes = [...taken].map(([{ by, file }, parts]) => `${parts.join(', ')}: from ${by} (${file})`);
  const record = layers.said.findLast(({ wrapperValues }) => wrapperValues !== undefined);
  if (record !== undefined)
    notes.push(`the wrapping chart's own values, including its images: from ${record.by} (${record.file})`);
  return notes;
}
