import { CannotDo } from '../outcome.ts';

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, '': 1000 };
/** Node's timers take no more than 24 days, and no run waits for a day. */
const longest = 24 * 60 * 60_000;

/** The milliseconds of a time such as `10s`, `500ms` or `2m`; throws a {@link CannotDo} that names the option. */
export function millisecondsOf(text: string, option: string): number {
  const [matched, number = '', unit = ''] = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s|m)?$/.exec(text) ?? [];
  const milliseconds = Number(number) * (units[unit] ?? 1000);
  if (matched === undefined || milliseconds === 0)
    throw new CannotDo(`${option} cannot be "${text}"`, 'like 10s, 500ms or 2m');
  if (milliseconds > longest) throw new CannotDo(`${option} cannot be "${text}"`, 'at most 1440m, which is a day');
  return milliseconds;
}
