import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { run } from '../../src/cli/run.ts';
import { FleetFolder } from '../support/fleet.ts';
import { memoryIo } from '../support/memory-io.ts';

// Reproducible; a failing seed is printed and can be set here.
const settings = { numRuns: 60, seed: 20261207 };

/** Sequences that control terminals, hide text or address CI systems. */
const weapons = [
  '\u001b[2J',
  '\u001b]0;title\u0007',
  '\u001b[31m',
  '\u009b31m',
  '\r',
  '\u0008',
  '\u007f',
  '\u0000',
  '\u0085',
  '\u202e',
  '\u2066',
  '\u200e',
  '\u2028',
  '\u2029',
  '\ufeff',
  '\u200b',
  '\u00ad',
  '\u{e0041}',
  '\n::error::pwned',
  '\n  ::set-output name=a::b',
  '::add-mask::x',
  '##[error]x',
  '##vso[task.complete]x',
  '##teamcity[x]',
  '\n',
  '\t',
  '`',
  '|',
  '<b>',
  '&',
  '@all',
  '"',
  "'",
  '%0A',
  ',',
  ':',
];
const text = fc
  .array(
    fc.oneof(fc.constantFrom(...weapons), fc.string({ maxLength: 4, unit: 'binary' }), fc.constantFrom('a', ' ', 'b')),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(''));

/** Control characters except for line endings and tabs, bidirectional controls, and invisible characters. */
const forbidden =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[^@]\u200b|\udb40[\udc00-\udc7f]/;
const command = /^\s*::[A-Za-z]|##(?:\[|vso\[|teamcity\[)/m;

interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

function assertInert({ stdout, stderr }: Printed, argv: readonly string[]): void {
  const where = argv.join(' ');
  for (const out of [stdout, stderr]) assert.doesNotMatch(out, forbidden, where);
  assert.doesNotMatch(stderr, command, where);
  if (!where.includes('-o github')) assert.doesNotMatch(stdout, command, where);
  // Every command of ours is one line and starts like ours.
  else
    for (const line of stdout.split('\n'))
      assert.match(line, /^(?:::(?:error|warning|notice) (?:file|title)=|$)/, where);
}

/** Runs it without and with colors: colored output is the same text with nothing but our color codes added. */
async function glistio(argv: readonly string[], files: Readonly<Record<string, string>> = {}, env = {}): Promise<void> {
  const printed: Printed[] = [];
  for (const color of ['--no-color', '--color']) {
    const io = memoryIo({ files, env });
    await run([...argv, color], io);
    printed.push(io.printed);
  }
  const [plain, colored] = printed;
  if (plain === undefined || colored === undefined) throw new Error('nothing was run');
  assertInert(plain, argv);
  for (const part of ['stdout', 'stderr'] as const)
    assert.equal(colored[part].replace(/\u001b\[(?:0|1|2|31|32|33|36)m/g, ''), plain[part], argv.join(' '));
}

const formats = ['text', 'unified', 'side-by-side', 'json', 'json-patch', 'markdown', 'html'];

function manifest(value: unknown): string {
  return JSON.stringify(value);
}

test('diff: names, keys, values and files', async () => {
  await fc.assert(
    fc.asyncProperty(text, text, fc.constantFrom(...formats), async (one, two, format) => {
      const object = (value: string) =>
        manifest({
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: {
            name: one,
            namespace: two,
            labels: { gloo: 'gateway-proxy', [two]: value },
            annotations: { [one]: `${value}\n${one}` },
          },
          spec: {
            template: {
              spec: {
                containers: [
                  {
                    name: one,
                    image: value,
                    args: [one, value],
                    env: [
                      { name: two, value },
                      { name: 'CA_ADDR', value },
                    ],
                  },
                ],
                volumes: [{ name: two, configMap: { name: one } }],
              },
            },
          },
        });
      const config = (value: string) =>
        manifest({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: one, namespace: two, labels: { gloo: 'gateway-proxy' } },
          data: {
            [one]: value,
            'envoy.yaml': JSON.stringify({ static_resources: { clusters: [{ name: value }] } }),
            [two]: `${value}\n${two}\nx`,
          },
        });
      const files = {
        [`a${one}.yaml`]: `${object(one)}\n---\n${config(one)}`,
        'b.yaml': `${object(two)}\n---\n${config(two)}`,
      };
      await glistio(['diff', `file:a${one}.yaml`, 'file:b.yaml', '-o', format], files);
      await glistio(['diff', 'file:b.yaml', `file:${two}`, '-o', format], files);
    }),
    settings,
  );
});

test('validate, render and values: keys, values, files and options', async () => {
  await fc.assert(
    fc.asyncProperty(text, text, fc.constantFrom('text', 'json', 'sarif', 'github'), async (one, two, format) => {
      const values = JSON.stringify({
        [one]: two,
        global: { [two]: one },
        gatewayProxies: {
          [one]: { podTemplate: { httpPort: two } },
          gatewayProxy: { podTemplate: { [one]: two, httpPort: one } },
        },
      });
      const name = `v${one}.yaml`;
      for (const content of [values, `a: ${one}\nb: [${two}\n`, `${one}: &${two} *x\n`]) {
        await glistio(['validate', '-f', name.replaceAll(',', ''), '-o', format], {
          [name.replaceAll(',', '')]: content,
        });
        await glistio(['values', '--set-by', '-f', 'v', '-o', format === 'text' ? 'text' : 'json'], { v: content });
      }
      await glistio(['validate', '--set', `${one}=${two}`, '-o', format]);
      await glistio(['validate', '--set-json', `${one}=${two}`, '-o', format]);
      await glistio(['render', '--proxy', one, '--chart-version', two]);
      await glistio(['render', '-f', two]);
      await glistio([one, two]);
    }),
    settings,
  );
});

