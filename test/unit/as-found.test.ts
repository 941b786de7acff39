import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differenceOf, processState } from '../support/as-found.ts';

/** Each changes global state of the process, and returns a function that restores it. */
const changes: Readonly<Record<string, () => () => void>> = {
  'env GLISTIO_AS_FOUND': () => {
    process.env['GLISTIO_AS_FOUND'] = '1';
    return () => delete process.env['GLISTIO_AS_FOUND'];
  },
  cwd: () => {
    const before = process.cwd();
    process.chdir('/');
    return () => process.chdir(before);
  },
  umask: () => {
    const before = process.umask(0o077);
    return () => process.umask(before);
  },
  timers: () => {
    const timer = setInterval(() => {}, 60_000);
    return () => clearInterval(timer);
  },
  'listeners SIGUSR2': () => {
    const listener = (): void => {};
    process.on('SIGUSR2', listener);
    return () => process.off('SIGUSR2', listener);
  },
  'global asFound': () => {
    Object.assign(globalThis, { asFound: 1 });
    return () => Reflect.deleteProperty(globalThis, 'asFound');
  },
  'Array.prototype.asFound': () => {
    Object.defineProperty(Array.prototype, 'asFound', { value: 1, configurable: true });
    return () => Reflect.deleteProperty(Array.prototype, 'asFound');
  },
  'Date.now': () => {
    const { now } = Date;
    Date.now = () => 0;
    return () => {
      Date.now = now;
    };
  },
  'process.stdout.write': () => {
    const { write } = process.stdout;
    process.stdout.write = () => true;
    return () => {
      process.stdout.write = write;
    };
  },
};

for (const [name, change] of Object.entries(changes)) {
  test(`that a test left something behind is noticed: ${name}`, () => {
    const before = processState();
    const takeBack = change();
    const now = processState();
    takeBack();
    const differences = differenceOf(before, now);
    assert.equal(differences.length, 1, differences.join('\n'));
    assert.ok(differences[0]?.startsWith(`${name}: `), differences[0]);
    assert.deepEqual(differenceOf(before, processState()), []);
  });
}
