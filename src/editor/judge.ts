import { hiderOf } from '../diff/secret-messages.ts';
import { holdsManifests } from '../helm/kinds/recognise.ts';
import type { Problem } from '../problem.ts';
import { type Validation, validateValues } from '../verbs/validate.ts';
import { validateManifests } from '../verbs/validate-manifests.ts';
import type { Source } from '../yaml/read.ts';
import { type EditorSettings, isAboutGloo, requestOf } from './settings.ts';

/** Larger files are not written by hand, and are left to the command line. */
const mostCharacters = 1024 * 1024;

/**
 * Returns what `glistio validate` reports for a single file of values or manifests; undefined for a file that is not
 * about Gloo. Secrets are hidden as they are there.
 */
export function judgeFile(source: Source, settings: EditorSettings): Validation | undefined {
  if (!isAboutGloo(source, settings)) return undefined;
  if (source.text.length > mostCharacters) return { problems: [tooLong(source)], chartVersion: '' };
  const found = judge(source, settings);
  const hider = hiderOf(new Map([[source.name, source.text]]));
  return found && { ...found, problems: found.problems.map(hider.whole) };
}

function judge(source: Source, settings: EditorSettings): Validation | undefined {
  if (!holdsManifests(source)) return validateValues(requestOf(source, settings));
  const { lint = false, ignore = [], chartVersion } = settings;
  const found = validateManifests(source, { lint, ignore });
  const isUnknown = found.chartVersion === '' && chartVersion !== undefined;
  const again = isUnknown ? validateManifests(source, { lint, ignore, chartVersion }) : found;
  // A file with only other objects is not a problem.
  return again.problems.some(({ code }) => code === 'no-proxy') ? undefined : again;
}

function tooLong({ name }: Source): Problem {
  const message = 'This file is longer than 1 MiB, so it is not checked while it is edited.';
  const hint = '`glistio validate` checks it';
  return { code: 'too-long', severity: 'info', message, hint, file: name, line: 1, column: 1 };
}
