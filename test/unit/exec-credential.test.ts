import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runCredentialPlugin } from '../../src/cluster/exec-credential.ts';
import { ClusterFailure } from '../../src/cluster/kubeconfig.ts';
import type { ExecConfig } from '../../src/cluster/kubeconfig-entries.ts';

const folder = mkdtempSync(join(tmpdir(), 'glistio-plugin-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const version = 'client.authentication.k8s.io/v1';
const cluster = { name: 'c', server: 'https://example.org', caData: 'Q0E=', tlsServerName: 'sni', skipTLSVerify: true };

/** Runs a shell script as the plugin of user `me`. */
async function runScript(script: string, config: Partial<ExecConfig> = {}, signal = AbortSignal.timeout(20_000)) {
  const command = join(folder, 'plugin.sh');
  writeFileSync(command, `#!/bin/sh\n${script}\n`);
  chmodSync(command, 0o755);
  const exec = { apiVersion: version, command, args: [], env: {}, provideClusterInfo: false, ...config };
  return await runCredentialPlugin(exec, 'me', cluster, { PATH: process.env['PATH'], OUTER: 'outer' }, signal);
}

const print = (value: unknown): string =>
  `cat <<'END'\n${typeof value === 'string' ? value : JSON.stringify(value)}\nEND`;
const credential = (status: unknown) => ({ apiVersion: version, kind: 'ExecCredential', status });

test('a plugin returns a token, a certificate with its key, or both', async () => {
  const pair = { clientCertificateData: 'CERT', clientKeyData: 'KEY' };
  assert.deepEqual(await runScript(print(credential({ token: 't' }))), { token: 't', cert: undefined, key: undefined });
  assert.deepEqual(await runScript(print(credential(pair))), { token: undefined, cert: 'CERT', key: 'KEY' });
  assert.deepEqual(await runScript(print(credential({ token: 't', ...pair }))), {
    token: 't',
    cert: 'CERT',
    key: 'KEY',
  });
  const dated = { token: 't', expirationTimestamp: '2020-01-01T00:00:00Z' };
  assert.equal((await runScript(print(credential(dated)))).token, 't', 'the server says whether it has expired');
});

test('a plugin gets its arguments, its variables over those of the command, and what is asked of it', async () => {
  const script = `printf '{"status":{"token":"%s"}}' "$(printf '%s|' "$@" "$OUTER" "$INNER" "$KUBERNETES_EXEC_INFO" | base64 | tr -d '\\n')"`;
  const run = async (config: Partial<ExecConfig>): Promise<string[]> => {
    const { token = '' } = await runScript(script, { args: ['a b', '$x'], env: { INNER: 'inner' }, ...config });
    return Buffer.from(token, 'base64').toString().split('|');
  };
  const [first, second, outer, inner, info = ''] = await run({});
  assert.deepEqual([first, second, outer, inner], ['a b', '$x', 'outer', 'inner']);
  assert.deepEqual(JSON.parse(info), { apiVersion: version, kind: 'ExecCredential', spec: { interactive: false } });
  assert.equal((await run({ env: { OUTER: 'changed' } }))[2], 'changed');
  const about = JSON.parse((await run({ provideClusterInfo: true }))[4] ?? '');
  assert.deepEqual(about.spec.cluster, {
    server: 'https://example.org',
    'certificate-authority-data': 'Q0E=',
    'tls-server-name': 'sni',
    'insecure-skip-tls-verify': true,
  });
});

test('what goes wrong names the plugin and the user, and never what the plugin printed', async () => {
  const cases: readonly [script: string, reason: RegExp, config?: Partial<ExecConfig>][] = [
    ['echo "sign in first" >&2; exit 1', /sign in first$/],
    ['exit 7', /exit code 7$/],
    ['kill -9 $$', /ended by SIGKILL$/],
    [print('secret'), /is not a JSON object$/],
    [print('["secret"]'), /is not a JSON object$/],
    [print('null'), /is not a JSON object$/],
    ['true', /is not a JSON object$/],
    [print({ kind: 'Secret', status: { token: 'secret' } }), /no ExecCredential$/],
    [print({ ...credential({ token: 'secret' }), apiVersion: `${version}beta1` }), /another version$/],
    [print(credential(null)), /without a status$/],
    [print(credential('secret')), /without a status$/],
    [print(credential({})), /neither a token nor a certificate$/],
    [print(credential({ token: '' })), /neither a token nor a certificate$/],
    [print(credential({ token: { secret: 1 } })), /a token that is not a string$/],
    [print(credential({ clientCertificateData: 'secret' })), /only one of/],
    [print(credential({ token: 't', clientKeyData: 'secret' })), /only one of/],
    [print(credential({ token: 't' })), /needs a terminal/, { interactiveMode: 'Always' }],
    ['true', /there is no such command$/, { command: 'no-such-plugin' }],
  ];
  for (const [script, reason, config] of cases) {
    await assert.rejects(runScript(script, { ...config, installHint: 'install it' }), (error) => {
      assert.ok(error instanceof ClusterFailure, String(error));
      assert.match(error.message, /^the credential plugin .*plugin.* of user me failed: /);
      assert.match(error.message, reason);
      assert.doesNotMatch(error.message, /secret/);
      assert.equal(error.hint, 'install it');
      return true;
    });
  }
});

test('a plugin that prints or runs without end is ended', async () => {
  await assert.rejects(runScript('exec yes'), /printed more than 1048576 bytes/);
  await assert.rejects(runScript('exec sleep 60', {}, AbortSignal.timeout(200)), ClusterFailure);
});
