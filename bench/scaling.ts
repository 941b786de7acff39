/**
 * `npm run scaling [-- WORD…]`: doubles inputs of many shapes and reports how the time grows. An exponent of 1 is
 * linear, of 2 quadratic; anything that grows faster than n log n is marked, and the exit code is then 1. With words,
 * only shapes whose names contain one of them.
 */
import { shapes } from './shapes.ts';

/** Sizes are doubled until the operation takes this long, in milliseconds of CPU. */
const longEnough = 1200;
/** Shorter times are dominated by noise and warm-up. */
const measurable = 60;
const steepest = 1.4;
const mostDoublings = 8;
const smallest = 256;

const words = process.argv.slice(2);
const wanted = shapes.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
let isSteep = false;
for (const { name, make } of wanted) {
  const times: number[] = [];
  for (let step = 0; step <= mostDoublings && (times.at(-1) ?? 0) < longEnough; step++) {
    const act = make(smallest * 2 ** step);
    const time = timeOf(act);
    // Inputs that are too large are rejected at once.
    if ((times.at(-1) ?? 0) > measurable && time < (times.at(-1) ?? 0) / 3) break;
    times.push(time);
  }
  const last = times.at(-1) ?? 0;
  const before = times.at(-2) ?? last;
  // The first of two measurements may be an outlier; the slope over two doublings is more reliable.
  const exponent = Math.min(Math.log2(last / before), Math.log2(last / (times.at(-3) ?? 1)) / 2);
  const tooSteep = last > measurable && exponent > steepest;
  isSteep ||= tooSteep;
  const sizes = smallest * 2 ** (times.length - 1);
  const growth = last > measurable ? exponent.toFixed(2) : '    ';
  console.log(
    `${tooSteep ? 'STEEP' : 'ok   '} ${growth} ${name.padEnd(50)} n=${String(sizes).padEnd(6)} ${last.toFixed(0)} ms`,
  );
}
process.exitCode = isSteep ? 1 : 0;

/** Milliseconds of CPU, which other processes on the machine affect least. */
function timeOf(act: () => unknown): number {
  const start = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
