#!/usr/bin/env node
// The file that the shell starts.
import { keepCompiled, load } from './load.ts';

/** What is known here of the part that the command is in; see src/cli/main.ts. */
interface Core {
  start(): Promise<void>;
}

/** Options without a command are one, too: `--version`, `--help`. */
const command = /^[a-z]+(?:-[a-z]+)*$/.exec(process.argv[2] ?? '')?.[0] ?? 'glistio';

void (load('core.cjs', command) as Core).start();
// A mistyped command is not worth remembering what it took to say so.
process.once('exit', (code) => (code === 0 || code === 1 ? keepCompiled() : undefined));
