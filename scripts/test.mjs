/**
 * `node scripts/test.mjs [--update] [folders or files]`: the tests through Node's own runner. Node 20 takes files, not
 * patterns, so they are collected here. `--update` lets golden files be rewritten.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const wanted = process.argv.slice(2).filter((word) => word !== '--update');
const update = process.argv.includes('--update');
const files = (wanted.length > 0 ? wanted : ['test']).flatMap((root) =>
  root.endsWith('.test.ts')
    ? [root]
    : readdirSync(root, { recursive: true })
        .map((name) => join(root, String(name)))
        .filter((name) => name.endsWith('.test.ts'))
        .sort(),
);
// What the tests depend on is pinned: nobody's colours, language, time zone or proxies.
const env = { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC', NO_COLOR: '1', ...(update ? { UPDATE_GOLDEN: '1' } : {}) };
delete env.FORCE_COLOR;
// What hangs fails in the end. Node 20 gives this to each file as a whole, so that it must do for the slowest on a busy machine.
const limit = 15 * 60_000;
const { status } = spawnSync(
  process.execPath,
  ['--import', 'tsx', '--test', `--test-timeout=${limit}`, '--test-reporter=spec', '--test-concurrency=2', ...files],
  { stdio: 'inherit', env },
);
process.exitCode = status ?? 1;