test('policy check, inject, route: names of objects, arguments', async () => {
  await fc.assert(
    fc.asyncProperty(text, text, async (one, two) => {
      const objects = [
        {
          apiVersion: 'gloo.solo.io/v1',
          kind: 'Upstream',
          metadata: { name: one, namespace: two },
          spec: { kube: { serviceName: one, serviceNamespace: two }, sslConfig: { [one]: two } },
        },
        {
          apiVersion: 'security.istio.io/v1beta1',
          kind: 'PeerAuthentication',
          metadata: { name: two, namespace: two },
          spec: { mtls: { mode: one } },
        },
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: one, namespace: two },
          spec: { selector: { [one]: two } },
        },
      ];
      const files = { m: objects.map(manifest).join('\n---\n'), broken: `kind: ${one}\n  x: [${two}` };
      await glistio(['policy', 'check', 'm'], files);
      await glistio(['policy', 'check', 'm', '-o', 'json'], files);
      for (const argv of [
        ['policy', 'check', 'broken'],
        ['inject', 'broken'],
        ['enable-mtls', '--upstream', one, 'm', '-i'],
        ['route', 'm', '--upstream', one, '--path-exact', two, '-i'],
        ['inject', '--proxy', one, '--istio-version', two, 'm', '-i'],
        ['route', '--upstream', one, '--header', two, '--path-prefix', one, '--path-regex', two],
      ])
        await glistio(argv, files);
    }),
    settings,
  );
});

test('fleets: clusters, groups, files', async () => {
  const folder = new FleetFolder();
  after(() => folder.remove());
  await fc.assert(
    fc.asyncProperty(text, text, fc.constantFrom('text', 'json', 'github', 'markdown'), async (one, two, format) => {
      folder.write({
        'fleet.yaml': JSON.stringify({
          groups: { [one]: { values: [two] } },
          clusters: [
            { name: one, values: { [two]: one } },
            { name: 'b', group: two, installed: one },
            { name: 'c', installed: 'old', set: [`${one}=${two}`] },
          ],
        }),
        old: JSON.stringify({
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: one, labels: { gloo: 'gateway-proxy' } },
          spec: { [two]: two },
        }),
      });
      const validate = ['validate', '--fleet', 'fleet.yaml', '-o', format === 'markdown' ? 'sarif' : format];
      const diff = ['diff', '--fleet', 'fleet.yaml', '-o', format === 'github' ? 'unified' : format];
      for (const argv of [validate, diff]) assertInert(await folder.run(argv), argv);
    }),
    { ...settings, numRuns: 30 },
  );
});

let answer: { readonly status: number; readonly name: string; readonly message: string } = {
  status: 200,
  name: '',
  message: '',
};
const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '', 'http://x');
  const { status, name, message } = answer;
  const metadata = {
    name,
    namespace: 'gloo-system',
    labels: { gloo: 'gateway-proxy', [name]: message },
    annotations: { x: message },
    uid: 'u',
    resourceVersion: '1',
  };
  const failure = {
    kind: 'Status',
    status: 'Failure',
    message,
    reason: name,
    details: { causes: [{ field: name, message }] },
  };
  const container = { name: 'gateway-proxy', image: `quay.io/solo-io/gloo-envoy-wrapper:1.17.0${message}` };
  const spec = {
    template: {
      metadata: { labels: { gloo: 'gateway-proxy' } },
      spec: { containers: [container], volumes: [{ name: 'envoy-config', configMap: { name } }] },
    },
  };
  const isList = /s$/.test(pathname);
  const items = pathname.endsWith('/deployments') ? [{ metadata, spec }] : [];
  const object = {
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata,
    data: { 'envoy.yaml': JSON.stringify({ static_resources: { clusters: [{ name: message }] } }) },
  };
  const isRefused = request.method !== 'GET' || status !== 200;
  response.writeHead(isRefused ? (status === 200 ? 422 : status) : 200, { 'Content-Type': 'application/json' });
  request
    .resume()
    .on('end', () => response.end(JSON.stringify(isRefused ? failure : isList ? { kind: 'List', items } : object)));
});
const home = mkdtempSync(join(tmpdir(), 'glistio-hostile-'));
before(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)));
after(() => {
  server.closeAllConnections();
  server.close();
  rmSync(home, { recursive: true, force: true });
});

test('clusters: objects, errors and contexts', async () => {
  await fc.assert(
    fc.asyncProperty(text, text, fc.constantFrom(200, 403, 500), async (one, two, status) => {
      answer = { status, name: one, message: two };
      const address = server.address();
      const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
      const config = join(home, 'config');
      writeFileSync(
        config,
        JSON.stringify({
          'current-context': one,
          clusters: [{ name: 'c', cluster: { server: url } }],
          contexts: [{ name: one, context: { cluster: 'c', user: 'u' } }],
          users: [{ name: 'u', user: { token: 't' } }],
        }),
      );
      const access = ['--kubeconfig', config, '--timeout', '5s'];
      const env = { HOME: home };
      await glistio(
        [
          'inject',
          '--cluster',
          '--dry-run=server',
          '--istio-version',
          '1.22.0',
          '--jwt-policy',
          'third-party-jwt',
          ...access,
        ],
        {},
        env,
      );
      await glistio(['diff', '--live', ...access], {}, env);
      await glistio(['policy', 'check', '--cluster', ...access], {}, env);
      await glistio(['diff', '--live', '--context', two, ...access], {}, env);
    }),
    { ...settings, numRuns: 25 },
  );
});
