import type { Command } from '../command.ts';
import { render } from './render.ts';

/**
 * Commands whose name is one word that no other begins with: who names one needs the declarations of no other. `render` is what
 * people run in loops, and is there at once.
 */
const alone: Readonly<Record<string, () => Promise<Command>>> = {
  render: async () => render,
  validate: async () => (await import('./validate.ts')).validate,
  diff: async () => (await import('./diff.ts')).diff,
  inject: async () => (await import('./inject.ts')).inject,
  uninject: async () => (await import('./uninject.ts')).uninject,
};

/** The commands that a command line beginning with a word may mean. */
export async function commandsFor(word: string | undefined): Promise<readonly Command[]> {
  const command = word !== undefined && Object.hasOwn(alone, word) ? await alone[word]?.() : undefined;
  return command === undefined ? (await import('./all.ts')).commands : [command];
}
