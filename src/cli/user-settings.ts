import type { NamedText } from '../node/sources.ts';
import type { Problem, Severity } from '../problem.ts';

export const settingsName = '.glistio.yaml';

/** What `.glistio.yaml` says. */
export interface UserSettings {
  /** The file; undefined where there is none. */
  readonly source: NamedText | undefined;
  readonly severities: ReadonlyMap<string, Severity | 'ignore'>;
  readonly failOn: readonly string[];
  readonly problems: readonly Problem[];
}

/** Where there is no file. */
export const noSettings: UserSettings = { source: undefined, severities: new Map(), failOn: [], problems: [] };
