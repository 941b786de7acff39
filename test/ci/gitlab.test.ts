/** Runs the script of the GitLab template as a job's shell would. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { listOf, textOf, valueAt } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';

const template = readYaml({ name: 'gitlab.yml', text: readFileSync('ci/gitlab.yml', 'utf8') }).value;
const script = listOf(valueAt(template, '.glistio', 'script')).map((line) => textOf(line) ?? '');

test('paths with blanks stand in lines of their own, others beside each other', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glistio-gitlab-'));
  try {
    for (const name of ['a b.yaml', 'c.yaml', 'd.yaml', 'e1.yaml', 'e2.yaml', '$(x).yaml'])
      writeFileSync(join(folder, name), '');
    const given = {
      'a b.yaml\nc.yaml d.yaml': ['a b.yaml', 'c.yaml', 'd.yaml'],
      'e*.yaml': ['e1.yaml', 'e2.yaml'],
      '$(x).yaml': ['$(x).yaml'],
      'no such.yaml': ['no', 'such.yaml'],
      '': [],
    };
    for (const [values, files] of Object.entries(given)) {
      const program = 'npm() { :; }\nglistio() { printf "%s\\n" "$@"; }\n';
      const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', program + script.join('\n')], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, GLISTIO_VALUES: values, GLISTIO_ARGS: '--chart-version 1.17' },
      });
      assert.deepEqual([status, stderr], [0, '']);
      const words = stdout.split('\n');
      assert.deepEqual(words.slice(0, words.indexOf('--report')), ['validate', ...files, '--chart-version', '1.17']);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
