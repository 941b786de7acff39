import { processIo } from '../node/process-io.ts';
import { run } from './run.ts';

/** Runs the command of this process. Never process.exit: what is still being written must get out first. */
export async function start(): Promise<void> {
  process.exitCode = await run(process.argv.slice(2), processIo());
}
