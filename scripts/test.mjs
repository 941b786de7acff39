/**
 * `node scripts/test.mjs [--update] [folders or files]`: runs the tests with Node's test runner. Node 20 takes files,
 * not patterns, so they are collected here. `--update` lets tests rewrite golden files.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundleTests } from './test-bundle.mjs';

/** Files that take more than about 5 s of CPU, or wait long, longest first: the last to start must be short. */
const longest = [
  ...['hints/hints.', 'parity/chart.', 'parity/companions.', 'unit/rule-cases.', 'fuzz/fuzz.'],
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
mkdirSync(folder, { recursive: true });
const bundles = await bundleTests(processes(files), join(folder, 'bundles'));
// Most objects of a test die young: with a larger young generation, few are moved.
const { status } = spawnSync(
  process.execPath,
  ['--max-semi-space-size=64', '--enable-source-maps', 'scripts/test-files.mjs', String(limit), ...bundles],
  { stdio: 'inherit', env },
);
rmSync(folder, { recursive: true, force: true });
process.exitCode = status ?? 1;

/**
 * The file that each process runs, by name, longest first. A dozen small files share a process, where the second finds
 * the sources compiled: those that neither start the built command nor change global state of the process.
 */
function processes(all) {
  const long = all.filter((name) => rankOf(name) >= 0).sort((a, b) => rankOf(a) - rankOf(b));
  const small = all.filter((name) => rankOf(name) < 0 && sharesProcess(name));
  const others = all.filter((name) => !long.includes(name) && !small.includes(name));
  const groups = Array.from({ length: Math.ceil(small.length / atOnce) }, (_, index) =>
    small.slice(index * atOnce, (index + 1) * atOnce),
  );
  const shared = groups.map((names, index) => [`shared-${index}`, sharedFile(names, index)]);
  return Object.fromEntries([...long.map(named), ...shared, ...others.map(named)]);
}

function named(file) {
  return [file.replace(/\.test\.ts$/, ''), resolve(file)];
}

/** A file that imports others, each followed by a check of what it left behind. */
function sharedFile(names, index) {
  const asFound = JSON.stringify(resolve('test/support/as-found.ts'));
  const imports = names.map((name, at) => {
    const check = resolve(folder, `${index}-${at}.ts`);
    writeFileSync(check, `import { leftAsFound } from ${asFound};\nleftAsFound(${JSON.stringify(name)});\n`);
    return `import ${JSON.stringify(resolve(name))};\nimport ${JSON.stringify(check)};\n`;
  });
  const path = resolve(folder, `${index}.ts`);
  writeFileSync(path, `import ${asFound};\n${imports.join('')}`);
  return path;
}

function rankOf(name) {
  return longest.findIndex((part) => name.includes(part));
}

function sharesProcess(name) {
  return !/child_process|^(?:before\(|process\.env)/m.test(readFileSync(name, 'utf8'));
}
