/**
 * Version numbers as the Gloo chart writes them, and their order. It differs from semver in two ways, because the
 * project's release history does: `1.6.8-patch1` came after `1.6.8`, and `beta10` came after `beta9` (semver compares
 * them as strings). The semver package supports this order only if every version is rewritten for it, and loading it
 * costs every command some milliseconds; the tests compare order and ranges with it.
 */

/** The rank among versions of the same number; `floor` is `-0`, below every real one. */
const stages = { floor: 0, alpha: 1, beta: 2, rc: 3, release: 4, patch: 5 } as const;
type Stage = keyof typeof stages;

export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly stage: Stage;
  /** The number after the stage: 3 of `beta3`; 0 without one. */
  readonly count: number;
}

const grammar = /^v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:-(?:(0)|(alpha|beta|rc|patch)\.?(\d{1,9})))?$/;

/**
 * Parses a version, with or without a leading `v` (the project's git tags have one, its chart releases do not).
 * `1.15.0-0` is a version, too: the lowest of its number, for the bounds of ranges. Undefined for anything else.
 */
export function parseVersion(text: string): Version | undefined {
  const [matched, major, minor, patch, floor, stage, count] = grammar.exec(text) ?? [];
  if (matched === undefined) return undefined;
  return {
    major: Number(major),
    minor: Number(minor),
    patch: Number(patch),
    stage: floor !== undefined ? 'floor' : isStage(stage) ? stage : 'release',
    count: Number(count ?? 0),
  };
}

function isStage(text: string | undefined): text is Stage {
  return text !== undefined && Object.hasOwn(stages, text);
}

/** Negative if `a` is older than `b`, positive if newer, 0 if they are equal. */
export function compareVersions(a: Version, b: Version): number {
  return (
    a.major - b.major ||
    a.minor - b.minor ||
    a.patch - b.patch ||
    stages[a.stage] - stages[b.stage] ||
    a.count - b.count
  );
}

/** The version as the chart's releases write it, without `v`. */
export function formatVersion({ major, minor, patch, stage, count }: Version): string {
  const number = `${major}.${minor}.${patch}`;
  if (stage === 'release') return number;
  return stage === 'floor' ? `${number}-0` : `${number}-${stage}${count}`;
}
