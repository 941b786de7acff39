import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { manPage } from '../../scripts/man-page.ts';
import { commands } from '../../src/cli/commands/all.ts';

const hasGroff = spawnSync('groff', ['--version']).status === 0;

test('the man page has every command and option', () => {
  const page = manPage();
  for (const { name, options } of commands) {
    const section = page
      .split('\n.SS ')
      .find(
        (one) =>
          one.startsWith(`glistio ${name.replaceAll('-', '\\-')} \\[`) ||
          one.startsWith(`glistio ${name.replaceAll('-', '\\-')} [`),
      );
    assert.ok(section, name);
    for (const option of Object.keys(options))
      assert.ok(section.includes(`\\-\\-${option.replaceAll('-', '\\-')}\\fR`), `${name} --${option}`);
  }
});

test('groff reads it without a warning', hasGroff ? {} : { skip: 'there is no groff' }, () => {
  const { stdout, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-Kutf8', '-ww'], {
    input: manPage(),
    encoding: 'utf8',
  });
  assert.equal(stderr, '');
  assert.match(stdout, /glistio releases diff/);
});
