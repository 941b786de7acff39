/** The language server through its protocol. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { CodeAction, CompletionList, Diagnostic, Hover, InitializeResult } from 'vscode-languageserver-protocol';
import { run } from '../../src/cli/run.ts';
import type { Problem } from '../../src/problem.ts';
import { adviceOf } from '../../src/report/format.ts';
import { isUpdating, matchGolden } from '../support/golden.ts';
import { connect, type LspClient, startInProcess } from '../support/lsp-client.ts';
import { memoryIo } from '../support/memory-io.ts';

const uri = 'file:///repo/values.yaml';
const folder = 'test/golden/lsp';
const guide = readFileSync(`${folder}/guide.yaml`, 'utf8');

async function start(
  files: Readonly<Record<string, string>> = {},
  options: Readonly<Record<string, unknown>> = {},
): Promise<LspClient> {
  const client = startInProcess(files);
  await client.request<InitializeResult>('initialize', initialize(options));
  client.notify('initialized', {});
  return client;
}

function initialize(options: Readonly<Record<string, unknown>> = {}): object {
  return { processId: null, rootUri: null, capabilities: {}, initializationOptions: { rulesPage: '', ...options } };
}

const document = (position: { line: number; character: number }): object => ({ textDocument: { uri }, position });

/** A transcript with one paragraph per message, and one line per list item. */
function written(client: LspClient): string {
  const inLines = (value: unknown): string => {
    const codes = (key: string, inner: unknown): unknown =>
      key === 'diagnostics' && Array.isArray(inner) ? inner.map(({ code }) => code) : inner;
    if (Array.isArray(value)) return value.map((item) => `\n  ${JSON.stringify(item, codes)}`).join('');
    const list = Object.entries(value ?? {}).find(([, inner]) => Array.isArray(inner) && inner.length > 1);
    if (list === undefined) return ` ${JSON.stringify(value)}`;
    return ` ${JSON.stringify({ ...(value as object), [list[0]]: '…' })}${inLines(list[1])}`;
  };
  return client.transcript
    .map(({ from, method, params }) => `${from} ${method}${inLines(params)}\n`)
    .join('\n')
    .replace(/"version":"\d[^"]*"/, '"version":"…"');
}

test("the wrong values of the guide: an editor's requests and the answers", async () => {
  const client = await start({}, { rulesPage: 'https://docs.example/rules' });
  const { diagnostics } = await client.show(uri, guide);
  await client.request<Hover>('textDocument/hover', document({ line: 4, character: 8 }));
  const ranges = new Map(diagnostics.map(({ range }) => [JSON.stringify(range), range]));
  for (const range of ranges.values())
    await client.request('textDocument/codeAction', { textDocument: { uri }, range, context: { diagnostics: [] } });
  const typing = guide.replace(/\n {4}antiAfinity: true/, '\n    pod');
  await client.show(uri, typing);
  const line = typing.split('\n').indexOf('    pod');
  await client.request<CompletionList>('textDocument/completion', document({ line, character: 7 }));
  client.notify('textDocument/didClose', { textDocument: { uri } });
  assert.equal(await client.end(), 0);
  matchGolden(`${folder}/guide.transcript`, written(client));
});

/** What `glistio validate` reports, as editor diagnostics. */
async function validated(text: string, ...options: string[]): Promise<Omit<Diagnostic, 'codeDescription' | 'tags'>[]> {
  const io = memoryIo({ files: { 'values.yaml': text } });
  await run(['validate', 'values.yaml', '-o', 'json', ...options], io);
  const found = JSON.parse(io.printed.stdout) as { readonly problems: readonly Problem[] };
  return found.problems.map((problem) => {
    const { line = 1, column = 1, endColumn = column + 1, code, severity, message } = problem;
    const advice = adviceOf(problem);
    return {
      range: { start: { line: line - 1, character: column - 1 }, end: { line: line - 1, character: endColumn - 1 } },
      severity: ({ error: 1, warning: 2, info: 3 } as const)[severity],
      code,
      source: 'glistio',
      message: advice === undefined ? message : `${message}\n${advice}`,
    };
  });
}

