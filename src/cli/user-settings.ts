import type { NamedText } from '../node/sources.ts';
import type { Problem, Severity } from '../problem.ts';

export const settingsName = '.glistio.yaml';

/** The contents of `.glistio.yaml`. */
export interface UserSettings {
  /** The file; undefined if there is none. */
  readonly source: NamedText | undefined;
  readonly severities: ReadonlyMap<string, Severity | 'ignore'>;
  readonly failOn: readonly string[];
  readonly problems: readonly Problem[];
}

/** The settings if there is no file. */
export const noSettings: UserSettings = { source: undefined, severities: new Map(), failOn: [], problems: [] };
