import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chartSettings } from '../../editor/chart-file.ts';
import type { EditorSettings } from '../../editor/settings.ts';
import type { Io } from '../../node/io.ts';

/** How many folders above a file are looked into. */
const mostFolders = 4;

/** What the chart around a file says of it, where it is one that depends on Gloo's: the nearest Chart.yaml counts. */
export async function settingsOfFolder(uri: string, io: Io): Promise<EditorSettings> {
  if (!uri.startsWith('file:')) return {};
  let folder = dirname(fileURLToPath(uri));
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

async function textOfFile(path: string, io: Io): Promise<string | undefined> {
  try {
    return await io.readFile(path);
  } catch {
    // There is none, or it is none of ours.
    return undefined;
  }
}
