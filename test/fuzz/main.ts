/** `npm run fuzz -- [--seconds N] [--seed S] [--kind NAME]… [--index N]`: see docs in CONTRIBUTING.md. */
import { parseArgs } from 'node:util';
import { fuzz, report } from './fuzz.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    seed: { type: 'string' },
    kind: { type: 'string', multiple: true },
    index: { type: 'string' },
  },
});

function numberOf(name: 'seconds' | 'seed' | 'index'): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} must be an integer, and "${text}" is none`);
  return Number(text);
}

const seed = numberOf('seed') ?? Math.floor(Math.random() * 1e9);
const index = numberOf('index');
const seconds = numberOf('seconds') ?? (index === undefined ? 60 : undefined);
const outcomes = await fuzz({
  seed,
  ...(seconds === undefined ? {} : { seconds }),
  ...(index === undefined ? {} : { index }),
  ...(values.kind === undefined ? {} : { kinds: values.kind }),
});
process.stdout.write(report(outcomes, seed));
process.exitCode = outcomes.some(({ faults }) => faults.length > 0) ? 1 : 0;
