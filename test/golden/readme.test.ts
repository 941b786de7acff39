import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { differenceOf, matchesText, normalise } from '../support/golden.ts';

/** Commands that set things up or need what a test machine lacks; everything else in a `sh` block is run. */
const skipped = [
  /\bnpm (ci|install|test|pack|run)\b/,
  /^git clone\b/,
  /^cd\b/,
  /(?<![\w-])(helm|kubectl|glooctl)\b(?!-)/,
  /^source\b/,
];

interface Block {
  readonly language: string;
  readonly text: string;
}

const documents = [
  'README.md',
  'docs/fleet.md',
  'docs/kube-gateway.md',
  'docs/commands.md',
  'docs/settings.md',
  ...readdirSync('examples').map((name) => `examples/${name}/README.md`),
].filter((path) => existsSync(path));
const bin = mkdtempSync(join(tmpdir(), 'glistio-readme-'));
const copies = join(bin, 'examples');

before(() => {
  // Commands run in a copy, so that their output does not stay in the project.
  cpSync('examples', copies, { recursive: true });
  const command = `exec "${process.execPath}" "${resolve('dist/cli.cjs')}" "$@"\n`;
  writeFileSync(join(bin, 'glistio'), `#!/bin/sh\n${command}`);
  writeFileSync(join(bin, 'npx'), `#!/bin/sh\nshift\n${command}`);
  for (const name of ['glistio', 'npx']) chmodSync(join(bin, name), 0o755);
});
after(() => rmSync(bin, { recursive: true, force: true }));

for (const path of documents) {
  const blocks = blocksOf(readFileSync(path, 'utf8'));
  const folder = path.startsWith('examples/') ? join(bin, dirname(path)) : bin;
  blocks.forEach(({ language, text }, index) => {
    if (language !== 'sh') return;
    for (const line of text.replaceAll('\\\n', ' ').split('\n')) {
      const command = line.replace(/^\$ /, '').trim();
      if (command === '' || command.startsWith('#') || skipped.some((pattern) => pattern.test(command))) continue;
      test(`${path}: ${command}`, () => {
        const { status, stdout, stderr } = runShell(command, folder);
        const expected = Number(/# exit (\d)$/.exec(command)?.[1] ?? 0);
        assert.equal(status, expected, stderr);
        const shown = blocks[index + 1];
        const isAnswer =
          shown !== undefined && ['text', 'yaml', 'json'].includes(shown.language) && text.trim() === line.trim();
        if (!isAnswer) return;
        if ([stdout, stderr].some((printed) => matchesText(shown.text, printed))) return;
        assert.fail(differenceOf(path, shown.text, expected === 0 || stderr === '' ? stdout : stderr));
      });
    }
  });
}

function runShell(command: string, cwd: string): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH']}`, NO_COLOR: '1' };
  return spawnSync('/bin/sh', ['-c', command], { cwd, env, encoding: 'utf8' });
}

/** The fenced blocks; one that does not directly follow the block before it has a block of language `-` between. */
function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let end = 0;
  for (const match of normalise(markdown).matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)) {
    if (normalise(markdown).slice(end, match.index).trim() !== '') blocks.push({ language: '-', text: '' });
    blocks.push({ language: match[1] ?? '', text: match[2] ?? '' });
    end = match.index + match[0].length;
  }
  return blocks;
}
