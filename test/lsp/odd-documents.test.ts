/** Documents and addresses that no editor test would type, through the protocol. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { CodeAction, Diagnostic } from 'vscode-languageserver-protocol';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type LspClient, startInProcess } from '../support/lsp-client.ts';

const guide = readFileSync('test/golden/lsp/guide.yaml', 'utf8');
const application = readFileSync('examples/inputs/application.yaml', 'utf8');

async function start(files: Readonly<Record<string, string>> = {}): Promise<LspClient> {
  const client = startInProcess(files);
  const initializationOptions = { rulesPage: '' };
  await client.request('initialize', { processId: null, rootUri: null, capabilities: {}, initializationOptions });
  client.notify('initialized', {});
  return client;
}

const codesOf = (diagnostics: readonly Diagnostic[]): unknown[] => diagnostics.map(({ code }) => code);

const documents: Readonly<Record<string, string>> = {
  empty: '',
  'a byte order mark': '\ufeff',
  'the guide after a byte order mark': `\ufeff${guide}`,
  'CR as line ends': guide.replaceAll('\n', '\r'),
  'mixed line ends': guide.replace('\n', '\r\n'),
  'five megabytes': `gatewayProxies: {}\n${'# '.padEnd(100, 'x')}\n`.repeat(50_000),
  'a template': '{{- if .Values.gatewayProxies }}\n}}}: [',
  'control characters': 'gatewayProxies\u0000\u0001\ufffe',
  tabs: guide.replaceAll('  ', '\t'),
  'many documents': 'gatewayProxies: {gatewayProxy: {x: 1}}\n---\n'.repeat(40),
  'two Applications': `${application}---\n${application}`,
  emoji: 'gatewayProxies:\n  gatewayProxy:\n    podTemplate: {extraAnnotations: {"😀😀": "👩‍👩‍👧"}, htpPort: 80} # é\n',
  'a lone surrogate': 'gatewayProxies: {gatewayProxy: {"\ud800": 1}}\n',
  'an unknown release': guide.replace('1.17.3', '9.9.9'),
  'a comment without a value': `# glistio: chart-version\n${guide}`,
  'a recursive anchor': 'x: &a [*a]\ngatewayProxies: *b\n',
  'deep nesting': `gatewayProxies: ${'['.repeat(5000)}`,
  'names of JavaScript': 'gatewayProxies: {__proto__: {a: 1}, constructor: 1}\n',
  'a list': '- gatewayProxies\n',
};

test('odd documents: places lie in the document, and every request is answered', async () => {
  const client = await start();
  await Promise.all(
    Object.entries(documents).map(async ([name, text], index) => {
      const uri = `file:///repo/${index}.yaml`;
      const { diagnostics } = await client.show(uri, text);
      const document = TextDocument.create(uri, 'yaml', 1, text);
      for (const { code, range } of diagnostics) {
        const { line, character } = document.positionAt(document.offsetAt(range.start));
        assert.deepEqual(range.start, { line, character }, `${name}: ${code}`);
        assert.ok(document.offsetAt(range.end) >= document.offsetAt(range.start), `${name}: ${code}`);
      }
      const textDocument = { uri };
      for (const position of [{ line: 0, character: 0 }, { line: 2, character: 6 }, document.positionAt(text.length)]) {
        await client.request('textDocument/hover', { textDocument, position });
        await client.request('textDocument/completion', { textDocument, position });
        await client.request('textDocument/codeAction', { textDocument, range: { start: position, end: position } });
      }
    }),
  );
  const logged = client.transcript.filter(({ method }) => method === 'window/logMessage');
  assert.deepEqual(logged, []);
  assert.equal(await client.end(), 0);
});

test('a comment after a byte order mark counts, and line ends and addresses of any kind change nothing', async () => {
  const client = await start();
  const show = async (uri: string, text: string): Promise<unknown[]> =>
    codesOf((await client.show(uri, text)).diagnostics);
  const expected = await show('file:///repo/values.yaml', guide);
  assert.ok(expected.length > 5);
  const texts = [`\ufeff${guide}`, guide.replaceAll('\n', '\r'), guide.replaceAll('\n', '\r\n')];
  const uris = [
    'untitled:Untitled-1',
    'file://server/share/values.yaml',
    'file:///a%2Fb/values.yaml',
    'nonsense',
    'git:/x?{}',
  ];
  const found = await Promise.all([
    ...texts.map((text, index) => show(`file:///repo/${index}.yaml`, text)),
    ...uris.map((uri) => show(uri, guide)),
  ]);
  for (const codes of found) assert.deepEqual(codes, expected);
  assert.equal(await client.end(), 0);
});

test('a document that is closed before it was checked gets nothing, and each folder has the release of its chart', async () => {
  const chart = (version: string): string =>
    `name: edge\nversion: 1.0.0\ndependencies: [{name: gloo, version: ${version}, repository: x}]\n`;
  const client = await start({ '/old/Chart.yaml': chart('1.5.0'), '/new/Chart.yaml': chart('1.18.2') });
  const text = 'global: {istioIntegration: {enabled: true}}\n';
  const wrapped = `gloo: {gatewayProxies: {}}\n${text}`;
  const closed = { textDocument: { uri: 'file:///new/closed.yaml', languageId: 'yaml', version: 1, text: guide } };
  client.notify('textDocument/didOpen', closed);
  client.notify('textDocument/didClose', closed);
  const [old, newer] = await Promise.all(
    ['old', 'new'].map((one) => client.show(`file:///${one}/values.yaml`, wrapped)),
  );
  assert.ok(codesOf(old?.diagnostics ?? []).includes('value-of-another-release'));
  assert.ok(!codesOf(newer?.diagnostics ?? []).includes('value-of-another-release'));
  const told = client.transcript.flatMap(({ from, params }) => {
    const { uri, diagnostics } = (params ?? {}) as { readonly uri?: string; readonly diagnostics?: unknown };
    return from === 'server' && uri === closed.textDocument.uri ? [diagnostics] : [];
  });
  assert.deepEqual(told, [[]]);
  assert.equal(await client.end(), 0);
});

test("quick fixes applied to the guide's wrong values, one after another, leave fewer problems each time", async () => {
  const client = await start();
  const uri = 'file:///repo/values.yaml';
  let text = guide;
  let { diagnostics } = await client.show(uri, text);
  const counts = [diagnostics.length];
  const titles: string[] = [];
  for (;;) {
    const document = TextDocument.create(uri, 'yaml', 1, text);
    const range = { start: { line: 0, character: 0 }, end: document.positionAt(text.length) };
    const actions = await client.request<CodeAction[]>('textDocument/codeAction', { textDocument: { uri }, range });
    const preferred = actions.find(({ isPreferred }) => isPreferred);
    if (preferred === undefined) break;
    titles.push(preferred.title);
    text = TextDocument.applyEdits(document, preferred.edit?.changes?.[uri] ?? []);
    ({ diagnostics } = await client.show(uri, text));
    counts.push(diagnostics.length);
    assert.ok(counts.length < 20, titles.join('\n'));
  }
  assert.deepEqual(
    counts.filter((count, index) => index > 0 && count >= (counts[index - 1] ?? 0)),
    [],
    titles.map((title, index) => `${counts[index]} → ${counts[index + 1]}: ${title}`).join('\n'),
  );
  assert.ok(
    titles.length >= 4 && (counts.at(-1) ?? 0) <= 4,
    `${counts}\n${titles.join('\n')}\n${codesOf(diagnostics)}`,
  );
  assert.equal(await client.end(), 0);
});
