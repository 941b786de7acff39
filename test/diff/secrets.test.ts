/**
 * What `diff` hides: by a value's name, by the value itself, and all data of a Secret. Tested on the printed output.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../../src/cli/run.ts';
import { diffManifests } from '../../src/diff/diff.ts';
import type { ValueMap } from '../../src/value.ts';
import { memoryIo } from '../support/memory-io.ts';
import { configMap, env, object, workload } from '../support/objects.ts';

/** Everything that `diff -o json` prints about a changed variable. */
async function printedFor(name: string, value: string, argv: readonly string[] = []): Promise<string> {
  const side = (given: string): string =>
    JSON.stringify(workload({ container: { env: env({ [name]: given, OTHER: given === value ? 'x' : 'y' }) } }));
  const io = memoryIo({ files: { 'a.json': side('before-it'), 'b.json': side(value) } });
  await run(['diff', 'a.json', 'b.json', '-o', 'json', ...argv], io);
  return io.printed.stdout;
}

const secretNames = [
  ...['PASSWORD', 'password', 'DB_PASSWORD', 'dbPasswd', 'PASSWD', 'PASSPHRASE', 'keyPassphrase'],
  ...['SECRET', 'client_secret', 'clientSecret', 'OAUTH_TOKEN', 'token', 'API_KEY', 'apiKey', 'apikey'],
  ...['ACCESS_KEY', 'AWS_SECRET_ACCESS_KEY', 'accessKey', 'PRIVATE_KEY', 'privateKey', 'LICENSE_KEY', 'license-key'],
  ...['licenceKey', 'LICENSE', 'license', 'CREDENTIAL', 'GOOGLE_CREDENTIALS', 'authKey', 'AUTH_KEY'],
  ...['SIGNING_KEY', 'signingKey', 'ENCRYPTION_KEY', 'encryptionKey', 'MY_KEY', 'my-key'],
];

const harmlessNames = [
  ...['LOG_LEVEL', 'REGION', 'PATH', 'NAME', 'KEYBOARD', 'MONKEY', 'HOST'],
  ...['TOKEN_PATH', 'SECRET_NAME', 'PASSWORD_FILE', 'SECRETS_DIR', 'TOKEN_TTL', 'TOKEN_AUDIENCE', 'TOKEN_TYPE'],
  ...['SECRET_MOUNT', 'SECRETS_ENABLED', 'PASSWORD_POLICY', 'TOKEN_DURATION', 'TOKEN_URL', 'TOKEN_URI'],
];

for (const name of secretNames)
  test(`a variable ${name} is hidden, unless it is asked for`, async () => {
    assert.equal((await printedFor(name, 'plain words')).includes('plain words'), false);
    assert.equal((await printedFor(name, 'plain words')).includes('before-it'), false);
    assert.ok((await printedFor(name, 'plain words', ['--show-secrets'])).includes('plain words'));
  });

for (const name of harmlessNames)
  test(`a variable ${name} is shown`, async () => {
    assert.ok((await printedFor(name, 'plain words')).includes('plain words'));
  });

// Made up, and concatenated so that secret scanners do not report them.
const jwt = ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiJnbGlzdGlvIn0', 'c2lnbmF0dXJl'].join('.');
const secretValues: Readonly<Record<string, string>> = {
  'a JWT': jwt,
  'a JWT in a header': `Bearer ${jwt}`,
  'a private key': `-----BEGIN ${'PRIVATE KEY'}-----\nMIIB\n-----END PRIVATE KEY-----\n`,
  'a private key of RSA': `-----BEGIN RSA ${'PRIVATE KEY'}-----\nMIIB\n`,
  'an AWS key': `AKIA${'ABCDEFGHIJKLMNOP'}`,
  'a temporary AWS key': `ASIA${'ABCDEFGHIJKLMNOP'}`,
  ...Object.fromEntries(
    ['ghp', 'gho', 'ghu', 'ghs', 'ghr'].map((kind) => [`a GitHub token ${kind}`, `${kind}_${'abcdefghijklmnopqrst'}`]),
  ),
  'a GitLab token': `glpat-${'abcdefghijklmnopqrst'}`,
  'a Slack token': `xoxb-${'abcdefghijklmnopqrst'}`,
  'a Stripe key': `sk_${'abcdefghijklmnopqrst'}`,
  'a Vault token': `hvs.${'abcdefghijklmnopqrst'}`,
  'an npm token': `npm_${'abcdefghijklmnopqrst'}`,
  'a password in an address': 'postgres://user:hunter2@db:5432/x',
  'long random letters and digits': '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'random Base64': 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=',
};

for (const [title, value] of Object.entries(secretValues))
  test(`${title} is hidden whatever it is called`, async () => {
    const printed = await printedFor('WHATEVER', value);
    assert.equal(printed.includes(JSON.stringify(value).slice(1, -1)), false);
    assert.match(printed, /<hidden: (?:\d+ characters, )?another value>/);
    assert.ok((await printedFor('WHATEVER', value, ['--show-secrets'])).includes(JSON.stringify(value).slice(1, -1)));
  });

const harmlessValues: Readonly<Record<string, string>> = {
  'words with dashes': 'a-very-long-name-of-a-service-in-some-namespace',
  'an address': 'https://example.com:8443/path/to/something?x=1',
  'an address with a port': 'postgres://db.example.com:5432/orders',
  'digits only': '12345678901234567890123456789012345678901234567890',
  'letters only': 'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrst',
  'of few characters': 'a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1',
  'a path': '/var/run/secrets/workload-spiffe-credentials/v1beta1/x509',
  'a certificate': '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
  'short of a key': 'AKIA1234',
};

