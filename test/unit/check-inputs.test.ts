/** Inputs of `glistio check` other than values and manifests. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { commands } from '../../src/cli/commands/all.ts';
import { run } from '../../src/cli/run.ts';
import { memoryIo } from '../support/memory-io.ts';

const record = readFileSync('test/diff/releases/1.17.0/secret.yaml', 'utf8');
const mesh = readFileSync('examples/check/mesh.yaml', 'utf8');
const istio = ['--istio-version', '1.20.3', '--complete', '-o', 'json'];
const auto = 'global: {istioIntegration: {enabled: true, enableAutoMtls: true}}\n';

async function check(files: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const io = memoryIo({ files: { 'mesh.yaml': mesh, ...files }, stdin: record });
  const status = await run(['check', ...args, ...istio], io, commands);
  const { rows = [] } = JSON.parse(io.printed.stdout || '{}') as {
    rows?: { verdict: string; reasons: { code: string }[] }[];
  };
  return { status, web: rows[0]?.verdict, codes: rows[0]?.reasons.map(({ code }) => code), stderr: io.printed.stderr };
}

test('a record stands for what is installed: its proxies, Settings and release', async () => {
  const named = await check({ 'record.yaml': record }, '--installed', 'record.yaml', 'mesh.yaml');
  assert.deepEqual([named.status, named.web, named.codes], [1, 'refused', ['no-tls', 'plain-text-refused']]);
  assert.match(named.stderr, /release gloo revision 1 \(gloo 1\.17\.0\), deployed/);
  const piped = await check({}, '--installed', '-', 'mesh.yaml');
  assert.deepEqual(piped.codes, named.codes);
  const plain = await check({ 'record.yaml': record }, 'record.yaml', 'mesh.yaml');
  assert.deepEqual(plain.codes, named.codes);
});

test('values over a record are an upgrade of it', async () => {
  const { web, stderr } = await check(
    { 'record.yaml': record, 'new.yaml': auto },
    'record.yaml',
    'new.yaml',
    'mesh.yaml',
  );
  assert.equal(web, 'works');
  assert.match(stderr, /values of release gloo revision 1/);
  const other = await check(
    { 'r.yaml': record, 'new.yaml': auto },
    'r.yaml',
    'new.yaml',
    'mesh.yaml',
    '--chart-version',
    '1.16.22',
  );
  assert.equal(other.web, 'refused');
});

test('installed manifests, beside the objects of the mesh', async () => {
  const proxy = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: gloo-system}\n';
  const { status, web } = await check({ 'i.yaml': proxy }, '--installed', 'i.yaml', 'mesh.yaml');
  assert.deepEqual([status, web], [1, 'refused']);
});

test('an Application and a HelmRelease say values, release and namespace; Upstreams may stand beside them', async () => {
  const application = `
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: edge}
spec:
  destination: {namespace: gloo-system}
  source: {chart: gloo, targetRevision: 1.18.5, helm: {valuesObject: {global: {istioIntegration: {enabled: true, enableAutoMtls: true}}}}}
`;
  const app = await check({ 'app.yaml': application }, 'app.yaml', 'mesh.yaml');
  assert.equal(app.web, 'works', app.stderr);
  assert.match(app.stderr, /chart version 1\.18\.5/);
  assert.doesNotMatch(app.stderr, /newest known release/);
  const flux = `
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: edge}
spec:
  chart: {spec: {chart: gloo, version: 1.18.5}}
  values: {global: {istioIntegration: {enabled: true, enableAutoMtls: true}}}
`;
  assert.equal((await check({ 'flux.yaml': flux }, 'flux.yaml', 'mesh.yaml')).web, 'works');
});

test('values of a wrapping chart', async () => {
  const wrapped = 'gloo:\n  gatewayProxies: {}\nglobal: {istioIntegration: {enabled: true, enableAutoMtls: true}}\n';
  const { web, stderr } = await check(
    { 'v.yaml': wrapped },
    'v.yaml',
    'mesh.yaml',
    '--partial-of',
    'gloo',
    '--chart-version',
    '1.18.5',
  );
  assert.equal(web, 'works', stderr);
});

test('two records are one too many', async () => {
  const { status, stderr } = await check({ 'a.yaml': record, 'b.yaml': record }, 'a.yaml', 'b.yaml', 'mesh.yaml');
  assert.equal(status, 2);
  assert.match(stderr, /there are 2 sources for what is installed: a\.yaml, b\.yaml/);
});
