import { writerDoor } from '../cluster/door.ts';
import { processIo } from '../node/process-io.ts';
import { exitCodes } from '../outcome.ts';
import { describeFailure } from './failure.ts';
import { run } from './run.ts';

/**
 * An exception that is not caught would be shown by Node with the line of source that it comes from, and a line of the
 * built code is all of it.
 */
function endOnBug(error: unknown): void {
  processIo().stderr(describeFailure(error, process.argv.slice(2)));
  process.exit(exitCodes.impossible);
}

/** Runs the command of this process. Never process.exit: what is still being written must get out first. */
export async function start(): Promise<void> {
  // A promise that rejects unhandled ends here, too.
  process.on('uncaughtException', endOnBug);
  if (process.argv[2] === writerDoor) {
    const { runWriter } = await import('../cluster/writer.ts');
    return await runWriter();
  }
  process.exitCode = await run(process.argv.slice(2), processIo(outlive));
}

/** Loaded when a cluster is changed and not before. */
async function outlive(text: string): Promise<string | undefined> {
  const outside = await import('../cluster/outlive.ts');
  return await outside.outlive(text);
}
