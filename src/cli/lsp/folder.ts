import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chartSettings } from '../../editor/chart-file.ts';
import type { EditorSettings } from '../../editor/settings.ts';
import type { Io } from '../../node/io.ts';

/** How many parent folders of a file are searched. */
const mostFolders = 4;

/** The settings from the nearest Chart.yaml, if that chart depends on Gloo's. */
export async function settingsOfFolder(uri: string, io: Io): Promise<EditorSettings> {
  let folder = folderOf(uri);
  if (folder === undefined) return {};
  for (let step = 0; step < mostFolders; step++) {
    const chartFile = await textOfFile(join(folder, 'Chart.yaml'), io);
    if (chartFile !== undefined)
      return chartSettings(chartFile, await textOfFile(join(folder, 'Chart.lock'), io)) ?? {};
    const above = dirname(folder);
    if (above === folder) break;
    folder = above;
  }
  return {};
}

/** The folder of a file; undefined for other addresses, and for what is not a path here, such as another host's file. */
function folderOf(uri: string): string | undefined {
  try {
    return uri.startsWith('file:') ? dirname(fileURLToPath(uri)) : undefined;
  } catch {
    return undefined;
  }
}

async function textOfFile(path: string, io: Io): Promise<string | undefined> {
  try {
    return await io.readFile(path);
  } catch {
    // There is no Chart.yaml, or it does not depend on Gloo.
    return undefined;
  }
}
