/** The guide, step by step: each command of `steps` prints the file listed after it. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { run } from '../../src/cli/run.ts';
import { matchGolden } from '../support/golden.ts';
import { memoryIo } from '../support/memory-io.ts';
import { readCommandLine } from '../support/shell-words.ts';

const folder = 'examples/istio-mtls-guide';
const steps = readFileSync(`${folder}/steps`, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('glistio '));

for (const step of steps) {
  test(step, async () => {
    const [command = '', target = ''] = step.split(' > ');
    const files = Object.fromEntries(
      readdirSync(folder).map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')]),
    );
    const io = memoryIo({ files });
    assert.equal(await run(readCommandLine(command).argv, io), 0, io.printed.stderr);
    matchGolden(`${folder}/${target}`, io.printed.stdout);
  });
}

test('every file of the guide is an input or the output of a step', () => {
  const named = new Set(steps.flatMap((step) => step.split(/\s+/)));
  const stray = readdirSync(folder).filter((name) => !named.has(name) && !['README.md', 'steps'].includes(name));
  assert.deepEqual(stray, []);
  assert.ok(existsSync(`${folder}/README.md`));
});

test('the way back leads to where the guide began', () => {
  const text = (name: string): string => readFileSync(`${folder}/${name}`, 'utf8');
  assert.equal(text('9-uninjected.yaml'), text('1-gateway-proxy.yaml'));
  assert.equal(text('9-upstream.yaml'), text('upstream.yaml'));
});
