/** Runs glistio for `helm glistio`: the one that this folder came with, or else the one on the PATH. */
const { spawnSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const own = join(__dirname, '..', '..', 'dist', 'cli.cjs');
const [program, before] = existsSync(own) ? [process.execPath, [own]] : ['glistio', []];
// Started by `node -e`, there is no script among the arguments.
const { status, error } = spawnSync(program, [...before, ...process.argv.slice(1)], { stdio: 'inherit' });
if (error) process.stderr.write(`glistio cannot be started: ${error.message}\n`);
process.exitCode = status ?? 2;
