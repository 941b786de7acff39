import type { Io } from '../node/io.ts';
import { type NamedText, readText, reasonOf } from '../node/sources.ts';
import { CannotDo } from '../outcome.ts';
import { noSettings, settingsName, type UserSettings } from './user-settings.ts';

/** Reads the file that `--config` names, or the nearest `.glistio.yaml`; its problems are part of the result. */
export async function settingsFor(config: string | undefined, io: Io): Promise<UserSettings> {
  const source = config === undefined ? nearest(io) : { name: config, text: await readText(config, io) };
  // Imported lazily: most runs have no settings file.
  return source === undefined ? noSettings : (await import('./read-settings.ts')).readUserSettings(source);
}

function nearest(io: Io): NamedText | undefined {
  try {
    return io.findUpwards?.(settingsName);
  } catch (error) {
    throw new CannotDo(`cannot read ${settingsName}: ${reasonOf(error)}`, '--config FILE reads another file instead');
  }
}
