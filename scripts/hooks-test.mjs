/**
 * `npm run test:hooks`: runs the hooks of .pre-commit-hooks.yaml with the real pre-commit, from a clone of the last
 * commit. Takes pre-commit from PRE_COMMIT or the PATH. The package is installed from git, so this needs npm's registry
 * and a minute.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'glistio-hooks-'));
const repository = join(folder, 'deploy');
const env = { ...process.env, PRE_COMMIT_HOME: join(folder, 'cache'), npm_config_prefix: join(folder, 'prefix') };
try {
  mkdirSync(repository);
  git('init', '-q');
  commit('values.yaml', 'gatewayProxies: {gatewayProxy: {podTemplate: {httpPort: 8080}}}\n');
  writeFileSync(
    join(repository, '.pre-commit-config.yaml'),
    `repos: [{repo: ${JSON.stringify(root)}, rev: ${git('-C', root, 'rev-parse', 'HEAD').trim()}, hooks: [
      {id: glistio-validate, args: [--chart-version, 1.17.3]},
      {id: glistio-validate-layers, args: [--chart-version, 1.17.3, values.yaml]}]}]\n`,
  );
  const passing = hooks();
  assert.equal(passing.status, 0, passing.stdout + passing.stderr);
  assert.equal(passing.stdout.match(/Passed/g)?.length, 2, passing.stdout);
  commit('values.yaml', 'gatewayProxies: {gatewayProxy: {podTemplate: {httpPort: web}}}\n');
  const failing = hooks();
  assert.equal(failing.status, 1, failing.stdout + failing.stderr);
  assert.equal(failing.stdout.match(/error values\.yaml:1:\d+ .*\[wrong-type\]/g)?.length, 2, failing.stdout);
  process.stdout.write('both hooks of pre-commit pass and fail as they should\n');
} finally {
  rmSync(folder, { recursive: true });
}

function hooks() {
  return run(process.env.PRE_COMMIT ?? 'pre-commit', ['run', '--all-files', '--verbose']);
}

function commit(name, text) {
  writeFileSync(join(repository, name), text);
  git('add', name);
  git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '-qm', name);
}

function git(...args) {
  const { status, stdout, stderr } = run('git', args);
  assert.equal(status, 0, stderr);
  return stdout;
}

function run(command, args) {
  const result = spawnSync(command, args, { cwd: repository, env, encoding: 'utf8' });
  assert.ifError(result.error);
  return result;
}
