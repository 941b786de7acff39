#!/usr/bin/env node
import { processIo } from '../node/process-io.ts';
import { run } from './run.ts';

// Never process.exit: what is still being written must get out first.
run(process.argv.slice(2), processIo()).then((code) => {
  process.exitCode = code;
});
