import { processIo, writerDoor } from '../node/process-io.ts';
import { run } from './run.ts';

/** Runs the command of this process. Never process.exit: what is still being written must get out first. */
export async function start(): Promise<void> {
  if (process.argv[2] === writerDoor) {
    const { runWriter } = await import('../cluster/writer.ts');
    return await runWriter();
  }
  process.exitCode = await run(process.argv.slice(2), processIo());
}
