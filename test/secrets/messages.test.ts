import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineCommand } from '../../src/cli/command.ts';
import { run } from '../../src/cli/run.ts';
import { hideInMessage } from '../../src/diff/secret-messages.ts';
import { validateValues } from '../../src/verbs/validate.ts';
import { fleetFolders } from '../support/fleet.ts';
import { memoryIo } from '../support/memory-io.ts';

const folder = fleetFolders();
const marker = 'MARKone4f';

async function runs(argv: readonly string[], files: Readonly<Record<string, string>> = {}, stdin = '') {
  const io = memoryIo({ files, stdin });
  const status = await run(argv, io);
  return { status, text: io.printed.stdout + io.printed.stderr };
}

function assertHidden(text: string, where: string): void {
  assert.ok(!text.includes('MARK'), `${where}:\n${text}`);
}

/** Arguments of `--set` and similar options that contain a secret. */
const given: readonly (readonly [string, string])[] = [
  ['--set', `global.password=${marker}`],
  ['--set', `a=b,global.dbPass=${marker},c=d`],
  ['--set', `global.password.x.y=1,global.token=${marker}`],
  ['--set', `gatewayProxies.gatewayProxy.podTemplate.httpPort=password=${marker}`],
  ['--set', `global.env[0].name=DB_PASS,global.env[0].value=${marker}`],
  ['--set', `global.env[0].value=${marker},global.env[0].name=DB_PASS`],
  ['--set', `global.dsn=postgres://app:${marker}@db`],
  ['--set', `global.password=${marker},x[`],
  ['--set', `${'a.b=c,'.repeat(20)}global.password=${marker}`],
  ['--set', `global.creds={${marker},b}`],
  ['--set-string', `global.apiKey=${marker}`],
  ['--set-string', `global.apiKey=${marker},,x`],
  ['--set-literal', `global.password=${marker},x`],
  ['--set-json', `global={"password":"${marker}"}`],
  ['--set-json', `global.password={${marker}`],
  ['--set-json', `global.password="${marker}`],
  ['--set-json', `global.x=[{"name":"TOKEN","value":"${marker}"}]`],
];

test('what --set and its like set is printed by nothing', async () => {
  for (const [option, argument] of given) {
    for (const output of ['text', 'json', 'sarif', 'github']) {
      const { text } = await runs(['validate', option, argument, '-o', output]);
      assertHidden(text, `validate ${option} ${argument} -o ${output}`);
    }
    for (const form of [[option, argument], [`${option}=${argument}`]]) {
      assertHidden((await runs(['validate', ...form])).text, `validate ${form.join(' ')}`);
      assertHidden((await runs(['values', '--set-by', ...form])).text, `values --set-by ${form.join(' ')}`);
      assertHidden(
        (await runs(['values', '--set-by', '-o', 'json', ...form])).text,
        `values -o json ${form.join(' ')}`,
      );
    }
    const type = 'gatewayProxies.gatewayProxy.podTemplate.runUnprivileged=maybe';
    assertHidden(
      (await runs(['render', option, argument, '--set', type, '--strict', '--set', 'a='])).text,
      `render ${option} ${argument}`,
    );
  }
});

/** Values files whose messages or lines would show a secret. */
const files: Readonly<Record<string, string>> = {
  'a key that the chart does not know': `global:\n  password: ${marker}\n`,
  'a value of a wrong type': `gatewayProxies:\n  gatewayProxy:\n    podTemplate:\n      httpPort: "token=${marker}"\n`,
  'a variable': `gatewayProxies:\n  gatewayProxy:\n    podTemplate:\n      extraEnv: {DB_PASS: ${marker}}\n`,
  'a variable by its name': `global:\n  glooMtls:\n    x:\n    - name: DB_PASS\n      value: ${marker}\n`,
  'an error behind a secret': `global:\n  password: ${marker} : x\n`,
  'an error inside a secret': `global:\n  password: "${marker}\n  x: y\n`,
  'an error in the line below': `global:\n  password: |\n    ${marker}\n   ${marker}: [\n`,
  'a secret in flow style': `global: {password: ${marker}, istioSds: {enabled: true}}\n`,
  'JSON on one line': `{"global":{"password":"${marker}","istioSds":{}}}`,
  'a tag': `global:\n  password: !!int ${marker}\n`,
  'an anchor': `global:\n  password: &a ${marker}\n  other: *b\n`,
  'a key twice': `global:\n  password: ${marker}\n  password: ${marker}\n`,
  'only a text': `password=${marker}`,
  'a list of credentials': `global:\n  passwords:\n  - ${marker}\n  - x\n`,
  'a DSN': `global:\n  istioSds: postgres://a:${marker}@b\n`,
  'a sidecar with arguments': `global:\n  istioSDS:\n    enabled: true\n    customSidecars:\n    - name: a\n      image: b\n      args: [--password, ${marker}]\n`,
  'a sidecar with a variable': `global:\n  istioSDS:\n    enabled: true\n    customSidecars:\n    - name: a\n      image: b\n      env:\n      - name: DB_PASS\n        value: ${marker}\n        x: y\n      - name: DB_PASS\n        value: [${marker}]\n`,
};

