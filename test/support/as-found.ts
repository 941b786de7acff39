/**
 * Small test files share a process (`scripts/test.mjs`): each must leave its state unchanged, or another's result
 * depends on the order.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

/** The global state of a process, as strings that can be compared. */
export type ProcessState = Readonly<Record<string, string>>;

/** Events that the runner listens to while its tests run. */
const ofRunner: ReadonlySet<string> = new Set(['beforeExit', 'exit', 'uncaughtException', 'unhandledRejection']);

const builtIns = { Object, Array, String, Number, RegExp, Map, Set, Promise, Date, JSON, Math, console };

export function processState(): ProcessState {
  const state: Record<string, string> = {
    cwd: process.cwd(),
    umask: String(process.umask()),
    argv: process.argv.join(' '),
    timers: String(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length),
  };
  for (const [name, value] of Object.entries(process.env)) state[`env ${name}`] = value ?? '';
  for (const event of process.eventNames().filter((name) => !ofRunner.has(String(name))))
    state[`listeners ${String(event)}`] = String(process.listenerCount(event));
  for (const name of Object.getOwnPropertyNames(globalThis)) state[`global ${name}`] = '';
  for (const [name, value] of Object.entries(builtIns)) {
    addMembers(state, name, value);
    if (typeof value === 'function') addMembers(state, `${name}.prototype`, value.prototype as object);
  }
  addMembers(state, 'process.stdout', { write: process.stdout.write });
  return state;
}

/** A number for each function or object, so that a replacement is detected. */
const numbers = new WeakMap<object, number>();
let counted = 0;

function addMembers(state: Record<string, string>, holder: string, members: object): void {
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(members))) {
    const isOne = typeof value === 'function' || (typeof value === 'object' && value !== null);
    if (isOne && !numbers.has(value)) numbers.set(value, ++counted);
    state[`${holder}.${name}`] = isOne ? `no. ${numbers.get(value)}` : String(value);
  }
}

/** The differences, as text. */
export function differenceOf(before: ProcessState, now: ProcessState): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names]
    .filter((name) => before[name] !== now[name])
    .map((name) => `${name}: ${before[name] ?? 'not there'} → ${now[name] ?? 'not there'}`);
}

let found = processState();

/**
 * Called when a file has been loaded, and once before any: what a file changes fails a test, and so does what its tests
 * change.
 */
export function leftAsFound(file: string): void {
  const loading = differenceOf(found, processState());
  found = processState();
  test(`${file} leaves the process as it was`, () => {
    const now = processState();
    const changes = [...loading, ...differenceOf(found, now)];
    found = now;
    assert.deepEqual(changes, []);
  });
}
