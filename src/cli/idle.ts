import { CannotDo } from '../outcome.ts';
import type { ParsedArgs } from './command.ts';

/**
 * Refuses the first of these options that was given, because it would silently do nothing. `why` completes the sentence
 * after its name.
 */
export function refuseIdle<K extends string>(
  args: { readonly [N in K]?: ParsedArgs[string] },
  names: readonly K[],
  why: string,
  hint: string,
): void {
  const idle = names.find((name) => {
    const given = args[name];
    return typeof given === 'object' ? given.length > 0 : given !== undefined && given !== false;
  });
  if (idle !== undefined) throw new CannotDo(`--${idle} ${why}`, hint);
}