test('messages and lines of values show no secret', async () => {
  for (const [where, text] of Object.entries(files)) {
    for (const output of ['text', 'json', 'sarif', 'github']) {
      const seen = await runs(['validate', 'values.yaml', '--lint', '-o', output], { 'values.yaml': text });
      assertHidden(seen.text, `${where}, -o ${output}`);
      assert.notEqual(seen.text, '', where);
    }
    for (const argv of [
      ['render', '-f', '-'],
      ['values', '--set-by', '-f', '-'],
      ['values', '--set-by', '-f', '-', '-o', 'json'],
    ]) {
      const seen = await runs(argv, {}, text);
      if (argv[0] === 'values' || seen.status !== 0) assertHidden(seen.text, `${where}, ${argv.join(' ')}`);
    }
    for (const problem of validateValues({ values: [{ name: 'v', text }], lint: true }).problems)
      if (problem.code !== 'yaml-syntax') assertHidden(problem.message, where);
  }
});

test('manifests that cannot be read show no secret', async () => {
  const broken = [
    `apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  password: ${marker}\n  x: [\n`,
    `kind: Deployment\nspec:\n  env:\n  - name: PW\n    value: "${marker}\n`,
    `{"kind": "Secret", "password": "${marker}", `,
  ];
  for (const text of broken) {
    for (const argv of [
      ['inject', '-'],
      ['uninject', '-'],
      ['diff', '-', 'file:b.yaml'],
      ['policy', 'check', '-'],
      ['enable-mtls', '--all', '-'],
    ])
      assertHidden((await runs(argv, { 'b.yaml': text }, text)).text, argv.join(' '));
  }
});

test('a fleet shows no secret: lines, problems, summary', async () => {
  const clusters = `clusters:
- name: a
  values: {global: {password: ${marker}, istioSds: {}}}
- name: b
  values: {gatewayProxies: {gatewayProxy: {podTemplate: {httpPort: "token=${marker}"}}}}
- name: c
  set: ["global.password=${marker}"]
  installed: old.yaml
- name: d
  setJson: ["global.password={${marker}"]
  installed: old.yaml
`;
  const old = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: gateway-proxy, namespace: gloo-system, labels: {gloo: gateway-proxy}}\nspec: {template: {spec: {containers: [{name: gateway-proxy, env: [{name: PW, value: ${marker}}]}]}}}\n`;
  const place = folder({ 'fleet.yaml': clusters, 'old.yaml': old });
  for (const argv of [
    ...['text', 'json', 'sarif', 'github'].map((output) => ['validate', '-o', output]),
    ...['text', 'unified', 'side-by-side', 'json', 'json-patch', 'markdown'].map((output) => ['diff', '-o', output]),
    ['render', '--output-dir', 'out'],
  ]) {
    const { stdout, stderr } = await place.run([...argv, '--fleet', 'fleet.yaml']);
    assertHidden(stdout + stderr, argv.join(' '));
  }
});

test('what cannot be done shows no secret', async () => {
  for (const argv of [
    ['inject', `--password=${marker}`],
    ['diff', 'a', 'b', `--token=${marker}`],
    ['render', '-f', `https://app:${marker}@example.com/values.yaml`],
    ['render', '-f', `https://example.com/values.yaml?token=${marker}`],
    ['route', '--upstream', 'x', '--path-exact', `password=${marker}`],
  ])
    assertHidden((await runs(argv)).text, argv.join(' '));
});

test('a report of a bug has no values of --set in it', async () => {
  const options = {
    set: { kind: 'texts', summary: '' },
    'set-string': { kind: 'texts', summary: '' },
    token: { kind: 'text', summary: '' },
  } as const;
  const command = defineCommand({
    name: 'break',
    summary: '',
    options,
    examples: {},
    run: () => Promise.reject(new TypeError(`oops password=${marker}`)),
  });
  const io = memoryIo();
  const argv = [
    'break',
    '--set',
    `a=${marker}`,
    `--set=b=${marker}`,
    `--set-string=c=${marker}`,
    '--set-string',
    marker,
    `--token=${marker}`,
  ];
  assert.equal(await run(argv, io, [command]), 2);
  assert.match(io.printed.stderr, /glistio break --set … --set=… --set-string=… --set-string … --token=<hidden>\n/);
  assertHidden(io.printed.stderr, 'bug');
});

test('a quoted secret is hidden whole, however it is escaped or cut', () => {
  const many = Array.from({ length: 300 }, (_, index) => `other-${index}`);
  const secrets = new Set(['x"yz\\', 'ab', 'long-secret', ...many]);
  const cases = {
    'got "x\\"yz\\\\", not it': 'got "<hidden>", not it',
    'got "ab" and "abc"': 'got "<hidden>" and "abc"',
    'got "long-se…", cut': 'got "<hidden>", cut',
    'got "lang-se…", cut': 'got "lang-se…", cut',
    'got "long-se': 'got "long-se',
    'got "long-secret': 'got "<hidden>',
    'it is a=long-se…': 'it is a=<hidden>',
    'it is a=lang-se…': 'it is a=lang-se…',
    'it is …': 'it is …',
    'got long-secret bare': 'got long-secret bare',
  };
  for (const [message, shown] of Object.entries(cases)) assert.equal(hideInMessage(message, secrets), shown);
  // Of few secrets each is found outside quotes, too, if it is longer than an ordinary word.
  assert.equal(hideInMessage('got long-secret, ab', new Set(['ab', 'long-secret'])), 'got <hidden>, ab');
});

test('messages keep what is not secret', async () => {
  const { text } = await runs(['validate', '--set', 'gatewayProxies.gatewayProxy.podTemplate.httpPort=many']);
  assert.match(text, /--set gatewayProxies.*httpPort=many /);
  assert.match(text, /"many"/);
  const values = 'global:\n  istioSds:\n    tokenPath: /x\n    certificatesSecretName: y\n';
  assert.match((await runs(['validate', '-'], {}, values)).text, /\| {3}istioSds:\n/);
});