for (const [title, value] of Object.entries(harmlessValues))
  test(`${title} is shown`, async () => {
    assert.ok((await printedFor('WHATEVER', value)).includes(JSON.stringify(value).slice(1, -1)));
  });

test('what is random and called a digest is shown', async () => {
  const sum = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
  for (const name of [
    'CHECKSUM',
    'IMAGE_SHA256',
    'DIGEST',
    'REVISION',
    'COMMIT',
    'HASH',
    'UID',
    'BUILD_ID',
    'build-uid',
  ])
    assert.ok((await printedFor(name, sum)).includes(sum), name);
  for (const name of ['VALUE', 'LIQUID', 'GRID'])
    assert.equal((await printedFor(name, sum)).includes(sum), false, name);
});

/** The changes of two objects, as `path: before → after`. */
function changes(left: ValueMap, right: ValueMap, showSecrets = false): string[] {
  return diffManifests([left], [right], { showSecrets, include: ['Secret'] }).changes.map(
    ({ path, before, after }) => `${path.join('.')}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`,
  );
}

test('all data of a Secret is hidden, and only that', () => {
  const secret = (fields: ValueMap): ValueMap => object('Secret', 's', fields);
  const left = secret({ type: 'Opaque', data: { a: 'eA==', b: 'eQ==' }, stringData: { c: 'x' } });
  const right = secret({ type: 'tls', data: { a: 'enp6', b: 'eQ==', n: 'w' }, stringData: { c: 'y' } });
  assert.deepEqual(changes(left, right), [
    'data.a: "<hidden: 4 characters>" → "<hidden: 4 characters, another value>"',
    'data.n: undefined → "<hidden: 1 character>"',
    'stringData.c: "<hidden: 1 character>" → "<hidden: 1 character, another value>"',
    'type: "Opaque" → "tls"',
  ]);
  assert.ok(changes(left, right, true).includes('data.a: "eA==" → "enp6"'));
});

test('configuration, annotations and lists are looked through', () => {
  const password = (value: string): ValueMap => ({ password: value });
  assert.deepEqual(changes(configMap(password('one')), configMap(password('three'))), [
    'data.password: "<hidden: 3 characters>" → "<hidden: 5 characters, another value>"',
  ]);
  assert.deepEqual(
    changes(
      workload({ annotations: { 'example.com/token': 'a' } }),
      workload({ annotations: { 'example.com/token': 'b' } }),
    ),
    [
      'spec.template.metadata.annotations.example.com/token: "<hidden: 1 character>" → "<hidden: 1 character, another value>"',
    ],
  );
  const args = (...list: string[]): ValueMap => workload({ container: { args: list } });
  assert.deepEqual(changes(args('--x', jwt), args('--x', `${jwt}x`)), [
    'spec.template.spec.containers.gateway-proxy.args.1: "<hidden>" → "<hidden: another value>"',
  ]);
});

test('a bootstrap stays readable except for its secrets', () => {
  const bootstrap = (cluster: string, token: string): ValueMap =>
    configMap({ 'envoy.yaml': `node: {cluster: ${cluster}, metadata: {access_token: ${token}}}\n` });
  assert.deepEqual(changes(bootstrap('a', 'one'), bootstrap('b', 'three')).sort(), [
    'data.envoy.yaml.node.cluster: "a" → "b"',
    'data.envoy.yaml.node.metadata.access_token: "<hidden: 3 characters>" → "<hidden: 5 characters, another value>"',
  ]);
});

test('names of Secrets and images are shown', () => {
  const pod = (name: string): ValueMap =>
    workload({ pod: { volumes: [{ name: 'secret', secret: { secretName: name } }] } });
  assert.deepEqual(changes(pod('one-secret'), pod('two-secret')), [
    'spec.template.spec.volumes.secret.secret.secretName: "one-secret" → "two-secret"',
  ]);
  const random = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
  const image = (tag: string): ValueMap => workload({ container: { image: tag } });
  assert.deepEqual(
    changes(image(random), image(`${random}1`))
      .join()
      .includes(random),
    true,
  );
  const reference = (key: string): ValueMap =>
    workload({ container: { env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key } } }] } });
  assert.deepEqual(changes(reference('one'), reference('two')).join().includes('"two"'), true);
});

test('the number of changes with hidden values is reported', () => {
  const side = (value: string): ValueMap => workload({ container: { env: env({ PASSWORD: value, PLAIN: value }) } });
  const { hidden, changes: found } = diffManifests([side('a')], [side('b')]);
  assert.deepEqual([hidden, found.length], [1, 2]);
  assert.equal(diffManifests([side('a')], [side('b')], { showSecrets: true }).hidden, 0);
});

test('a number is hidden if its name is that of a password, and shown if not', () => {
  const side = (number: number): ValueMap =>
    object('Deployment', 'gateway-proxy', { spec: { dbPass: number, keys: number } });
  const { changes } = diffManifests(
    [{ ...workload({}), spec: side(41_234)['spec'] ?? null }],
    [{ ...workload({}), spec: side(45_678)['spec'] ?? null }],
  );
  const shown = JSON.stringify(changes.map(({ path, before, after }) => [path.at(-1), before, after]));
  assert.match(shown, /"keys",41234,45678/);
  assert.match(shown, /"dbPass","<hidden/);
});

test('of a webhook’s settings only an address is hidden', async () => {
  assert.match(await printedFor('SETTINGS', 'WEBHOOK_TIMEOUT=5s'), /WEBHOOK_TIMEOUT=5s/);
  assert.doesNotMatch(await printedFor('SETTINGS', 'WEBHOOK_TIMEOUT=https://a.example/T0/B0'), /B0/);
});
