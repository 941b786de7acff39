/** Completion in shells: the answers, and how bash, zsh and fish use them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import type { Option } from '../../src/cli/command.ts';
import { commands } from '../../src/cli/commands/all.ts';
import { answerShell, complete } from '../../src/cli/complete.ts';
import { completionScripts } from '../../src/cli/completion-scripts.ts';
import { memoryIo } from '../support/memory-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'glistio-complete-'));
after(() => rmSync(folder, { recursive: true }));
const kubeconfig = join(folder, 'config');

before(() => {
  const contexts = ['prod-eu', '$(touch owned)', 'a:b'].map((name) => ({ name, context: { cluster: 'c' } }));
  writeFileSync(kubeconfig, JSON.stringify({ contexts }));
  const program = join(folder, 'glistio');
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${resolve('dist/cli.cjs')}" "$@"\n`);
  chmodSync(program, 0o755);
  writeFileSync(join(folder, 'a b.yaml'), '');
  for (const shell of ['bash', 'zsh', 'fish'] as const) writeFileSync(join(folder, shell), completionScripts[shell]);
});

/** The completions for a line; the last word is the one being typed. */
async function offered(line: string): Promise<{ kind: string; words: readonly string[] }> {
  const io = memoryIo({ env: { KUBECONFIG: kubeconfig } });
  const { kind, candidates } = await complete(line.split(' '), commands, io);
  return { kind, words: candidates.map(({ word }) => word) };
}

test('commands, and the second words of some', async () => {
  assert.deepEqual((await offered('rend')).words, ['render']);
  assert.deepEqual((await offered('upgrade ')).words, ['integration', 'strict', 'release', 'istio']);
  assert.ok((await offered('releases ')).words.includes('diff'));
  assert.deepEqual((await offered('-q --config x.yaml vali')).words, ['validate']);
});

test('options, also in front of the command, and their values in both forms', async () => {
  assert.deepEqual((await offered('render --output-')).words, ['--output-dir']);
  // An option name means what the command declares, whatever it means to other commands.
  for (const { name: command, options } of commands)
    for (const [name, { choices, alias }] of Object.entries<Option>(options)) {
      if (choices === undefined) continue;
      assert.deepEqual((await offered(`${command} --${name} `)).words, choices, `${command} --${name}`);
      if (alias !== undefined) assert.deepEqual((await offered(`${command} -${alias} `)).words, choices);
    }
  assert.deepEqual((await offered('validate --output=sa')).words, ['--output=sarif']);
  assert.ok((await offered('--chart-version 1.17.3')).words.includes('1.17.3'));
  assert.equal((await offered('--chart-version 1.17.3 render -f ')).kind, 'file');
  assert.equal((await offered('render --values=')).kind, 'file');
  assert.deepEqual((await offered('render -- --output=')).words, []);
});

test('releases, codes, values, contexts, files', async () => {
  assert.deepEqual((await offered('releases diff 1.17.3 1.22.1')).words[0], '1.22.1');
  assert.deepEqual((await offered('rule certificates-ne')).words, ['certificates-never-written']);
  assert.ok((await offered('validate --fail-on ')).words.includes('run-time'));
  const listed = ['info,deprecated', 'info,deprecated-value'];
  assert.deepEqual((await offered('validate --fail-on info,deprecated')).words, listed);
  assert.deepEqual((await offered('validate --report sar')).words, ['sarif=']);
  assert.deepEqual((await offered('values global.istioS')).words, ['global.istioSDS.']);
  assert.deepEqual((await offered('explain global.istioSDS.ena')).words, ['global.istioSDS.enabled']);
  assert.equal((await offered('explain ./val')).kind, 'file');
  assert.deepEqual((await offered('render --set global.istioSDS.ena')).words, ['global.istioSDS.enabled=']);
  assert.deepEqual((await offered('diff --context pro')).words, ['prod-eu']);
  assert.equal((await offered('validate ')).kind, 'file');
  assert.deepEqual((await offered('check --live -n ')).words, [], 'no cluster is no error');
});

function has(shell: string): { skip?: string } {
  return spawnSync(shell, ['--version']).status === 0 ? {} : { skip: `there is no ${shell}` };
}

