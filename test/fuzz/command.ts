import { run } from '../../src/cli/run.ts';
import { type MemoryOptions, memoryIo } from '../support/memory-io.ts';
import { fault, timed } from './kind.ts';

/** The output and exit code of a run of the command. */
export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command in memory, and checks the invariants of every run. */
export async function glistio(argv: readonly string[], options: MemoryOptions): Promise<Ended> {
  const ended = await timed(async () => {
    const io = memoryIo(options);
    return { status: await run(argv.map(arrived), io), ...io.printed };
  });
  const { status, stdout, stderr } = ended;
  const bug = /^glistio: this is a bug[\s\S]*|This is a bug in glistio[^\n]*/m.exec(stderr + stdout)?.[0];
  if (bug !== undefined) fault(`bug in ${placeOf(bug)}`, bug);
  if (![0, 1, 2].includes(status)) fault(`exit code ${status}`);
  if (status === 2 && stderr.trim() === '') fault('exit code 2 without a word');
  if (status !== 0 && stderr === '' && stdout === '') fault('a failure without a word');
  refuseControls(stderr, 'stderr', argv);
  // An unchanged document keeps its bytes.
  refuseControls(
    stdout,
    'stdout',
    argv,
    Object.values(options.files ?? {})
      .map(String)
      .join(''),
  );
  return ended;
}

/** An argument as a process receives it: bytes that are not UTF-8 become U+FFFD. */
function arrived(argument: string): string {
  return argument.replace(/\p{Surrogate}/gu, '\ufffd');
}

function placeOf(bug: string): string {
  return /([\w.$#<>]+ \([\w-]+\.ts)/.exec(bug)?.[1] ?? bug.split('\n')[1] ?? '?';
}

/** No terminal control characters may be printed; manifests may contain Windows line endings, which are the user's. */
function refuseControls(text: string, stream: string, argv: readonly string[] = [], kept = ''): void {
  const all = text.replaceAll('\r\n', '\n').matchAll(/(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu);
  const found = [...all].find(([character]) => !kept.includes(character));
  if (found === undefined) return;
  const around = text.slice(Math.max(0, found.index - 60), found.index + 20);
  fault(`control character in ${stream} of ${argv[0] ?? 'a message'}`, JSON.stringify(around));
}
