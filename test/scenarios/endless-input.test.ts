import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';

test('input without end is refused, by its name', {
  skip: existsSync('/dev/zero') ? false : 'no /dev/zero here',
}, () => {
  const ended = spawnSync(process.execPath, ['dist/cli.cjs', 'render', '-f', '/dev/zero'], { encoding: 'utf8' });
  assert.equal(ended.status, 2);
  assert.equal(ended.stdout, '');
  assert.equal(ended.stderr, 'glistio: cannot read /dev/zero: it is larger than 128 MiB\n');
});