const inputs: Readonly<Record<string, string>> = {
  guide,
  'with CRLF': guide.replaceAll('\n', '\r\n'),
  'with emoji before the place': `gatewayProxies: {gatewayProxy: {podTemplate: {extraAnnotations: {a: "😀🚀"}, htpPort: 80}}}\n`,
  'a YAML error': 'gatewayProxies:\n  gatewayProxy:\n  - a\n   b: {\n',
  'an Application': readFileSync('examples/inputs/application.yaml', 'utf8').replace('replicas:', 'replicsa:'),
  'a HelmRelease': readFileSync('examples/inputs/helmrelease.yaml', 'utf8').replace(
    'gatewayProxy:',
    'gatewayProxy:\n        antiAfinity: 1',
  ),
  'several documents': `${guide}---\nglobal: {istioSDS: {enabled: maybe}}\n`,
  manifests: readFileSync('examples/istio-sds/output.yaml', 'utf8').replace('/etc/istio-certs\n', '/etc/certs\n'),
  'wrapped values with a comment':
    '# glistio: chart-version=1.17.3 partial-of=gloo\ngloo:\n  gatewayProxies:\n    gatewayProxy:\n      antiAfinity: true\n',
  'a comment with a mistake': '# glistio: chart-version=1.17.3 releas=x\ngatewayProxies: {}\n',
  'a comment that ignores': 'gatewayProxies:\n  gatewayProxy:\n    antiAfinity: true # glistio-ignore unknown-value\n',
};

for (const [name, text] of Object.entries(inputs)) {
  test(`${name}: codes, messages and places are those of validate`, async () => {
    const client = await start();
    const { diagnostics } = await client.show(uri, text);
    const plain = diagnostics.map(({ codeDescription: _, tags: __, ...rest }) => rest);
    const expected = await validated(text);
    assert.deepEqual(plain, expected);
    assert.ok(expected.length > 0 || name.includes('ignores'));
    assert.equal(await client.end(), 0);
  });
}

test('the release: of a comment, of the file, of the chart around it, of the settings, in this order', async () => {
  const values = 'gatewayProxies: {gatewayProxy: {disabled: false, envoyApiLevel: V3}}\n';
  const chart =
    'name: edge\nversion: 1.0.0\ndependencies: [{name: gloo, alias: gw, version: ~1.18.0, repository: x}]\n';
  const releaseOf = async (text: string, files: Record<string, string>, options: object): Promise<string> => {
    const client = await start(files, { ...options });
    const { diagnostics } = await client.show(uri, text);
    await client.end();
    return (
      diagnostics.map(({ message }) => /\b1\.\d+\.\d+\b/.exec(String(message))?.[0] ?? '').find((one) => one !== '') ??
      ''
    );
  };
  const old = `${values}global: {istioSDS: {enabled: true}}\n`;
  const wrapped = `gw: {${values.replace('\n', '')}}\nglobal: {istioSDS: {enabled: true}}\n`;
  assert.equal(await releaseOf(old, {}, { chartVersion: '1.17.3' }), '1.17.3');
  const lock = 'dependencies: [{name: gloo, alias: gw, version: 1.18.2}]\n';
  const files = { '/repo/Chart.yaml': chart, '/repo/Chart.lock': lock };
  assert.equal(await releaseOf(wrapped, files, { chartVersion: '1.17.3' }), '1.18.2');
  assert.equal(await releaseOf(`# glistio: chart-version=1.17.9\n${wrapped}`, files, {}), '1.17.9');
});

test('a file that is not about Gloo gets nothing, and one that is closed nothing more', async () => {
  const client = await start();
  assert.deepEqual((await client.show(uri, 'replicas: many\nimage: {tga: x}\n')).diagnostics, []);
  const other =
    'apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {source: {chart: nginx, helm: {values: "a: 1"}}}\n';
  assert.deepEqual((await client.show(uri, other)).diagnostics, []);
  client.notify('textDocument/didClose', { textDocument: { uri } });
  const open = { textDocument: { uri }, range: { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } } };
  assert.equal(await client.request('textDocument/codeAction', open), null);
  assert.equal(await client.end(), 0);
});

test('settings of a client that can be asked, and their change', async () => {
  let said: unknown = { chartVersion: '1.17.3', ignore: ['unknown-value', 7], lint: 'yes' };
  const client = startInProcess({}, () => said);
  await client.request('initialize', { ...initialize(), capabilities: { workspace: { configuration: true } } });
  const typo = 'gatewayProxies: {gatewayProxy: {antiAfinity: true}}\n';
  assert.deepEqual((await client.show(uri, typo)).diagnostics, []);
  said = null;
  client.notify('workspace/didChangeConfiguration', { settings: null });
  assert.deepEqual(
    (await client.show(uri, typo)).diagnostics.map(({ code }) => code),
    ['unknown-value'],
  );
  await client.end();
});

