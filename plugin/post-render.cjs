/**
 * Runs `glistio inject` on what Helm renders: the glistio that this folder came with, or else the one on the PATH. Helm 4 keeps
 * what a plugin writes to stderr to itself; with GLISTIO_ERRORS=FILE it is in that file too.
 */
const { spawnSync } = require('node:child_process');
const { existsSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

// Started by `node -e`, there is no script among the arguments.
const args = process.argv.slice(require.main === module ? 2 : 1);
const verbs = ['inject', 'uninject', 'enable-mtls', 'disable-mtls'];
const argv = verbs.includes(args[0]) ? args : ['inject', ...args];
const own = join(__dirname, '..', 'dist', 'cli.cjs');
const [program, before] = existsSync(own) ? [process.execPath, [own]] : ['glistio', []];
const { status, stderr, error } = spawnSync(program, [...before, ...argv], { stdio: ['inherit', 'inherit', 'pipe'] });
const said = error ? `glistio cannot be started: ${error.message}\n` : String(stderr);
process.stderr.write(said);
if (process.env.GLISTIO_ERRORS) writeFileSync(process.env.GLISTIO_ERRORS, said);
process.exitCode = status ?? 2;
