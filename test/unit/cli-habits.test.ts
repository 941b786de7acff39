import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../../src/cli/run.ts';
import { version } from '../../src/cli/version.ts';
import { renderGatewayProxies } from '../../src/verbs/render.ts';
import { type MemoryOptions, memoryIo } from '../support/memory-io.ts';

async function glistio(line: string, options: MemoryOptions & { readonly directories?: Directories } = {}) {
  const { directories = {} } = options;
  const io = memoryIo(options);
  const manifestsIn = async (path: string, deep: boolean): Promise<readonly string[] | undefined> =>
    directories[path]?.[deep ? 'deep' : 'flat'];
  const status = await run(line.split(' ').filter(Boolean), { ...io, manifestsIn });
  return { status, ...io.printed, written: io.written };
}

type Directories = Readonly<Record<string, { readonly flat: readonly string[]; readonly deep: readonly string[] }>>;

const proxies = renderGatewayProxies({ chartVersion: '1.17.3' })
  .manifests.map(({ text }) => `---\n${text}`)
  .join('');
const sidecars = '--gloo-version 1.17.3 --istio-version 1.22.3';

test('--version after a command is the version of the chart, and alone glistio’s own', async () => {
  for (const line of [
    'render --version 1.5.0 -q',
    'render --version=1.5.0',
    '-q render -s deployment --version v1.5.0',
  ])
    assert.match((await glistio(line)).stdout, /gloo-envoy-wrapper:1\.5\.0\n/, line);
  for (const line of ['--version', '-q --version', 'render --version', 'version', '--version -q render'])
    assert.deepEqual(await glistio(line), { status: 0, stdout: `${version}\n`, stderr: '', written: [] }, line);
});

test('--version prints no number into a pipeline', async () => {
  const lines = [
    'render --version -f v.yaml',
    'render -f v.yaml --version',
    'inject --version 1.5.0 gp.yaml',
    'releases diff --version 1.5.0 1.6.0',
    '--version render -f v.yaml',
    '--version 1.5.0',
    '--version 1.5.0 render',
  ];
  for (const line of lines) {
    const { status, stdout, stderr } = await glistio(line, { files: { 'v.yaml': 'a: 1\n', 'gp.yaml': proxies } });
    assert.deepEqual([status, stdout], [2, ''], `${line}: ${stderr}`);
    assert.match(stderr, /version/);
  }
  const { status, stderr } = await glistio('render --version= -f v.yaml', { files: { 'v.yaml': 'a: 1\n' } });
  assert.equal(status, 2, stderr);
});

test('help is a command, too, and knows what was meant', async () => {
  assert.equal((await glistio('help render')).stdout, (await glistio('render --help')).stdout);
  assert.equal((await glistio('help policy check')).stdout, (await glistio('policy check --help')).stdout);
  assert.equal((await glistio('help')).stdout, (await glistio('--help')).stdout);
  const meant = async (line: string): Promise<string> => (await glistio(line)).stderr;
  assert.match(await meant('help injct'), /unknown command "injct"\n {2}hint: did you mean inject\?/);
  assert.match(await meant('template -f v.yaml'), /did you mean render\?/);
  assert.match(await meant('lint v.yaml'), /did you mean validate\?/);
  assert.match(await meant('policy chek'), /did you mean policy check\?/);
  assert.match(await meant('releases dif 1.5.0 1.6.0'), /did you mean releases diff\?/);
  assert.match(await meant('versoin'), /did you mean version\?/);
});

test('--dry-run takes no file for its value', async () => {
  const files = { 'gp.yaml': proxies };
  const plain = await glistio(`inject gp.yaml ${sidecars}`, { files });
  assert.match(plain.stdout, /name: istio-proxy/);
  for (const flag of ['--dry-run', '--dry-run=client', '--dry-run server', '--dry-run=none', '-i --dry-run']) {
    const dry = await glistio(`inject ${flag} gp.yaml ${sidecars}`, { files });
    assert.deepEqual([dry.status, dry.stdout, dry.written], [0, plain.stdout, []], flag);
  }
  const enabled = await glistio('enable-mtls --dry-run up.yaml --all', {
    files: { 'up.yaml': 'apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: a, namespace: b}\nspec: {}\n' },
  });
  assert.match(enabled.stdout, /istio_server_cert/);
  assert.match((await glistio('inject --dry-run=maybe gp.yaml', { files })).stderr, /cannot be "maybe"/);
});

