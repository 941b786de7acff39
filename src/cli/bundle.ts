/** What the build makes one file of: the library, and the command around it. */

export * from '../index.ts';
export { start } from './main.ts';
