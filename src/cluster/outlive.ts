import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { ownArguments } from '../node/own-program.ts';
import { writerDoor } from './door.ts';

/**
 * Starts this program again in a new session, where neither the closing of the terminal nor a signal to the process
 * group reaches it, and waits for its answer. A caller that has to stop waiting is notified that it continues.
 */
export async function outlive(text: string): Promise<string | undefined> {
  const child = spawn(process.execPath, [...ownArguments(), writerDoor], {
    detached: true,
    windowsHide: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const leave = (signal: NodeJS.Signals): void => {
    try {
      writeSync(2, 'the change continues without this command until it is written or undone completely\n');
    } catch {
      // The terminal is closed, too.
    }
    process.kill(process.pid, signal);
  };
  const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, leave);
  try {
    return await new Promise((done, fail) => {
      let answer = '';
      child.on('error', fail);
      child.on('close', () => done(answer === '' ? undefined : answer));
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
      // If the child exits before it has read everything, its exit reports that.
      child.stdin.on('error', () => {});
      child.stdin.end(text);
    });
  } finally {
    for (const signal of signals) process.off(signal, leave);
  }
}
