/**
 * Version numbers as the Gloo chart writes them, and their order. Two things differ from semver, both because the
 * project's own history says so: `1.6.8-patch1` came after `1.6.8`, and `beta10` came after `beta9` (semver compares
 * them as words). The semver package can be brought to this order only by rewriting every version for it, and loading it
 * costs every command some milliseconds; the tests hold its order and ranges against these.
 */

/** Where a version stands among those of the same number; `floor` is `-0`, below every real one. */
const stages = { floor: 0, alpha: 1, beta: 2, rc: 3, release: 4, patch: 5 } as const;
type Stage = keyof typeof stages;

export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly stage: Stage;
  /** The number after the stage: 3 of `beta3`; 0 where there is none. */
  readonly count: number;
}

const grammar = /^v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:-(?:(0)|(alpha|beta|rc|patch)\.?(\d{1,9})))?$/;

/**
 * The version that a text names, with or without a leading `v` (the project's git tags have one, its chart releases do not).
 * `1.15.0-0` is a version too: the lowest of its number, for the ends of ranges. Undefined for anything else.
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

/** Negative when `a` is older than `b`, positive when newer, 0 when they are the same. */
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
