/** Runs the steps of the GitHub Action as the shell would, in a temporary repository. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { readYaml } from '../../src/yaml/read.ts';

const folder = mkdtempSync(join(tmpdir(), 'glistio-action-'));
after(() => rmSync(folder, { recursive: true }));
const hasTools = ['git', 'bash'].every((tool) => spawnSync(tool, ['--version']).status === 0);
const options = hasTools ? {} : { skip: 'needs git and bash' };

function git(...args: readonly string[]): void {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'init.defaultBranch=main'];
  const { status, stderr } = spawnSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

function put(name: string, text: string): void {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** Runs a step with its inputs; returns its output, the files it wrote, and its exit code. */
function step(script: string, inputs: Readonly<Record<string, string>>) {
  for (const name of ['output', 'summary']) put(name, '');
  const { status, stdout, stderr } = spawnSync('bash', [resolve('ci', script)], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      GLISTIO: `${process.execPath} ${resolve('dist/cli.cjs')}`,
      GITHUB_OUTPUT: 'output',
      GITHUB_STEP_SUMMARY: 'summary',
      ...inputs,
    },
  });
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  return { status, stdout, stderr, output: read('output'), summary: read('summary'), read };
}

const good = 'global:\n  istioIntegration:\n    enabled: true\n    disableAutoinjection: true\n';
const wrong = `${good}gatewayProxies:\n  gatewayProxy:\n    podTemplate:\n      httpPort: web\n`;

test('validate: annotations, a summary, SARIF, and the exit code of glistio', options, () => {
  put('deploy/values.yaml', wrong);
  const inputs = { VALUES: 'deploy/values.yaml', CHART_VERSION: '1.18.5' };
  const run = step('github-validate.sh', { ...inputs, SARIF: 'glistio.sarif' });
  assert.equal(run.status, 1);
  assert.match(run.stdout, /^::error file=deploy\/values\.yaml,line=8,/m);
  assert.match(run.output, /^exit-code=1$/m);
  assert.match(run.summary, /wrong-type/);
  const [{ results }] = JSON.parse(run.read('glistio.sarif')).runs;
  assert.ok(results.some(({ ruleId }: { ruleId: string }) => ruleId === 'wrong-type'));

  put('deploy/values.yaml', good);
  const passing = step('github-validate.sh', { ...inputs, ARGS: '--ignore stale-istio-proxy' });
  assert.deepEqual([passing.status, passing.output], [0, 'exit-code=0\n']);
  assert.doesNotMatch(passing.summary, /stale-istio-proxy/);
  const missing = step('github-validate.sh', { VALUES: 'no.yaml' });
  assert.equal(missing.status, 2);
  assert.match(missing.stderr, /no\.yaml/);
});

test('no files are an error of both steps', options, () => {
  for (const script of ['github-validate.sh', 'github-diff.sh'])
    for (const VALUES of ['', ' \n']) {
      const { status, stderr } = step(script, { VALUES, BASE: 'HEAD', DIFF_FILE: 'diff.md' });
      assert.deepEqual([status, stderr], [2, 'glistio: the input values names no file\n'], script);
    }
});

test('validate: inputs are not executed by a shell', options, () => {
  const run = step('github-validate.sh', { VALUES: 'deploy/values.yaml', ARGS: '$(touch owned) ; touch owned' });
  assert.equal(run.status, 2);
  assert.throws(() => run.read('owned'));
});

test('validate: files and options over several lines are all read', options, () => {
  put('deploy/values.yaml', good);
  put('more.yaml', wrong);
  const run = step('github-validate.sh', { VALUES: 'deploy/values.yaml\nmore.yaml\n', ARGS: '--lint\n--no' });
  assert.equal(run.status, 2);
  assert.match(run.stderr, /--no\b/);
  assert.equal(step('github-validate.sh', { VALUES: 'deploy/values.yaml\nmore.yaml\n' }).status, 1);
  put('eu west/my values.yaml', wrong);
  for (const VALUES of ['eu west/my values.yaml', 'deploy/values.yaml more.yaml\r\neu west/my values.yaml\n']) {
    const { status, stdout } = step('github-validate.sh', { VALUES });
    assert.deepEqual([status, /^::error file=eu west\/my values\.yaml,line=8,/m.test(stdout)], [1, true], VALUES);
  }
});

