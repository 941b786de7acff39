/**
 * `npm run gen`: compiles what people edit (`schema/`, `templates/`) into the modules that the program loads
 * (`*.gen.ts`, never edited, not in git). Every `scripts/gen-*.ts` is a step whose default export returns the files to
 * write. A file is only written if its text changes, so running this again does nothing.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface GeneratedFile {
  /** From the project's root. */
  readonly path: string;
  readonly text: string;
}
export type Step = () => readonly GeneratedFile[] | Promise<readonly GeneratedFile[]>;

const steps = readdirSync(new URL('.', import.meta.url))
  .filter((name) => /^gen-.*\.ts$/.test(name))
  .sort();
for (const name of steps) {
  const module = (await import(new URL(name, import.meta.url).href)) as { default?: Step };
  if (module.default === undefined) continue;
  for (const file of await module.default()) write(file);
}

function write({ path, text }: GeneratedFile): void {
  const target = fileURLToPath(new URL(`../${path}`, import.meta.url));
  let existing: string | undefined;
  try {
    existing = readFileSync(target, 'utf8');
  } catch {
    mkdirSync(dirname(target), { recursive: true });
  }
  if (existing !== text) writeFileSync(target, text);
}
