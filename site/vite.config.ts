import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { browserCore } from './browser-core.ts';

/** A static page that works from any folder. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  resolve: { alias: browserCore },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es' },
  build: { target: 'es2022', outDir: 'dist', emptyOutDir: true, modulePreload: false, assetsInlineLimit: 0 },
});
