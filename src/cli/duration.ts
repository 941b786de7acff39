import { CannotDo } from '../outcome.ts';
import { lookupTable } from '../value.ts';

const units: Readonly<Record<string, number>> = lookupTable({ ms: 1, s: 1000, m: 60_000, h: 3_600_000, '': 1000 });
/** Node's timers take at most 24 days, and no run waits longer than a day. */
const longest = 24 * 60 * 60_000;

/**
 * Parses a duration such as `10s`, `500ms`, `2m` or, in Go's notation, `1m30s`, into milliseconds; throws a {@link
 * CannotDo} that names the option.
 */
export function millisecondsOf(text: string, option: string): number {
  const isOne = /^\d{1,6}(?:\.\d{1,3})?$/.test(text);
  const parts = isOne ? [[text, text, '']] : [...text.matchAll(/(\d{1,6}(?:\.\d{1,3})?)(ms|s|m|h)/gy)];
  const isWhole = parts.map(([part]) => part).join('') === text;
  const milliseconds = parts.reduce((sum, [, number, unit = '']) => sum + Number(number) * (units[unit] ?? 1000), 0);
  if (!isWhole || milliseconds === 0)
    throw new CannotDo(`${option} cannot be "${text}"`, 'like 10s, 500ms, 2m or 1m30s');
  if (milliseconds > longest) throw new CannotDo(`${option} cannot be "${text}"`, 'at most 1440m, which is a day');
  return milliseconds;
}