test('diff: what a change of values does to the proxies, by the revision before it', options, () => {
  git('init', '-q');
  put('deploy/values.yaml', good);
  git('add', 'deploy');
  git('commit', '-qm', 'before');
  const inputs = {
    VALUES: 'deploy/values.yaml deploy/prod.yaml',
    CHART_VERSION: '1.18.5',
    BASE: 'HEAD',
    DIFF_FILE: 'diff.md',
  };
  put('deploy/prod.yaml', '{}\n');
  const same = step('github-diff.sh', inputs);
  assert.deepEqual([same.status, same.output], [0, 'differs=false\n'], same.stderr);
  put('deploy/prod.yaml', 'gatewayProxies: {gatewayProxy: {kind: {deployment: {replicas: 3}}}}\n');
  const differs = step('github-diff.sh', inputs);
  assert.deepEqual([differs.status, differs.output], [0, 'differs=true\n'], differs.stderr);
  assert.match(differs.summary, /replicas/);
  assert.equal(differs.read('diff.md'), differs.summary);
  const fresh = step('github-diff.sh', { ...inputs, VALUES: 'deploy/prod.yaml' });
  assert.deepEqual([fresh.status, fresh.output], [0, 'differs=true\n'], fresh.stderr);
  assert.match(fresh.summary, /all of this is new/);
  git('mv', 'deploy/values.yaml', 'deploy/moved values.yaml');
  const renamed = step('github-diff.sh', { ...inputs, VALUES: 'deploy/moved values.yaml' });
  assert.deepEqual([renamed.status, renamed.output], [0, 'differs=false\n'], renamed.stderr);
  git('mv', 'deploy/moved values.yaml', 'deploy/values.yaml');
  for (const BASE of ['0123456', '--output=owned', 'HEAD:deploy']) {
    const unknown = step('github-diff.sh', { ...inputs, BASE });
    assert.deepEqual([unknown.status, unknown.output], [2, ''], BASE);
    assert.match(unknown.stderr, /there is no revision .*fetch-depth/);
  }
  put('deploy/prod.yaml', 'gatewayProxies: {gatewayProxy: {kind: {deployment: {replicas: [3]}}}}\n');
  assert.equal(step('github-diff.sh', inputs).status, 1);
  git('add', 'deploy');
  git('commit', '-qm', 'broken');
  put('deploy/prod.yaml', '{}\n');
  const mended = step('github-diff.sh', inputs);
  assert.deepEqual([mended.status, mended.output], [0, 'differs=true\n'], mended.stderr);
  assert.match(mended.summary, /cannot be rendered/);
});

test('diff: the options of the input args count on both sides', options, () => {
  put('wrapped/values.yaml', 'gloo:\n  gatewayProxies: {gatewayProxy: {podTemplate: {httpPort: 8080}}}\n');
  git('add', 'wrapped');
  git('commit', '-qm', 'wrapped');
  put('wrapped/values.yaml', 'gloo:\n  gatewayProxies: {gatewayProxy: {podTemplate: {httpPort: 8081}}}\n');
  const inputs = { VALUES: './wrapped/values.yaml', CHART_VERSION: '1.18.5', BASE: 'HEAD', DIFF_FILE: 'diff.md' };
  const wrapped = step('github-diff.sh', { ...inputs, ARGS: '--partial-of gloo\n-n edge' });
  assert.deepEqual([wrapped.status, wrapped.output], [0, 'differs=true\n'], wrapped.stderr);
  assert.match(wrapped.summary, /Deployment\/edge\/gateway-proxy/);
  const overridden = '--partial-of gloo --set gloo.gatewayProxies.gatewayProxy.podTemplate.httpPort=8082';
  assert.match(step('github-diff.sh', { ...inputs, ARGS: overridden }).output, /differs=false/);
  assert.equal(step('github-diff.sh', inputs).status, 1);
  assert.equal(step('github-diff.sh', { ...inputs, ARGS: '--partial-of gloo --lint' }).status, 2);
});

test('the Action and the hooks name what is there', () => {
  const action = readYaml({ name: 'action.yml', text: readFileSync('action.yml', 'utf8') });
  assert.deepEqual(action.problems, []);
  const text = readFileSync('action.yml', 'utf8');
  for (const [, script = ''] of text.matchAll(/\$GITHUB_ACTION_PATH\/(\S+?)"/g)) assert.ok(readFileSync(script));
  const declared = [...text.matchAll(/^ {2}([a-z-]+):\n {4}description/gm)].map(([, name]) => name);
  for (const [, name] of text.matchAll(/inputs\.([a-z-]+)/g)) assert.ok(declared.includes(name), name);
  assert.deepEqual(readYaml({ name: 'hooks', text: readFileSync('.pre-commit-hooks.yaml', 'utf8') }).problems, []);
});
