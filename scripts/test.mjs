/**
 * `node scripts/test.mjs [--update] [folders or files]`: the tests through Node's own runner. Node 20 takes files, not
 * patterns, so they are collected here. `--update` lets golden files be rewritten.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files that take long, the longest first: what is started last must be short. */
const longest = [
  'parity/chart.',
  'parity/companions.',
  'hints/hints.',
  'fuzz/fuzz.',
  'fleet/',
  'property/render.',
  'parity/',
  'fuzz/',
];
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
const env = {
  ...process.env,
  LC_ALL: 'C.UTF-8',
  TZ: 'UTC',
  NO_COLOR: '1',
  TSX_TSCONFIG_PATH: 'test/tsconfig.json',
  ...(update ? { UPDATE_GOLDEN: '1' } : {}),
};
delete env.FORCE_COLOR;
// What hangs fails in the end. Node 20 gives this to each process as a whole, so that it must do for the slowest on a busy machine.
const limit = 15 * 60_000;
// Some wait more than they compute, so one more than two processors have at once.
const options = [`--test-timeout=${limit}`, '--test-reporter=spec', '--test-concurrency=3'];
const { status } = spawnSync(process.execPath, ['--import', 'tsx', '--test', ...options, ...processes(files)], {
  stdio: 'inherit',
  env,
});
process.exitCode = status ?? 1;

/**
 * The files that processes are started with, the longest first. To load the sources takes longer than most files' tests, so a dozen small
 * files share a process: those that neither start the built command nor change what a process has only one of.
 */
function processes(all) {
  const long = all.filter((name) => longest.some((part) => name.includes(part))).sort((a, b) => rankOf(a) - rankOf(b));
  const small = all.filter((name) => !long.includes(name) && sharesProcess(name));
  const alone = all.filter((name) => !long.includes(name) && !small.includes(name));
  const folder = '.cache/tests';
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const shared = Array.from({ length: Math.ceil(small.length / 12) }, (_, index) => {
    const imports = small
      .slice(index * 12, index * 12 + 12)
      .map((name) => `import '../../${name.replaceAll('\\', '/')}';\n`);
    const path = join(folder, `${index}.test.ts`);
    writeFileSync(path, imports.join(''));
    return path;
  });
  return [...long, ...alone, ...shared];
}

function rankOf(name) {
  return longest.findIndex((part) => name.includes(part));
}

function sharesProcess(name) {
  return !/child_process|^before\(|support\/fleet/m.test(readFileSync(name, 'utf8'));
}
