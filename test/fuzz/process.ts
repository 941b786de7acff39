import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Question, Word } from './child.ts';

export type Answer = Extract<Word, { say: 'done' }>;

/** The process died, or was killed because an input took too long. */
export class Lost extends Error {
  readonly what: 'hang' | 'crash';
  /** The input that it was trying. */
  readonly index: number;
  constructor(what: 'hang' | 'crash', index: number, detail: string) {
    super(detail);
    this.what = what;
    this.index = index;
  }
}

/**
 * Wall-clock time after which an input counts as hanging, in milliseconds. More than its two seconds of CPU time, since
 * the machine may be busy; less while shrinking an input that hangs, which takes many tries.
 */
const deadlines = { batch: 120_000, row: 60_000, show: 60_000 } as const;

/** A process that tries inputs, restarted whenever it is lost. */
export class Trier {
  #child: ChildProcess | undefined;
  #errors = '';

  /** Sends a request; rejects with {@link Lost} if the process is lost. */
  async ask(question: Question): Promise<Answer> {
    const child = this.#child ?? (await this.#start());
    return await new Promise((resolve, reject) => {
      let index = question.ask === 'batch' ? question.from : 0;
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        child.off('message', listen);
        child.off('exit', crashed);
        settle();
      };
      const hung = (): void => {
        const lost = new Lost('hang', index, `it did not end within ${deadlines[question.ask] / 1000} s`);
        end(() => reject(lost));
        this.stop();
      };
      const crashed = (code: number | null, signal: string | null): void => {
        this.#child = undefined;
        const lost = new Lost('crash', index, `the process ended with ${signal ?? code}: ${this.#errors.slice(-1500)}`);
        end(() => reject(lost));
      };
      const listen = (word: Word): void => {
        if (word.say === 'done') end(() => resolve(word));
        else {
          index = word.index;
          timer.refresh();
        }
      };
      const timer = setTimeout(hung, deadlines[question.ask]);
      child.on('message', listen);
      child.on('exit', crashed);
      child.send(question);
    });
  }

  async #start(): Promise<ChildProcess> {
    const child = fork(fileURLToPath(new URL('child.ts', import.meta.url)), [], {
      execArgv: ['--import', 'tsx', '--max-old-space-size=1024'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#errors = '';
    child.stderr?.on('data', (bytes: Buffer) => {
      this.#errors = (this.#errors + bytes.toString()).slice(-5000);
    });
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', () => reject(new Error(`the process that tries inputs does not start: ${this.#errors}`)));
    });
    this.#child = child;
    return child;
  }

  stop(): void {
    this.#child?.removeAllListeners('exit');
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }
}
