import { fileURLToPath } from 'node:url';

/** Vite aliases that replace what the pure core imports from Node. */
export const browserCore = [
  { find: /^(?:\.\.\/)+native\.ts$/, replacement: fileURLToPath(new URL('./src/native.ts', import.meta.url)) },
];