test('--check says what would change, and changes nothing', async () => {
  const injected = (await glistio(`inject gp.yaml ${sidecars}`, { files: { 'gp.yaml': proxies } })).stdout;
  const files = { 'gp.yaml': proxies, 'done.yaml': injected };
  const found = await glistio(`inject --check -i gp.yaml ${sidecars}`, { files });
  assert.deepEqual([found.status, found.stdout, found.written], [1, '', []]);
  assert.match(found.stderr, /^gp\.yaml would change$/m);
  const none = await glistio(`inject --check done.yaml ${sidecars}`, { files });
  assert.deepEqual([none.status, none.stdout], [0, ''], none.stderr);
  assert.equal((await glistio('uninject --check done.yaml', { files })).status, 1);
  assert.equal((await glistio('uninject --check gp.yaml', { files })).status, 0);
});

test('directories are the manifests in them, with -R those below, too', async () => {
  const files = {
    'd/a.yaml': proxies,
    'd/deep/b.yaml': proxies.replaceAll('namespace: gloo-system', 'namespace: edge'),
  };
  const directories = { d: { flat: ['d/a.yaml'], deep: ['d/a.yaml', 'd/deep/b.yaml'] }, empty: { flat: [], deep: [] } };
  const flat = await glistio(`inject -i d ${sidecars}`, { files, directories });
  assert.deepEqual([flat.status, flat.written], [0, ['d/a.yaml']], flat.stderr);
  const deep = await glistio(`inject -i -R d ${sidecars}`, { files, directories });
  assert.deepEqual(deep.written, ['d/a.yaml', 'd/deep/b.yaml']);
  const none = await glistio(`inject empty ${sidecars}`, { files, directories });
  assert.deepEqual([none.status, none.stdout], [2, '']);
  assert.match(none.stderr, /there are no manifests in empty/);
});

test('-s takes kinds and Helm’s template paths, several times', async () => {
  const kinds = async (line: string): Promise<string[]> =>
    [...(await glistio(`render -q --version 1.17.3 ${line}`)).stdout.matchAll(/^kind: (\w+)/gm)].map(
      ([, kind = '']) => kind,
    );
  for (const line of [
    '-s deployment',
    '-s Deployment',
    '-s templates/7-gateway-proxy-deployment.yaml',
    '-s templates/7-*',
  ])
    assert.deepEqual(await kinds(line), ['Deployment'], line);
  for (const line of [
    '-s configmap',
    '-s charts/gloo/templates/9-gateway-proxy-configmap.yaml',
    '-s templates/?-*proxy-*map.yaml',
  ])
    assert.deepEqual(await kinds(line), ['ConfigMap'], line);
  for (const line of [
    '-s deployment -s configmap',
    '-s templates/[79]-gateway-proxy-*',
    '-s templates/7-* -s templates/9-*',
  ])
    assert.deepEqual(await kinds(line), ['ConfigMap', 'Deployment'], line);
  for (const line of ['-s templates/0-nothing.yaml', '-s 7-gateway-proxy-deployment.yaml', '-s nonsense', '-s='])
    assert.equal((await glistio(`render ${line}`)).status, 2, line);
});

test('--helm-version 4 merges documents, and says that Helm 3 does not', async () => {
  const replicas = (count: number): string =>
    `gatewayProxies:\n  gatewayProxy:\n    kind:\n      deployment:\n        replicas: ${count}\n`;
  const files = { 'v.yaml': `${replicas(2)}---\n${replicas(5)}` };
  const rendered = async (line: string) =>
    await glistio(`render --version 1.17.3 -f v.yaml -s deployment ${line}`, { files });
  const [three, four] = [await rendered(''), await rendered('--helm-version 4')];
  assert.match(three.stdout, /replicas: 2\n/);
  assert.match(three.stderr, /warning v\.yaml:6:1: .*Helm 4 merges them: --helm-version 4/s);
  assert.match(four.stdout, /replicas: 5\n/);
  assert.match(four.stderr, /v\.yaml:6:1: Helm 4 merges this document .* \[helm-versions-differ\]/);
  assert.match((await rendered('--helm-version v3.19.0+g3d8990f')).stdout, /replicas: 2\n/);
  assert.deepEqual(
    [(await rendered('--helm-version 5')).status, (await rendered('--helm-version 4.x')).status],
    [2, 2],
  );
});

test('--set-json takes a whole object with --helm-version 4 only', async () => {
  const argv = ['render', '--version', '1.17.3', '-s', 'deployment'];
  const object = '{"gatewayProxies": {"gatewayProxy": {"kind": {"deployment": {"replicas": 7}}}}}';
  const io = memoryIo();
  assert.equal(await run([...argv, '--set-json', object], io), 1);
  assert.match(io.printed.stderr, /Helm 4 also accepts a whole object: --helm-version 4/);
  const four = memoryIo();
  assert.equal(await run([...argv, '--helm-version', '4', '--set-json', object], four), 0);
  assert.match(four.printed.stdout, /replicas: 7\n/);
  assert.match(four.printed.stderr, /Helm 3 refuses it\. \[helm-versions-differ\]/);
});

