import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { browserCore } from './browser-core.ts';
import { inDocument } from './in-document.ts';

interface Modules {
  getModuleInfo(id: string): { readonly isEntry: boolean; readonly importers: readonly string[] } | null;
}

/** Everything that the worker needs before it can answer is in one file, because each further file would delay it. */
function firstPart(id: string, modules: Modules, seen = new Set<string>()): string | null {
  const known = modules.getModuleInfo(id);
  if (known === null || seen.has(id)) return null;
  seen.add(id);
  return known.isEntry || known.importers.some((one) => firstPart(one, modules, seen) !== null) ? 'first' : null;
}

/** A static page that works from any folder. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  resolve: { alias: browserCore },
  plugins: [inDocument],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es', rolldownOptions: { output: { codeSplitting: { groups: [{ name: firstPart }] } } } },
  build: {
    ...{ target: 'es2022', outDir: 'dist', emptyOutDir: true, modulePreload: false, assetsInlineLimit: 0 },
    // The first program is part of the document, so its paths must be relative to it.
    rolldownOptions: { output: { entryFileNames: '[name].js' } },
  },
});
