/**
 * `npm run scaling [-- WORD…]`: doubles inputs of many shapes and says how the time grows. An exponent of 1 is linear, of 2
 * quadratic; what grows faster than n log n is marked, and the command then ends with 1. With words, only shapes whose names hold one
 * of them.
 */
import { shapes } from './shapes.ts';

/** A size is worth doubling until the work takes this long, in milliseconds of CPU. */
const longEnough = 1200;
/** Below this, what is measured is noise and the warming up of the machine. */
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
    // What is too big is refused at once.
    if ((times.at(-1) ?? 0) > measurable && time < (times.at(-1) ?? 0) / 3) break;
    times.push(time);
  }
  const last = times.at(-1) ?? 0;
  const before = times.at(-2) ?? last;
  // The first of two may be a lucky one; the steepness over two doublings is less so.
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

/** Milliseconds of CPU, which other programs on the machine change least. */
function timeOf(act: () => unknown): number {
  const start = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
