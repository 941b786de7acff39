/**
 * `node scripts/test-files.mjs LIMIT FILE…`: runs each file in a separate process, in this order; on its
 * command line, Node 20 would sort them. LIMIT is in milliseconds, for each process.
 */
import { resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const [limit, ...files] = process.argv.slice(2);
// Some processes wait more than they compute, so there is one more than on two processors.
const tests = run({ files: files.map((name) => resolve(name)), timeout: Number(limit), concurrency: 3 });
tests.on('test:fail', () => {
  process.exitCode = 1;
});
tests.compose(new spec()).pipe(process.stdout);