test('typing is followed by increments, and answers are about the newest text', async () => {
  const client = await start();
  await client.show(uri, 'gatewayProxies:\n  gatewayProxy:\n    \n');
  for (const [index, text] of [...'antiAff'].entries())
    client.notify('textDocument/didChange', {
      textDocument: { uri, version: 10 + index },
      contentChanges: [
        { range: { start: { line: 2, character: 4 + index }, end: { line: 2, character: 4 + index } }, text },
      ],
    });
  const list = await client.request<CompletionList>('textDocument/completion', document({ line: 2, character: 11 }));
  const item = list.items.find(({ label }) => label === 'antiAffinity');
  assert.deepEqual(item?.textEdit, {
    range: { start: { line: 2, character: 4 }, end: { line: 2, character: 11 } },
    newText: 'antiAffinity: ',
  });
  await client.end();
});

test('a fix in a text with emoji and CRLF changes what it means to, and nothing else', async () => {
  const client = await start();
  const text =
    'gatewayProxies:\r\n  "gatewayProxy": {podTemplate: {extraAnnotations: {a: "😀"}, htpPort: 80}} # 🚀\r\n';
  const { diagnostics } = await client.show(uri, text);
  const range = diagnostics.find(({ code }) => code === 'unknown-value')?.range;
  const actions = await client.request<CodeAction[]>('textDocument/codeAction', { textDocument: { uri }, range });
  const [edit] = actions[0]?.edit?.changes?.[uri] ?? [];
  const lines = text.split('\r\n');
  const { start: from, end: to } = edit?.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  const line = lines[from.line] ?? '';
  lines[from.line] = line.slice(0, from.character) + edit?.newText + line.slice(to.character);
  assert.equal(lines.join('\r\n'), text.replace('htpPort', 'httpPort'));
  await client.end();
});

test('secrets are shown nowhere', async () => {
  const client = await start();
  const secret = 'hunter2-very-secret';
  const text = `gatewayProxies:\n  gatewayProxy:\n    podTemplate:\n      extraContainers:\n      - name: a\n        env: [{name: DB_PASSWORD, value: ${secret}}]\n        imagePullPolicy: ${secret}\n`;
  await client.show(uri, text);
  for (let line = 0; line < 7; line++)
    for (const character of [8, 20, 46]) await client.request('textDocument/hover', document({ line, character }));
  const told = client.transcript.filter(({ from }) => from === 'server');
  assert.deepEqual(
    told.filter((one) => JSON.stringify(one).includes(secret)),
    [],
  );
  await client.end();
});

test('invalid messages, unknown requests and strange positions do not end the server', async () => {
  const client = await start();
  client.raw('Content-Length: 5\r\n\r\n{]{]{');
  await assert.rejects(client.request('textDocument/unheardOf', {}));
  await client.show(uri, guide);
  for (const position of [
    { line: 9999, character: 0 },
    { line: 0, character: 9999 },
    { line: -1, character: -5 },
  ])
    await client.request('textDocument/hover', document(position));
  assert.equal(
    await client.request('textDocument/hover', {
      textDocument: { uri: 'untitled:x' },
      position: { line: 0, character: 0 },
    }),
    null,
  );
  assert.equal(client.transcript.filter(({ method }) => method === 'window/logMessage').length, 0);
  assert.equal(await client.end(), 0);
});

test('a file of more than a megabyte is not checked while it is edited, and says so', async () => {
  const client = await start();
  const { diagnostics } = await client.show(uri, `${guide}${'# filler\n'.repeat(150_000)}`);
  assert.deepEqual(
    diagnostics.map(({ code, severity }) => [code, severity]),
    [['too-long', 3]],
  );
  await client.end();
});

test('the built command speaks the same over its standard input and output, and ends with its editor', {
  skip: isUpdating,
}, async (context) => {
  // Started as by vscode-languageclient.
  const argv = ['dist/cli.cjs', 'lsp', '--stdio', `--clientProcessId=${process.pid}`];
  const child = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
  // Whatever fails below, for example because dist is older than the sources, the test must not wait for the server.
  context.after(() => child.kill());
  const ended = new Promise<number | undefined>((resolve) => child.on('exit', (code) => resolve(code ?? undefined)));
  const client = connect(child.stdout, child.stdin, undefined, ended);
  const { serverInfo } = await Promise.race([
    client.request<InitializeResult>('initialize', initialize()),
    ended.then((code) => assert.fail(`dist/cli.cjs ended with ${code} without an answer; is it built?`)),
  ]);
  assert.equal(serverInfo?.name, 'glistio');
  const { diagnostics } = await client.show(uri, guide);
  assert.deepEqual(
    diagnostics.map(({ tags: _, ...rest }) => rest),
    await validated(guide),
    'dist/cli.cjs finds something else than the sources: `npm run build`',
  );
  assert.equal(await client.end(), 0);
});
