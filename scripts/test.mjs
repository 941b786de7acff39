// Node 20's test runner takes files, not patterns: collect them and hand them over.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const wanted = process.argv.slice(2);
const roots = wanted.length > 0 ? wanted : ['test'];
const files = roots.flatMap((root) =>
  root.endsWith('.test.ts')
    ? [root]
    : readdirSync(root, { recursive: true })
        .map((name) => join(root, String(name)))
        .filter((name) => name.endsWith('.test.ts'))
        .sort(),
);
const run = spawnSync(process.execPath, ['--import', 'tsx', '--test', '--test-concurrency=2', ...files], { stdio: 'inherit' });
process.exitCode = run.status ?? 1;
