import { readdirSync } from 'node:fs';
import type { Kind } from './kind.ts';

/** Every kind in `test/fuzz/kinds`, by name. */
export async function readKinds(): Promise<readonly Kind<unknown>[]> {
  const folder = new URL('kinds/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const read = await Promise.all(
    files.map(async (name) => ((await import(new URL(name, folder).href)) as { readonly kind: Kind<unknown> }).kind),
  );
  return read.sort((a, b) => (a.name < b.name ? -1 : 1));
}
