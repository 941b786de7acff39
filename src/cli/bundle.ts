/** What the build makes one file of: the command, and the library, which is set up only for those who ask for it. */
export { start } from './main.ts';

export function library(): Promise<typeof import('../index.ts')> {
  return import('../index.ts');
}
