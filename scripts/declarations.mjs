/** The last step of the build: `tsc` declares every module of the library; users need those that its types refer to. */
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const folder = join('dist', 'types');
const needed = new Set();
need(join(folder, 'index.d.ts'));
for (const name of readdirSync(folder, { recursive: true })) {
  const file = join(folder, name);
  if (statSync(file).isFile() && file.endsWith('.ts') && !needed.has(file)) rmSync(file);
}

function need(file) {
  if (needed.has(file)) return;
  needed.add(file);
  const imports = readFileSync(file, 'utf8').matchAll(/(?:from|import\() ?['"](\.[^'"]+)\.ts['"]/g);
  for (const [, name] of imports) need(join(dirname(file), `${name}.d.ts`));
}
