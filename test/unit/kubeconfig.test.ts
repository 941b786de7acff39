import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ClusterFailure, type ClusterTarget, findTarget } from '../../src/cluster/kubeconfig.ts';

const folder = mkdtempSync(join(tmpdir(), 'glistio-kubeconfig-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The target of a kubeconfig with one context, cluster and user. */
function targetWith(cluster: unknown, user: unknown, context: unknown = { cluster: 'c', user: 'u' }): ClusterTarget {
  const path = join(folder, 'config');
  const config = {
    'current-context': 'x',
    contexts: [{ name: 'x', context }],
    clusters: [{ name: 'broken', cluster: 7 }, null, { name: 'c', cluster }],
    users: [{ name: 'broken', user: 7 }, 'u', { name: 'u', user }],
  };
  writeFileSync(path, JSON.stringify(config));
  return findTarget({ path, env: {}, parse: (text) => JSON.parse(text) });
}

const server = 'https://example.org:6443';

test('every field of the entries that glistio uses is read', () => {
  const { cluster, user, namespace } = targetWith(
    {
      server: `${server}/`,
      'certificate-authority-data': 'Q0E=',
      'insecure-skip-tls-verify': true,
      'tls-server-name': 'sni',
      'proxy-url': 'http://proxy',
    },
    {
      token: 't',
      username: 'me',
      password: 'pw',
      as: 'other',
      'client-certificate-data': 'Q0VSVA==',
      'client-key-data': 'S0VZ',
      'auth-provider': { name: 'oidc', config: { 'id-token': 'id', 'access-token': 'access' } },
    },
    { cluster: 'c', user: 'u', namespace: 'n' },
  );
  assert.deepEqual(cluster, {
    name: 'c',
    server,
    caData: 'Q0E=',
    caFile: undefined,
    skipTLSVerify: true,
    tlsServerName: 'sni',
    proxyUrl: 'http://proxy',
  });
  assert.deepEqual(
    { ...user, exec: undefined },
    {
      name: 'u',
      token: 't',
      tokenFile: undefined,
      username: 'me',
      password: 'pw',
      certData: 'Q0VSVA==',
      certFile: undefined,
      keyData: 'S0VZ',
      keyFile: undefined,
      impersonateUser: 'other',
      exec: undefined,
      authProvider: { name: 'oidc', idToken: 'id', accessToken: 'access' },
    },
  );
  assert.equal(namespace, 'n');
});

test('a plugin is read with its arguments and variables; a path counts from where the kubeconfig lies', () => {
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: './bin/plugin',
    args: ['a', ''],
    env: [{ name: 'A', value: 'b' }, { name: 'EMPTY' }],
    installHint: 'install it',
    provideClusterInfo: true,
    interactiveMode: 'Never',
  };
  const commandOf = (command: string) => targetWith({ server }, { exec: { ...exec, command } }).user?.exec?.command;
  assert.deepEqual(targetWith({ server }, { exec }).user?.exec, {
    ...exec,
    command: join(folder, 'bin/plugin'),
    env: { A: 'b', EMPTY: '' },
  });
  assert.equal(commandOf('plugin'), 'plugin', 'looked for in the PATH');
  assert.equal(commandOf('/opt/plugin'), '/opt/plugin');
  assert.equal(commandOf('../plugin'), join(folder, '../plugin'));
});

test('null and empty strings count as left out; a context needs no user', () => {
  const { cluster, user } = targetWith({ server, 'proxy-url': '', 'tls-server-name': null }, { token: '', exec: null });
  assert.deepEqual([cluster.proxyUrl, cluster.tlsServerName, user?.token, user?.exec], Array(4).fill(undefined));
  assert.equal(targetWith({ server }, { token: 't' }, { cluster: 'c', user: '' }).user, undefined);
  assert.equal(targetWith({ server }, null).user?.name, 'u');
});

test('a field of another type is named, without its value', () => {
  const cases: readonly [reason: RegExp, cluster: unknown, user?: unknown, context?: unknown][] = [
    [/cluster c has no server/, {}],
    [/server of cluster c must be a string, got the number; put it in quotes/, { server: 7 }],
    [
      /insecure-skip-tls-verify of cluster c must be true or false, got the string/,
      { server, 'insecure-skip-tls-verify': 'true' },
    ],
    [/token of user u must be a string, got the number/, { server }, { token: 5551234 }],
    [/password of user u must be a string, got the list/, { server }, { password: ['5551234'] }],
    [/exec of user u must be a map, got the string/, { server }, { exec: '5551234' }],
    [/exec of user u has no command/, { server }, { exec: { args: [] } }],
    [/args of exec of user u must be strings, got the number/, { server }, { exec: { command: 'x', args: [5551234] } }],
    [/args of exec of user u must be a list, got the string/, { server }, { exec: { command: 'x', args: '5551234' } }],
    [
      /env in exec of user u has an entry without a name/,
      { server },
      { exec: { command: 'x', env: [{ value: '5551234' }] } },
    ],
    [/env in exec of user u must be a map, got the string/, { server }, { exec: { command: 'x', env: ['5551234'] } }],
    [/auth-provider of user u must be a map, got the boolean/, { server }, { 'auth-provider': true }],
    [/context x does not name a cluster/, { server }, {}, { user: 'u' }],
    [/context x does not name a cluster/, { server }, {}, {}],
    [/context x must be a map, got nothing/, { server }, {}, null],
    [/refers to the cluster d, which the kubeconfig does not have/, { server }, {}, { cluster: 'd' }],
    [/refers to the user v, which the kubeconfig does not have/, { server }, {}, { cluster: 'c', user: 'v' }],
  ];
  for (const [reason, cluster, user, context] of cases) {
    assert.throws(
      () => targetWith(cluster, user, context),
      (error) => {
        assert.ok(error instanceof ClusterFailure, String(error));
        assert.match(error.message, reason);
        assert.doesNotMatch(error.message, /5551234/);
        return true;
      },
    );
  }
});

test('Helm’s own variables beat what the kubeconfig says', () => {
  const path = join(folder, 'helm');
  writeFileSync(
    path,
    JSON.stringify({
      'current-context': 'x',
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u', namespace: 'n' } }],
      clusters: [{ name: 'c', cluster: { server, 'certificate-authority-data': 'Q0E=' } }],
      users: [{ name: 'u', user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'login' } } }],
    }),
  );
  const found = (env: Readonly<Record<string, string>>): ClusterTarget =>
    findTarget({ path, env, parse: (text) => JSON.parse(text) });
  const plain = found({ HELM_KUBETOKEN: '', HELM_KUBEAPISERVER: '', HELM_KUBEINSECURE_SKIP_TLS_VERIFY: 'no' });
  assert.deepEqual(plain, found({}));
  const { cluster, user, namespace } = found({
    HELM_KUBEAPISERVER: 'https://other.example.org/',
    HELM_KUBETOKEN: 'secret',
    HELM_KUBECAFILE: '/ca.pem',
    HELM_KUBETLS_SERVER_NAME: 'sni',
    HELM_KUBEINSECURE_SKIP_TLS_VERIFY: 'true',
    HELM_KUBEASUSER: 'bob',
    HELM_KUBEASGROUPS: 'a,b',
  });
  assert.deepEqual(
    [cluster.server, cluster.caFile, cluster.caData, cluster.tlsServerName, cluster.skipTLSVerify, namespace],
    ['https://other.example.org', '/ca.pem', undefined, 'sni', true, 'n'],
  );
  assert.deepEqual(
    [user?.token, user?.exec, user?.impersonateUser, user?.impersonateGroups],
    ['secret', undefined, 'bob', ['a', 'b']],
  );
});

test('with HELM_KUBEAPISERVER there need be no kubeconfig', () => {
  const env = { HELM_KUBEAPISERVER: 'https://api.example.org', HELM_KUBETOKEN: 't', KUBECONFIG: join(folder, 'none') };
  const { cluster, user, context } = findTarget({ env, parse: (text) => JSON.parse(text) });
  assert.deepEqual([cluster.server, user?.token, context], ['https://api.example.org', 't', 'https://api.example.org']);
  assert.throws(
    () => findTarget({ env: { KUBECONFIG: join(folder, 'none') }, parse: (text) => JSON.parse(text) }),
    ClusterFailure,
  );
});
