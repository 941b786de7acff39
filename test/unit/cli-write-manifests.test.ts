import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeManifests } from '../../src/cli/write-manifests.ts';
import { CannotDo } from '../../src/outcome.ts';
import type { Manifest } from '../../src/verbs/render.ts';
import { memoryIo } from '../support/memory-io.ts';

function manifest(name: string, namespace = 'gloo-system', kind: Manifest['kind'] = 'Deployment'): Manifest {
  return { kind, name, namespace, proxy: name, text: `name: ${name}\n`, object: { name } };
}

test('a file for each, by namespace, kind and name', async () => {
  const io = memoryIo();
  const said = await writeManifests([manifest('a'), manifest('a', 'edge', 'ConfigMap')], 'yaml', 'out/', io);
  assert.equal(said, '2 of 2 manifests written to out/');
  assert.deepEqual(Object.fromEntries(io.files), {
    'out/gloo-system/deployment-a.yaml': 'name: a\n',
    'out/edge/configmap-a.yaml': 'name: a\n',
  });
});

test('json has files of its own', async () => {
  const io = memoryIo();
  await writeManifests([manifest('a')], 'json', '/', io);
  assert.deepEqual(Object.fromEntries(io.files), { '/gloo-system/deployment-a.json': '{\n  "name": "a"\n}\n' });
});

test('what is already there is left alone', async () => {
  const io = memoryIo({ files: { 'out/gloo-system/deployment-a.yaml': 'name: a\n' } });
  const said = await writeManifests([manifest('a'), manifest('b')], 'yaml', 'out', io);
  assert.equal(said, '1 of 2 manifests written to out, the others are unchanged');
  assert.deepEqual(io.written, ['out/gloo-system/deployment-b.yaml']);
});

test('no name leads out of the directory', async () => {
  for (const bad of ['../x', '..', '.', 'a/b', 'a\\b', '/etc', 'a\u0000', '.hidden', 'x'.repeat(300)]) {
    const io = memoryIo();
    await assert.rejects(writeManifests([manifest('ok', bad)], 'yaml', 'out', io), CannotDo, bad);
    if (!['.', '..', '.hidden'].includes(bad)) {
      await assert.rejects(writeManifests([manifest(bad)], 'yaml', 'out', io), CannotDo, bad);
    }
    assert.deepEqual(io.written, []);
  }
});

test('two manifests never share a file', async () => {
  const io = memoryIo();
  await assert.rejects(writeManifests([manifest('proxy'), manifest('Proxy')], 'yaml', 'out', io), CannotDo);
  assert.deepEqual(io.written, []);
});

test('a place that cannot be written says why', async () => {
  const io = { ...memoryIo(), writeFile: () => Promise.reject(Object.assign(new Error(), { code: 'EACCES' })) };
  await assert.rejects(writeManifests([manifest('a')], 'yaml', 'out', io), {
    message: 'cannot write out/gloo-system/deployment-a.yaml: permission denied',
  });
});
