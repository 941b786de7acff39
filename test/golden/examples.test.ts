import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { run } from '../../src/cli/run.ts';
import { matchGolden } from '../support/golden.ts';
import { memoryIo } from '../support/memory-io.ts';
import { readCommandLine } from '../support/shell-words.ts';

// Some examples are pages with commands, which another test runs.
for (const name of readdirSync('examples').sort()) {
  if (!existsSync(`examples/${name}/command`)) continue;
  const folder = `examples/${name}`;
  test(`${folder} gives what it shows, every time`, async () => {
    const { env, argv } = readCommandLine(readFileSync(`${folder}/command`, 'utf8'));
    const inputs = readdirSync(folder).filter((file) => file !== 'command' && file !== 'output.yaml');
    const files = Object.fromEntries(inputs.map((file) => [file, readFileSync(`${folder}/${file}`, 'utf8')]));
    const [first, second] = [memoryIo({ env, files }), memoryIo({ env, files })];
    assert.equal(await run(argv, first), 0, first.printed.stderr);
    assert.equal(first.printed.stderr, '');
    await run(argv, second);
    assert.equal(second.printed.stdout, first.printed.stdout);
    matchGolden(`${folder}/output.yaml`, first.printed.stdout);
  });
}
