import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartOf } from '../../src/chart/chart.ts';
import { run } from '../../src/cli/run.ts';
import { renderGatewayProxies } from '../../src/index.ts';
import { memoryIo } from '../support/memory-io.ts';

const replicas = (count: number): object => ({
  gatewayProxies: { gatewayProxy: { kind: { deployment: { replicas: count } } } },
});
/** The chart's defaults. */
const defaults = chartOf('1.15.7').defaults();

/** A record of release 1.15.7 with the chart's default values. */
function record(config: object, values: object = defaults, name = 'gloo'): string {
  const { manifests } = renderGatewayProxies({ chartVersion: '1.15.7', values: config as never });
  return JSON.stringify({
    ...{ name: 'gloo', namespace: 'gloo-system', version: 3, info: { status: 'deployed' }, config },
    chart: { metadata: { name, version: '1.15.7' }, values },
    manifest: manifests.map(({ text }) => `---\n${text}`).join(''),
  });
}

async function diff(
  line: string,
  files: Readonly<Record<string, string>>,
): Promise<{ status: number; changes: string[]; stderr: string }> {
  const io = memoryIo({ files });
  const status = await run(['diff', ...line.split(' '), '-o', 'json'], io);
  const { changes = [] } = io.printed.stdout === '' ? {} : (JSON.parse(io.printed.stdout) as { changes?: Change[] });
  const shown = changes.map(
    ({ path, before, after }) => `${path.slice(4).join('.')}: ${String(before)} → ${String(after)}`,
  );
  return { status, changes: shown, stderr: io.printed.stderr };
}

interface Change {
  readonly path: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;
}

const image = (tag: string): string =>
  `gateway-proxy.image: quay.io/solo-io/gloo-envoy-wrapper:1.15.7 → quay.io/solo-io/gloo-envoy-wrapper:${tag}`;

test('--reuse-values keeps the defaults of the installed chart, its images among them', async () => {
  const files = { 'record.json': record(replicas(3)) };
  const plain = await diff('--installed record.json --chart-version 1.16.6', files);
  assert.ok(plain.changes.includes(image('1.16.6')), plain.changes.join('\n'));
  const reused = await diff('--installed record.json --chart-version 1.16.6 --reuse-values', files);
  assert.ok(!reused.changes.some((line) => line.includes('.image:')), reused.changes.join('\n'));
  const reset = await diff('--installed record.json --chart-version 1.16.6 --reset-then-reuse-values', files);
  assert.deepEqual(reset.changes, plain.changes);
});

test('the installed values lie beneath new ones', async () => {
  const files = {
    'record.json': record({ ...replicas(3) }),
    'v.yaml': 'gatewayProxies: {gatewayProxy: {antiAffinity: true}}\n',
  };
  const line = '--installed record.json --chart-version 1.15.7 -f v.yaml';
  const count = (changes: readonly string[]): string[] => changes.filter((one) => one.includes('3 → 1'));
  assert.equal(count((await diff(line, files)).changes).length, 1);
  for (const flag of ['--reuse-values', '--reset-then-reuse-values']) {
    const { changes } = await diff(`${line} ${flag}`, files);
    assert.equal(count(changes).length, 0, flag);
    assert.ok(
      changes.some((one) => one.startsWith('podAntiAffinity')),
      changes.join('\n'),
    );
  }
});

test('null over an installed value takes that back, and with --reuse-values finds it beneath', async () => {
  const files = { 'record.json': record(replicas(3)) };
  const path = 'gatewayProxies.gatewayProxy.kind.deployment.replicas';
  const line = `--installed record.json --chart-version 1.15.7 --set ${path}=null`;
  const reused = await diff(`${line} --reuse-values`, files);
  assert.ok(!reused.changes.some((one) => one.includes('→ 1')), reused.changes.join('\n'));
  const reset = await diff(`${line} --reset-then-reuse-values`, files);
  assert.ok(
    reset.changes.some((one) => one.includes('3 → 1')),
    reset.changes.join('\n'),
  );
});

test('what cannot be reused is refused', async () => {
  const files = {
    'm.yaml': renderGatewayProxies({})
      .manifests.map(({ text }) => `---\n${text}`)
      .join(''),
    'record.json': record({}),
  };
  const lines = [
    '--installed m.yaml --reuse-values',
    'm.yaml m.yaml --reuse-values',
    '--installed record.json --reuse-values --reset-then-reuse-values',
  ];
  for (const line of lines) assert.equal((await diff(line, files)).status, 2, line);
});
