import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { test } from 'node:test';
import { bytesOf, joined, json, lines, markup, painter, payload, shown, visible } from '../../src/printable.ts';
import { html } from '../../src/report/html.ts';

const hostile = 'a\u001b[2J\u0007\u009b\u007f\r\n\u202eb\u2028\ufeff\u200b\u{e0041}';
const inEscapes = 'a\\u001b[2J\\u0007\\u009b\\u007f\\u000d\\u000a\\u202eb\\u2028\\ufeff\\u200b\\udb40\\udc41';

test('what is put in becomes visible, what is written in the program stays', () => {
  assert.equal(shown`x\n${hostile}\n`.exact, `x\n${inEscapes}\n`);
  assert.equal(shown`${shown`x\n`}${[shown`y\n`, shown`z\n`]}${3}`.exact, 'x\ny\nz\n3');
  assert.equal(lines('a\nb\u001bc\n').exact, 'a\nb\\u001bc\n');
  assert.equal(joined([shown`a`, shown`b`], ', ').exact, 'a, b');
  assert.equal(visible('👩\u200d👧 é 日本 \t.'), '👩\u200d👧 é 日本  .');
});

test('colours are put around text, and text cannot bring its own', () => {
  const paint = painter(true);
  assert.equal(paint('red', 'a\u001b[32mb').exact, '\u001b[31ma\\u001b[32mb\u001b[0m');
  assert.equal(shown`${paint('bold', paint('red', 'a'))}`.exact, '\u001b[1m\u001b[31ma\u001b[0m\u001b[0m');
  assert.equal(painter(false)('red', 'a').exact, 'a');
});

test('no line starts a command of a CI system', () => {
  assert.equal(
    shown`${'::error file=a::b'}\n  ${'::set-output name=x::y'}\n`.exact,
    '\\u003a:error file=a::b\n  \\u003a:set-output name=x::y\n',
  );
  assert.equal(shown`a ${'::error::b'} ${'::1'}\n${'::1'}`.exact, 'a ::error::b ::1\n::1');
  assert.equal(
    shown`a ${'##[error]b ##vso[task.complete]c ##teamcity[d]'} ## e`.exact,
    'a #\\u0023[error]b #\\u0023vso[task.complete]c #\\u0023teamcity[d] ## e',
  );
  assert.equal(shown`${':'}${':error::x'}`.exact, '\\u003a:error::x', 'also not of two parts');
  assert.deepEqual(JSON.parse(json({ a: '##vso[x]' }).exact), { a: '##vso[x]' });
  assert.ok(!json({ a: '##vso[x]' }).exact.includes('##vso['));
});

test('JSON means the same and has no character that does not show', () => {
  const value = { [hostile]: [hostile, 12345678901234567890n, null] };
  const { exact } = json(value);
  assert.deepEqual(JSON.parse(exact), { [hostile]: [hostile, 12345678901234567000, null] });
  assert.doesNotMatch(exact, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\ufeff]|\udb40/);
});

test('each language escapes what comes from another one', () => {
  assert.equal(
    html`<b title="${'"\u001b'}">${'<i>'}${html`<u>`}${shown`<s>`}</b>`.exact,
    '<b title="&quot;\\u001b">&lt;i&gt;<u>&lt;s&gt;</b>',
  );
  const shout = markup('markdown', (text) => text.toUpperCase());
  assert.equal(shout`a ${'b\n'} ${shout`c`}`.exact, 'a B\\U000A c');
});

test('a payload is exact in a pipe, and visible on a terminal', () => {
  const manifest = payload(`a: "\u001b[2J"\r\n\tb: \r日本\r\n`);
  assert.equal(manifest.exact, 'a: "\u001b[2J"\r\n\tb: \r日本\r\n');
  assert.equal(manifest.onTerminal, 'a: "\\u001b[2J"\r\n\tb: \\u000d日本\r\n');
  assert.deepEqual([...bytesOf([payload('a\u001b'), shown`b`])], [97, 27, 98]);
});

const sources = readdirSync('src', { recursive: true })
  .map((name) => String(name).split(sep).join('/'))
  .filter((name) => name.endsWith('.ts') && !name.includes('.gen.'));

/** The code of a file, without comments. */
function codeOf(file: string): string {
  return readFileSync(join('src', file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
}

function filesWith(pattern: RegExp): string[] {
  return sources.filter((file) => pattern.test(codeOf(file))).sort();
}

test('nothing but the door writes to a terminal', () => {
  // The progress bar prints numbers, the writer answers through a pipe, and outlive prints one fixed sentence.
  assert.deepEqual(filesWith(/\bprocess\.(?:stdout|stderr)\b/), [
    'cluster/writer.ts',
    'node/process-io.ts',
    'node/progress-bar.ts',
  ]);
  assert.deepEqual(filesWith(/\bwriteSync\b/), ['cluster/outlive.ts', 'node/process-io.ts']);
  assert.deepEqual(filesWith(/\bconsole\b|\bemitWarning\b|\b_rawDebug\b|\/dev\/(?:tty|stdout|stderr)/), []);
  assert.match(codeOf('cluster/outlive.ts'), /writeSync\(2, '[^'$]*'\)/);
  assert.equal(codeOf('cluster/writer.ts').match(/process\.stdout\.write/g)?.length, 1);
});

test('only data bypasses the escaping', () => {
  assert.deepEqual(filesWith(/\bpayload\(/), [
    'cli/commands/completion.ts',
    'cli/commands/policy.ts',
    'cli/commands/render.ts',
    'cli/commands/route.ts',
    'cli/commands/upgrade.ts',
    'cli/edit-manifests.ts',
    'cli/lsp/server.ts',
    'fleet/run.ts',
    'printable.ts',
  ]);
  assert.deepEqual(filesWith(/\bPrintable\.\w|\bas (?:unknown as )?Printable/), ['printable.ts']);
  assert.deepEqual(
    filesWith(/\\u001b|\\x1b|\\e\[/i).filter((file) => !/^(?:yaml|helm|proxy)\//.test(file)),
    ['node/progress-bar.ts', 'printable.ts'],
  );
});