function runShell(shell: string, args: readonly string[], script: string): string {
  const env = { PATH: `${folder}:${process.env['PATH']}`, KUBECONFIG: kubeconfig, HOME: folder, TERM: 'dumb' };
  const { stdout, stderr } = spawnSync(shell, [...args, script], {
    cwd: folder,
    env,
    encoding: 'utf8',
    timeout: 60_000,
  });
  assert.equal(stderr, '');
  return stdout;
}

test('bash', has('bash'), () => {
  const ask = (...words: string[]): string =>
    `COMP_WORDS=(glistio ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _glistio; printf '%s|' "\${COMPREPLY[@]}"; echo\n`;
  const asked = [
    ask('val'),
    ask('validate', '--output', '=', 'sa'),
    ask('diff', '--context', ''),
    ask('rule', 'stale'),
    ask('validate', '--fail-on', 'info\\,stale'),
    ask('render', '--set', '"global.istioS'),
  ];
  const printed = runShell('bash', ['--norc', '-c'], `source ./bash; compopt() { :; }\n${asked.join('')}`);
  assert.deepEqual(printed.split('\n').slice(0, 6), [
    'validate|values|',
    'sarif|',
    'prod-eu|\\$\\(touch\\ owned\\)|a:b|',
    'stale-istio-proxy|',
    'info\\,stale-istio-proxy|',
    'global.istioSDS.|',
  ]);
});

test('PowerShell: words have a sign in front, since an empty one would be lost, and what is offered is quoted', async () => {
  const ask = async (...words: string[]): Promise<string[]> => {
    const io = memoryIo({ env: { KUBECONFIG: kubeconfig } });
    await answerShell(['powershell', ...words.map((word) => `=${word}`)], commands, io);
    return io.printed.stdout.split('\n').map((line) => line.split('\t')[0] ?? '');
  };
  assert.deepEqual((await ask('vali')).slice(0, 2), ['words', 'validate']);
  assert.ok((await ask('validate', '--output', '')).includes('sarif'));
  assert.ok((await ask('diff', '--context', '')).includes('$(touch owned)'));
  assert.equal((await ask('render', '-f', ''))[0], 'file');
  // Whatever PowerShell would run, split or expand is quoted.
  const [, plain = ''] = /-match '([^']+)'/.exec(completionScripts.powershell) ?? [];
  for (const word of ['$(touch owned)', 'a b', "a'b", 'a;b', 'a,b', '@a', '`a', '{a}', 'a|b', '(a)', '"', ''])
    assert.doesNotMatch(word, new RegExp(plain), word);
  for (const word of ['validate', '--output=sarif', 'gatewayProxies.a', 'prod-eu', 'a:b', 'C:/v.yaml'])
    assert.match(word, new RegExp(plain), word);
});

test('fish', has('fish'), () => {
  const ask = (line: string): string => `complete -C '${line}' | string replace -r '\\t.*' '' | string join '|'; `;
  const printed = runShell(
    'fish',
    ['--no-config', '-c'],
    `source ./fish; ${ask('glistio val')}${ask('glistio validate --output=sa')}${ask('glistio render -f fi')}${ask('glistio render -f a\\ ')}`,
  );
  assert.deepEqual(printed.split('\n').slice(0, 4), ['validate|values', '--output=sarif', 'fish', 'a b.yaml']);
});

test('zsh: a word without a description has no empty one, which zsh would print', async () => {
  const io = memoryIo();
  await answerShell(['zsh', 'validate', '--output', 'g'], commands, io);
  assert.equal(io.printed.stdout, 'words\ngithub\ngitlab\n');
});

test('zsh, in a terminal', has('zsh'), () => {
  const script = `
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'PS1="PROMPT:"; autoload -U compinit; compinit -u -D; source ./zsh; bindkey "^I" complete-word; print READY'
zpty -r -m z line '*READY*READY*PROMPT:*'
zpty -w -n z $'glistio vali\\t--output=sar\\t; glistio releases dif\\t1.17.3 1.22.\\t'
zpty -r -m z line '*1.22.*'
print -r -- $line
zpty -d z`;
  const printed = runShell('zsh', ['-f', '-c'], script);
  assert.doesNotMatch(printed, /not found|error/i);
  assert.match(printed.replaceAll(/[^ -~]/g, ''), /validate +--output=sarif.*releases diff +1\.17\.3/);
});
