import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { loadAll } from 'js-yaml';
import { releaseIn } from '../diff/recorded.ts';
import { proxiesOf, writeChart } from './chart.ts';
import { type LiveCluster, startCluster } from './cluster.ts';

let cluster: LiveCluster;
before(async () => {
  cluster = await startCluster();
});
after(() => cluster.stop());

test('diff --fleet asks each cluster by its context; one that does not answer stops no other', () => {
  const record = releaseIn(readFileSync('test/diff/releases/1.17.0/secret.yaml', 'utf8'));
  const chart = writeChart(cluster.folder, '1.17.0', proxiesOf(record.manifest));
  writeFileSync(join(cluster.folder, 'values.yaml'), JSON.stringify(record.values));
  const installed = cluster.helm([
    'install',
    'gloo',
    chart,
    '--create-namespace',
    '-n',
    'gloo-system',
    '-f',
    'values.yaml',
  ]);
  assert.equal(installed.status, 0, installed.stderr);
  cluster.kubeconfig('gone', { token: 'admin-token' }, 'https://127.0.0.1:1');
  const fleet = `kubeconfig: admin.kubeconfig`;
  writeFileSync(
    join(cluster.folder, 'fleet.yaml'),
    `clusters:
- {name: same, context: admin, ${fleet}}
- {name: gone, context: gone, kubeconfig: gone.kubeconfig}
- {name: upgraded, context: admin, ${fleet}, chartVersion: 1.17.1}
- {name: elsewhere, context: admin, ${fleet}, namespace: other}
- {name: nowhere, context: nope, ${fleet}}
`,
  );
  const { status, stdout, stderr } = cluster.glistio([
    'diff',
    '--fleet',
    'fleet.yaml',
    '-o',
    'json',
    '--timeout',
    '5s',
  ]);
  assert.equal(status, 2, stderr);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ cluster, status, chartVersion }) => `${cluster} ${status} ${chartVersion ?? ''}`),
    ['same ok 1.17.0', 'gone failed ', 'upgraded findings 1.17.1', 'elsewhere failed ', 'nowhere failed '],
  );
  assert.match(stderr, /^ {2}elsewhere: error: there is no release gloo in namespace other/m);
  const live = cluster.glistio(['diff', '--fleet', 'fleet.yaml', '--live', '-o', 'json', '--shard', '0/5']);
  assert.equal(live.status, 0, live.stdout + live.stderr);
});

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly template?: Record<string, unknown> };
}

test('the API server takes the Job over shards, and its pods under restricted pod security', async () => {
  const read = (name: string) => loadAll(readFileSync(`examples/kubernetes-job/${name}`, 'utf8')) as Manifest[];
  const [namespace] = read('namespace.yaml');
  assert.equal((await cluster.api('POST', '/api/v1/namespaces', namespace)).status, 201);
  const [job, claim] = read('job.yaml');
  const strict = 'dryRun=All&fieldValidation=Strict';
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one' }, ...job?.spec?.template };
  const tries = [
    ['/apis/batch/v1/namespaces/glistio/jobs', job],
    ['/api/v1/namespaces/glistio/persistentvolumeclaims', claim],
    ['/api/v1/namespaces/glistio/pods', { ...pod, metadata: { name: 'one' } }],
  ] as const;
  for (const [path, object] of tries) {
    const { status, body } = await cluster.api('POST', `${path}?${strict}`, object);
    assert.equal(status, 201, JSON.stringify(body));
  }
  // Shows that security is enforced: without its settings the pod is rejected.
  const spec = { ...(job?.spec?.template?.['spec'] as Record<string, unknown>), securityContext: {} };
  const { status } = await cluster.api('POST', `/api/v1/namespaces/glistio/pods?${strict}`, {
    ...pod,
    metadata: { name: 'one' },
    spec,
  });
  assert.equal(status, 403);
});
