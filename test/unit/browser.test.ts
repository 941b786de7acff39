/** The page's modules run in a browser; `npm run test:site` tries it in one. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { browserCore } from '../../site/browser-core.ts';
import * as page from '../../site/src/native.ts';
import * as node from '../../src/native.ts';

test('the core is bundled for the page without a module or a global of Node', async () => {
  const [{ find, replacement } = { find: /^$/, replacement: '' }] = browserCore;
  const native = { name: 'native', resolveId: (id: string) => (find.test(id) ? replacement : null) };
  const bundle = await rolldown({ input: 'site/src/answers.ts', platform: 'browser', plugins: [native] });
  const { output } = await bundle.generate({ format: 'esm' });
  await bundle.close();
  const chunks = output.filter((one) => one.type === 'chunk');
  const names = new Set(chunks.flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports]));
  const own = new Set(chunks.map(({ fileName }) => fileName));
  assert.deepEqual(
    [...names].filter((name) => !own.has(name)),
    [],
  );
  const code = chunks.map((chunk) => chunk.code).join('\n');
  assert.deepEqual(code.match(/\bgetBuiltinModule\b|["'`]node:[a-z_]+["'`]|\bBuffer\.\w+|\brequire\(["'`]/g), null);
  assert.ok(chunks.length > 5 && code.length > 500_000);
});

test('what stands for Node in the page gives what Node does', () => {
  for (const text of ['', 'abc', '日本 😀\u0000\n', 'x'.repeat(10_000), '\ud800']) {
    assert.equal(page.sha256(text), node.sha256(text));
    assert.equal(page.sha256(text), createHash('sha256').update(text).digest('hex'));
    const packed = gzipSync(text.repeat(3));
    assert.deepEqual(Buffer.from(page.gunzip(packed, 1_000_000)), Buffer.from(node.gunzip(packed, 1_000_000)));
  }
  const bomb = gzipSync(Buffer.alloc(3_000_000));
  const broken = gzipSync('some text that is long enough').subarray(0, 20);
  for (const { gunzip } of [page, node]) {
    assert.throws(() => gunzip(bomb, 1_000_000));
    assert.throws(() => gunzip(broken, 1_000_000));
    assert.throws(() => gunzip(Uint8Array.from([1, 2, 3]), 1_000_000));
  }
});
