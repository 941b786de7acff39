import { lookupTable } from '../../value.ts';
import type { Command } from '../command.ts';

/**
 * Commands whose one-word name begins no other command's name: running one does not load the declarations of the
 * others.
 */
const alone: Readonly<Record<string, () => Promise<Command>>> = lookupTable({
  render: async () => (await import('./render.ts')).render,
  validate: async () => (await import('./validate.ts')).validate,
  diff: async () => (await import('./diff.ts')).diff,
  inject: async () => (await import('./inject.ts')).inject,
  uninject: async () => (await import('./uninject.ts')).uninject,
});

/** The commands that a command line starting with this word may name. */
export async function commandsFor(word: string | undefined): Promise<readonly Command[]> {
  const command = word === undefined ? undefined : await alone[word]?.();
  return command === undefined ? (await import('./all.ts')).commands : [command];
}
