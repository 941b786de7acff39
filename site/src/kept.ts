/**
 * What was typed, kept by the browser for this tab until it is closed, as it does with a plain text field: a reload does
 * not lose it.
 */
import type { Input } from './answers.ts';
import { readInput } from './link.ts';

/** Keeps an input for the page's current address. A browser may refuse: it is too large, or storage is turned off. */
export function keep(input: Input): void {
  try {
    sessionStorage.setItem('input', location.hash + JSON.stringify(input));
  } catch {
    drop();
  }
}

/** Returns what was kept for the page's current address; another link in it replaces what was typed. */
export function kept(): Input | undefined {
  try {
    const all = sessionStorage.getItem('input') ?? '';
    const at = all.indexOf('{');
    return at >= 0 && all.slice(0, at) === location.hash ? readInput(all.slice(at)) : undefined;
  } catch {
    return undefined;
  }
}

function drop(): void {
  try {
    sessionStorage.removeItem('input');
  } catch {
    // There is nothing to remove.
  }
}
