/**
 * `npm run test:post-render`: tests glistio as part of other tools, with the real ones. Takes helm and kustomize from
 * HELM, HELM4 and KUSTOMIZE or the PATH; with --install, builds missing ones with Go into a temporary folder. Needs
 * `npm run build`.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load, loadAll } from 'js-yaml';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const tools = join(tmpdir(), 'glistio-tools');
const sources = {
  HELM: ['helm', 'helm.sh/helm/v3/cmd/helm@v3.19.0'],
  HELM4: ['helm4', 'helm.sh/helm/v4/cmd/helm@v4.0.0'],
  KUSTOMIZE: ['kustomize', 'sigs.k8s.io/kustomize/kustomize/v5@v5.7.1'],
};
const folder = mkdtempSync(join(tmpdir(), 'glistio-post-render-'));
const bin = join(folder, 'bin');
mkdirSync(bin);
writeFileSync(join(bin, 'glistio'), `#!/bin/sh\nexec "${process.execPath}" "${resolve('dist/cli.cjs')}" "$@"\n`);
chmodSync(join(bin, 'glistio'), 0o755);
const env = {
  ...process.env,
  PATH: [bin, process.env.PATH].join(delimiter),
  NO_COLOR: '1',
  HELM_CACHE_HOME: join(folder, 'cache'),
  HELM_CONFIG_HOME: join(folder, 'config'),
  HELM_DATA_HOME: join(folder, 'data'),
  KUBECONFIG: join(folder, 'none'),
};
try {
  const helm = toolOf('HELM');
  const kustomize = toolOf('KUSTOMIZE');
  assert.ok(helm && kustomize, 'helm or kustomize is missing: set HELM and KUSTOMIZE, or give --install');
  const chart = writeChart();
  const rendered = run(helm, ['template', 'gloo', chart]);
  const injected = run('glistio', ['inject', '--istio-version', '1.22.3'], { input: rendered });
  assert.ok(hasSidecars(injected) && !hasSidecars(rendered));
  check('helm template | glistio inject | glistio uninject gives back every byte', () => {
    assert.equal(run('glistio', ['uninject'], { input: injected }), rendered);
  });
  check('Helm 3: --post-renderer glistio', () => {
    const args = [
      '--post-renderer',
      'glistio',
      '--post-renderer-args',
      'inject',
      '--post-renderer-args',
      '--istio-version=1.22.3',
    ];
    const after = run(helm, ['template', 'gloo', chart, ...args]);
    assert.deepEqual(objectsOf(after), objectsOf(injected));
  });
  check('Helm 3: an error of glistio stops Helm and is shown', () => {
    const args = [
      '--post-renderer',
      'glistio',
      '--post-renderer-args',
      'inject',
      '--post-renderer-args',
      '--proxy=nobody',
    ];
    const { status, stderr } = spawnSync(helm, ['template', 'gloo', chart, ...args], { env, encoding: 'utf8' });
    assert.notEqual(status, 0);
    assert.match(stderr, /There is no gateway proxy nobody/);
  });
  check('Helm 3: helm glistio', () => asPlugin(helm));
  const helm4 = toolOf('HELM4');
  if (helm4 === undefined) console.log('skipped  Helm 4: set HELM4 to its executable, or give --install');
  else {
    check('Helm 4: the plugin folder', () => {
      run(helm4, ['plugin', 'install', resolve('plugin')]);
      const args = ['--post-renderer', 'glistio-inject', '--post-renderer-args', '--istio-version=1.22.3'];
      assert.deepEqual(objectsOf(run(helm4, ['template', 'gloo', chart, ...args])), objectsOf(injected));
    });
    check('Helm 4: helm glistio', () => asPlugin(helm4));
    check('Helm 4: what went wrong is in GLISTIO_ERRORS', () => {
      const errors = join(folder, 'errors');
      const args = [
        'template',
        'gloo',
        chart,
        '--post-renderer',
        'glistio-inject',
        '--post-renderer-args',
        '--proxy=nobody',
      ];
      const { status } = spawnSync(helm4, args, { env: { ...env, GLISTIO_ERRORS: errors }, encoding: 'utf8' });
      assert.notEqual(status, 0);
      assert.match(readFileSync(errors, 'utf8'), /There is no gateway proxy nobody/);
    });
  }
  check('kustomize build --enable-exec', () => {
    const example = join(folder, 'kustomize');
    cpSync('examples/kustomize', example, { recursive: true });
    const built = run(kustomize, ['build', '--enable-alpha-plugins', '--enable-exec', example], { cwd: example });
    const options = ['--istio-version', '1.22.3', '--istio-revision', 'canary'];
    const ours = run('glistio', ['inject', join(example, 'gateway-proxy.yaml'), ...options]);
    assert.deepEqual(sorted(objectsOf(built)), sorted(objectsOf(ours)));
  });
  check('kustomize: a function that fails stops the build', () => {
    const example = join(folder, 'failing');
    cpSync('examples/kustomize', example, { recursive: true });
    writeFileSync(
      join(example, 'sidecars.yaml'),
      readFileSync('examples/kustomize/sidecars.yaml', 'utf8').replace('istioVersion: 1.22.3', 'proxy: nobody'),
    );
    const args = ['build', '--enable-alpha-plugins', '--enable-exec', example];
    const { status, stderr } = spawnSync(kustomize, args, { cwd: example, env, encoding: 'utf8' });
    assert.notEqual(status, 0);
    assert.match(stderr, /There is no gateway proxy nobody/);
  });
  check('kustomize: the function in a container, without a network', () => {
    const example = join(folder, 'contained');
    cpSync('examples/kustomize', example, { recursive: true });
    cpSync('examples/container/sidecars.yaml', join(example, 'sidecars.yaml'));
    // Stands in for Docker: the image's command, and how it was called.
    const docker = `#!/bin/sh\necho "$*" > '${join(folder, 'docker-arguments')}'\nexec glistio inject\n`;
    writeFileSync(join(bin, 'docker'), docker, { mode: 0o755 });
    const args = ['build', '--enable-alpha-plugins', example];
    const built = run(kustomize, args, { env: { ...env, PATH: `${bin}${delimiter}${process.env.PATH}` } });
    const options = ['--istio-version', '1.22.3', '--istio-revision', 'canary'];
    const ours = run('glistio', ['inject', join(example, 'gateway-proxy.yaml'), ...options]);
    assert.deepEqual(sorted(objectsOf(built)), sorted(objectsOf(ours)));
    const asked = readFileSync(join(folder, 'docker-arguments'), 'utf8');
    assert.match(asked, /--network none --user nobody .*registry\.example\.com\/glistio-inject:/);
  });
  check('Argo CD: the plugin’s generate command', () => {
    const { spec } = load(readFileSync('examples/argocd/plugin.yaml', 'utf8'));
    const [program, ...args] = spec.generate.command;
    const path = [bin, resolve(helm, '..'), process.env.PATH].join(delimiter);
    const app = { ARGOCD_APP_NAME: 'gloo', ARGOCD_APP_NAMESPACE: 'gloo-system', PARAM_ISTIO_VERSION: '1.22.3' };
    const printed = run(program, args, { cwd: chart, env: { ...env, ...app, PATH: path } });
    assert.deepEqual(objectsOf(printed), objectsOf(injected));
    const failing = spawnSync(program, args, { cwd: folder, env: { ...env, ...app, PATH: path }, encoding: 'utf8' });
    assert.notEqual(failing.status, 0);
    assert.equal(failing.stdout, '');
  });
  check('Argo CD: the plugin in a container of its own', () => {
    const [{ data }] = loadAll(readFileSync('examples/container/argocd-plugin.yaml', 'utf8'));
    const [program, ...args] = load(data['plugin.yaml']).spec.generate.command;
    const app = { ARGOCD_APP_NAME: 'gloo', ARGOCD_APP_NAMESPACE: 'edge', PARAM_CHART_VERSION: '1.5.0' };
    const printed = run(program, args, { cwd: 'examples/istio-sds', env: { ...env, ...app } });
    const values = 'examples/istio-sds/values.yaml';
    assert.equal(printed, run('glistio', ['render', '-f', values, '-n', 'edge', '--chart-version', '1.5.0']));
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function toolOf(variable) {
  const [name, source] = sources[variable];
  // Both versions are built as `helm`.
  const built = join(tools, name, name === 'helm4' ? 'helm' : name);
  const candidates = [
    process.env[variable],
    built,
    ...(process.env.PATH ?? '').split(delimiter).map((path) => join(path, name)),
  ];
  const found = candidates.find((path) => path && existsSync(path));
  if (found !== undefined || !process.argv.includes('--install')) return found && resolve(found);
  console.log(`building ${source}`);
  run('go', ['install', source], { env: { ...process.env, GOBIN: join(tools, name) } });
  return built;
}

/** A chart whose templates are Gloo's rendered output, beside other objects. */
function writeChart() {
  const path = join(folder, 'chart');
  mkdirSync(join(path, 'templates'), { recursive: true });
  writeFileSync(join(path, 'Chart.yaml'), 'apiVersion: v2\nname: gloo\nversion: 1.17.20\n');
  const proxies = run('glistio', ['render', '--chart-version', '1.17.20']);
  writeFileSync(join(path, 'templates/proxies.yaml'), proxies.replaceAll('{{', '{{ "{{" }}'));
  const service =
    'apiVersion: v1\nkind: Service\nmetadata: {name: gateway-proxy} # as it is\nspec: {ports: [{port: 80}]}\n';
  writeFileSync(join(path, 'templates/service.yaml'), service);
  return path;
}

function hasSidecars(text) {
  return (
    ['sds', 'istio-proxy'].every((name) => text.includes(`- name: ${name}\n`)) && text.includes('gateway_proxy_sds')
  );
}

function objectsOf(text) {
  return loadAll(text).filter((object) => object);
}

function sorted(objects) {
  return [...objects].sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

function check(title, body) {
  body();
  console.log(`ok       ${title}`);
}

/**
 * The same as `glistio`, and Helm's namespace is respected. Each Helm has its own plugins, so an existing installation
 * is fine.
 */
function asPlugin(program) {
  const options = { env: { ...env, HELM_DATA_HOME: mkdtempSync(join(folder, 'data-')) } };
  run(program, ['plugin', 'install', resolve('plugin/cli')], options);
  const printed = run(program, ['glistio', 'render', '-n', 'edge', '-s', 'service'], options);
  assert.equal(printed, run('glistio', ['render', '-n', 'edge', '-s', 'service']));
}

function run(program, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    ...options,
  });
  if (error) throw error;
  assert.equal(status, 0, `${program} ${args.join(' ')}\n${stderr}`);
  return stdout;
}
