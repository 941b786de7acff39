/**
 * How releases of Helm differ in their treatment of values. The default is Helm 3.19.0; `oracle/values` and the
 * recorded answers in `test/oracle` are from the libraries of 3.19.0, 3.19.5, 3.20.2, 3.22.0, 4.2.1 and 4.3.1.
 */
import type { Problem } from '../problem.ts';

/** How a release of Helm reads, merges and coalesces values. */
export interface HelmRules {
  /** Whether it merges all documents of a values file, or reads only the first (`loader.LoadValues`). */
  readonly readsAllDocuments: boolean;
  /** Whether `--set-json` accepts a whole object, too. */
  readonly takesJsonObjects: boolean;
  /** What happens to the user's null below the top level if the chart's default is null. */
  readonly nullOverNull: 'stays' | 'goes';
  /** The same if the chart has no default, but one for the map around it. */
  readonly nullOverNothing: 'stays' | 'goes';
  /** Whether defaults that are null are dropped. */
  readonly dropsNullDefaults: boolean;
  /** Whether it installs by server-side apply, which refuses unknown fields even if they are null. */
  readonly appliesOnServer: boolean;
}

/** Helm 3.19.0. */
export const defaultHelm: HelmRules = {
  readsAllDocuments: false,
  takesJsonObjects: false,
  nullOverNull: 'goes',
  nullOverNothing: 'stays',
  dropsNullDefaults: false,
  appliesOnServer: false,
};

const alwaysGone = { ...defaultHelm, nullOverNothing: 'goes' } as const;
const alwaysStays = { ...defaultHelm, nullOverNull: 'stays' } as const;
const helm4 = { readsAllDocuments: true, takesJsonObjects: true, appliesOnServer: true } as const;

/** Helm 4.2 and newer. */
export const newestHelm: HelmRules = { ...alwaysStays, ...helm4, dropsNullDefaults: true };

/** The first release of each set of rules, newest first. */
const history: readonly (readonly [since: readonly number[], rules: HelmRules])[] = [
  [[4, 2, 0], newestHelm],
  [[4, 1, 3], { ...alwaysStays, ...helm4 }],
  [[4, 0, 0], { ...alwaysGone, ...helm4 }],
  [[3, 20, 1], alwaysStays],
  [[3, 19, 5], alwaysGone],
  [[3, 0, 0], defaultHelm],
];

/**
 * The rules of a release: `3`, which means 3.19.0, `4`, which means the newest known, or a full version such as
 * `3.20.2` or `v4.1.0+g4553a0a`, as `helm version --short` prints it. A problem `bad-option` for anything else.
 */
export function rulesOfHelm(version: string): HelmRules | { readonly problem: Problem } {
  const [, major, minor, patch] =
    /^v?([34])(?:\.(\d{1,4})\.(\d{1,4})(?:[-+][\w.+-]{0,80})?)?$/.exec(version.trim()) ?? [];
  if (major === undefined) return { problem: unknownHelm(version) };
  if (minor === undefined) return major === '3' ? defaultHelm : newestHelm;
  const asked = [major, minor, patch].map(Number);
  return history.find(([since]) => isAtLeast(asked, since))?.[1] ?? defaultHelm;
}

/** Whether a release of Helm installs by server-side apply; not if the release is unknown. */
export function appliesOnServer(version: string | undefined): boolean {
  const rules = version === undefined ? defaultHelm : rulesOfHelm(version);
  return !('problem' in rules) && rules.appliesOnServer;
}

function isAtLeast(version: readonly number[], since: readonly number[]): boolean {
  const at = since.findIndex((number, index) => number !== version[index]);
  return at < 0 || (version[at] ?? 0) > (since[at] ?? 0);
}

function unknownHelm(version: string): Problem {
  return {
    code: 'bad-option',
    severity: 'error',
    message: `${JSON.stringify(version.slice(0, 60))} is not a version of Helm whose rules are known.`,
    hint: 'write 3, 4, or a release such as 3.20.2',
  };
}
