/**
 * `node scripts/test.mjs [--update] [folders or files]`: runs the tests with Node's test runner. Node 20 takes files,
 * not patterns, so they are collected here. `--update` lets tests rewrite golden files.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Files that take more than about 5 s of CPU, or wait long, longest first: the last to start must be short. */
const longest = [
  ...['hints/hints.', 'parity/chart.', 'parity/companions.', 'unit/regexes.', 'unit/rule-cases.', 'fuzz/fuzz.'],
  ...[
    'unit/validate-recorded.',
    'unit/validate-manifests.',
    'scenarios/no-hang.',
    'fleet/deadline.',
    'fuzz/any-values.',
  ],
  ...[
    'fuzz/hostile-text.',
    'golden/readme.',
    'unit/library.',
    'unit/replace-files.',
    'property/render.',
    'parity/kube',
  ],
  ...['parity/wrapped.', 'parity/kinds.', 'parity/control-plane.', 'fleet/command.', 'scenarios/validate-robustness.'],
  ...['parity/glooctl.', 'unit/check-proof.', 'lsp/'],
];
/** The number of small files that share a process. */
const atOnce = 12;
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
// Pins what the tests depend on: no colors, and no language, time zone or proxies of the machine.
const env = {
  ...process.env,
  LC_ALL: 'C.UTF-8',
  TZ: 'UTC',
  NO_COLOR: '1',
  TSX_TSCONFIG_PATH: 'test/tsconfig.json',
  ...(update ? { UPDATE_GOLDEN: '1' } : {}),
};
delete env.FORCE_COLOR;
// Limits tests that hang. Node 20 applies the timeout to each process as a whole, so it must suffice for the slowest on
// a busy machine.
const limit = 15 * 60_000;
const folder = join('.cache', 'tests', String(process.pid));
// Most objects of a test die young: with a larger young generation, few are moved.
const { status } = spawnSync(
  process.execPath,
  ['--max-semi-space-size=64', '--import', 'tsx', 'scripts/test-files.mjs', String(limit), ...processes(files)],
  { stdio: 'inherit', env },
);
rmSync(folder, { recursive: true, force: true });
process.exitCode = status ?? 1;

/**
 * The files of each process, longest first. Loading the sources takes longer than most files' tests, so a dozen small
 * files share a process: those that neither start the built command nor change global state of the process.
 */
function processes(all) {
  const long = all.filter((name) => rankOf(name) >= 0).sort((a, b) => rankOf(a) - rankOf(b));
  const small = all.filter((name) => rankOf(name) < 0 && sharesProcess(name));
  if (small.length <= atOnce) return all;
  mkdirSync(folder, { recursive: true });
  const asFound = urlOf('test/support/as-found.ts');
  const shared = Array.from({ length: Math.ceil(small.length / atOnce) }, (_, index) => {
    const names = small.slice(index * atOnce, (index + 1) * atOnce);
    const path = join(folder, `${index}.test.ts`);
    // Each is followed by a check of what it left behind.
    const looks = names.map((name, at) => {
      const text = `import { leftAsFound } from '${asFound}';\nleftAsFound('${name}');\n`;
      writeFileSync(join(folder, `${index}-${at}.ts`), text);
      return `import '${urlOf(name)}';\nimport './${index}-${at}.ts';\n`;
    });
    writeFileSync(path, `import '${asFound}';\n${looks.join('')}`);
    return path;
  });
  return [...long, ...shared, ...all.filter((name) => !long.includes(name) && !small.includes(name))];
}

function urlOf(name) {
  return pathToFileURL(resolve(name)).href;
}

function rankOf(name) {
  return longest.findIndex((part) => name.includes(part));
}

function sharesProcess(name) {
  return !/child_process|^(?:before\(|process\.env)/m.test(readFileSync(name, 'utf8'));
}
