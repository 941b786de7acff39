import type { Problem } from './problem.ts';

/** What can be reported about a bug without revealing the program's input. */
export interface BugReport {
  /** `TypeError: x is not a function`; only the name of other errors, whose message may quote an input. */
  readonly what: string;
  /** The stack, innermost frame first: `nameOf (core.cjs:1:20)`. */
  readonly where: readonly string[];
}

const mostFrames = 8;
const mostOfMessage = 200;

/**
 * An unexpected exception that is safe to show to anyone: no source line (the built code has one of hundreds of
 * kilobytes), no path of the machine, no control characters and nothing of the input. Never throws, whatever was
 * thrown.
 */
export function reportBug(error: unknown): BugReport {
  try {
    return error instanceof Error
      ? { what: whatOf(error), where: framesOf(error) }
      : { what: `a thrown ${typeof error}`, where: [] };
  } catch {
    return { what: 'a thrown object that cannot be read', where: [] };
  }
}

/** The engine's messages of these describe what the code did, not the data. */
const tellers: readonly (new (message?: string) => Error)[] = [TypeError, RangeError, ReferenceError];

function whatOf(error: Error): string {
  const name = /^\w{1,40}$/.test(error.name) ? error.name : 'Error';
  // Node's own errors have a code, and quote the argument in their message.
  const { code } = error as { readonly code?: unknown };
  if (typeof code === 'string') return /^\w{1,60}$/.test(code) ? `${name} ${code}` : name;
  const isTold = tellers.some((type) => error instanceof type && error.constructor === type);
  const message = error.message.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return isTold ? `${name}: ${message.length > mostOfMessage ? `${message.slice(0, mostOfMessage)}…` : message}` : name;
}

function framesOf({ stack }: Error): string[] {
  // Code may have put anything into the stack before the frames, so only lines that are frames count.
  const lines = (stack ?? '').slice(0, 100_000).split('\n');
  return lines.flatMap(frameOf).slice(0, mostFrames);
}

/** `    at async f (/home/me/dist/core.cjs:1:20)` without its folder; empty if a line is not a stack frame. */
function frameOf(line: string): string[] {
  if (!line.startsWith('    at ') || line.length > 1000) return [];
  const words = line.slice('    at '.length);
  const opening = words.lastIndexOf('(');
  const isNamed = opening > 0 && words.endsWith(')');
  const path = isNamed ? words.slice(opening + 1, -1) : words;
  const place = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  if (!/^[\w.-]{1,80}:\d{1,9}:\d{1,9}$/.test(place)) return [];
  const name = isNamed ? words.slice(0, opening - 1).replace(/^(?:async |new ){0,2}/, '') : '';
  return [/^[\w$.<>#[\] ]{1,80}$/.test(name) ? `${name} (${place})` : place];
}

/** A bug as a problem, for results that cannot report it in another way. */
export function bugProblem(error: unknown): Problem {
  const { what, where } = reportBug(error);
  return {
    code: 'internal-error',
    severity: 'error',
    message: `This is a bug in glistio: ${what}${where.length === 0 ? '' : ` at ${where.slice(0, 3).join(', ')}`}.`,
    hint: 'please report it with the input',
  };
}
