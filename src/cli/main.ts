import { writerDoor } from '../cluster/door.ts';
import { processIo } from '../node/process-io.ts';
import { exitCodes } from '../outcome.ts';
import { describeFailure } from './failure.ts';
import { run } from './run.ts';

/** Node would show an uncaught exception with its line of source, which in the built code is a whole file. */
function endOnBug(error: unknown): void {
  processIo().stderr(describeFailure(error, process.argv.slice(2)));
  process.exit(exitCodes.impossible);
}

/** Runs the command of this process. It never calls process.exit, so that pending output is written. */
export async function start(): Promise<void> {
  // Unhandled rejections end up here, too.
  process.on('uncaughtException', endOnBug);
  if (process.argv[2] === writerDoor) {
    const { runWriter } = await import('../cluster/writer.ts');
    return await runWriter();
  }
  process.exitCode = await run(process.argv.slice(2), processIo(outlive));
}

/** Imported only when a cluster is changed. */
async function outlive(text: string): Promise<string | undefined> {
  const outside = await import('../cluster/outlive.ts');
  return await outside.outlive(text);
}
