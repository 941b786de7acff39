import type { Value } from '../value.ts';
import type { Context } from './context.ts';
export function takesDeprecated(_bootstrap: Value): boolean { return false; }
export function checkServer(_context: Context, _bootstrap: Value): void {}
