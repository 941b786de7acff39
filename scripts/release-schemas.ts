/**
 * `npm run release:schemas`: writes the JSON Schema of every release's values to stable paths:
 * `release/schemas/<release>/values.schema.json`, `release/schemas/<line>/…` for the newest of a line, and glistio's
 * own schemas beside them.
 */
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chartOf } from '../src/chart/chart.ts';
import { isStable, newestRelease, releases } from '../src/chart/releases.ts';
import { valuesSchema } from '../src/schema/schema.ts';

const folder = join('release', 'schemas');

function write(name: string, text: string): void {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, 'values.schema.json'), text);
}

for (const release of releases) {
  const text = `${JSON.stringify(valuesSchema(chartOf(release)))}\n`;
  write(release, text);
  // Releases are in order, so the last of a line is its newest.
  if (isStable(release)) write(release.replace(/\.\d+$/, ''), text);
  if (release === newestRelease) write('latest', text);
}
for (const name of readdirSync('schema'))
  if (name.endsWith('.schema.json')) copyFileSync(join('schema', name), join(folder, name));