test('a null that the two versions of Helm treat differently is reported', async () => {
  const files = {
    'v.yaml': 'global: {glooRbac: {create: true}}\n',
    'chart/values.yaml': 'gloo: {gatewayProxies: {gatewayProxy: {globalDownstreamMaxConnections: null}}}\n',
  };
  const line = 'render --version 1.17.3 -f v.yaml --partial-of gloo --wrapper-values chart/values.yaml -s deployment';
  const [three, four] = [await glistio(line, { files }), await glistio(`${line} --helm-version 4`, { files })];
  for (const { stderr } of [three, four])
    assert.match(
      stderr,
      /chart\/values\.yaml:1:\d+ gloo\.gatewayProxies\.gatewayProxy\.globalDownstreamMaxConnections: Because of a null, Helm 3 \(3\.19\.0\) omits this value, and Helm 4 has a number here\. \[helm-versions-differ\]/,
    );
  const plain = await glistio('validate --version 1.7.0 v.yaml', {
    files: { 'v.yaml': 'gatewayProxies: {gatewayProxy: {configMap: {data: null}, antiAffinity: null}}\n' },
  });
  assert.equal(plain.stdout, '');
});

const typo = 'gatewayProxies:\n  gatewayProxy:\n    antiAfinity: true\n';
const right = 'gatewayProxies:\n  gatewayProxy:\n    antiAffinity: true\n';

test('validate reads what is piped into it', async () => {
  const { status, stdout } = await glistio('validate --version 1.17.3 --strict', { stdin: typo });
  assert.equal(status, 1);
  assert.match(stdout, /<stdin>:3:5 .*antiAfinity/);
  assert.equal((await glistio('validate --version 1.17.3', { stdin: right })).status, 0);
});

test('nothing to check is exit code 2, never 0', async () => {
  const files = {
    'empty.yaml': '',
    'comments.yaml': '# all: off\n---\n# more\n',
    'none.yaml': 'null\n',
    'v.yaml': right,
  };
  const lines = [
    '',
    '-',
    'empty.yaml',
    'comments.yaml',
    'empty.yaml comments.yaml',
    '-f ?missing.yaml',
    '?missing.yaml',
  ];
  for (const line of lines) {
    const { status, stdout, stderr } = await glistio(`validate --version 1.17.3 ${line}`, { files });
    assert.deepEqual([status, stdout], [2, ''], `${line}: ${stderr}`);
    assert.match(stderr, /there are no values to check/, line);
  }
  for (const [line, stdin] of [
    ['none.yaml'],
    ['-', 'USER-SUPPLIED VALUES:\nnull\n'],
    ['empty.yaml v.yaml'],
    ['empty.yaml --set a=1'],
  ])
    assert.equal((await glistio(`validate --version 1.17.3 ${line}`, { files, stdin: stdin ?? '' })).status, 0, line);
  assert.equal((await glistio('validate --each')).status, 2);
  assert.equal((await glistio('check')).status, 2);
});

test('validate use --each to check each file by itself file by itself, on top of -f', async () => {
  const files = { 'a.yaml': typo, 'b.yaml': right, 'base.yaml': typo.replace('antiAfinity', 'antiAffinty') };
  const { status, stdout } = await glistio('validate --each --version 1.17.3 --strict a.yaml b.yaml -f base.yaml', {
    files,
  });
  assert.equal(status, 1);
  assert.deepEqual(
    [...stdout.matchAll(/^error (\S+)/gm)].map(([, place]) => place),
    ['a.yaml:3:5', 'base.yaml:3:5'],
  );
  const left = await glistio('validate --each --version 1.17.3 missing.yaml a.yaml', { files });
  assert.equal(left.status, 2);
  assert.match(left.stderr, /cannot read missing\.yaml/);
  assert.match(left.stdout, /a\.yaml:3:5/);
  const single = 'gatewayProxies:\n  gatewayProxy: 5\n';
  const layered = { 'a.yaml': single, 'b.yaml': right };
  assert.equal((await glistio('validate --version 1.17.3 a.yaml b.yaml', { files: layered })).status, 0);
  assert.equal((await glistio('validate --each --version 1.17.3 a.yaml b.yaml', { files: layered })).status, 1);
});

test('validate takes a directory of manifests, and one of values with --each', async () => {
  const files = { 'd/gp.yaml': proxies, 'v/a.yaml': typo, 'v/deep/b.yaml': right };
  const directories = {
    d: { flat: ['d/gp.yaml'], deep: ['d/gp.yaml'] },
    v: { flat: ['v/a.yaml'], deep: ['v/a.yaml', 'v/deep/b.yaml'] },
  };
  assert.equal((await glistio('validate d', { files, directories })).status, 0);
  const refused = await glistio('validate v', { files, directories });
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /use --each to check each file by itself/);
  const each = await glistio('validate --each -R v --strict', { files, directories });
  assert.match(each.stdout, /v\/a\.yaml:3:5/);
});
