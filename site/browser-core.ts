import { fileURLToPath } from 'node:url';

/** What stands in a browser in the place of what the pure core takes from Node. */
export const browserCore = [
  { find: /^(?:\.\.\/)+native\.ts$/, replacement: fileURLToPath(new URL('./src/native.ts', import.meta.url)) },
];
