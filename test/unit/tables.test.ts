import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { diffManifests } from '../../src/index.ts';
import { kubernetesSchemaAt } from '../../src/schema/kubernetes.ts';

test('a table to look up by strings has no entries that it did not get', () => {
  const literals = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('.gen.'))
    .flatMap((name) =>
      [
        ...readFileSync(join('src', name), 'utf8').matchAll(
          /^(?:export )?const (\w+): [^=]*\bRecord<string,[^=;]*= \{/gm,
        ),
      ].map(([, table]) => `${name} ${table}`),
    );
  assert.deepEqual(literals, [], 'lookupTable({…}), for words of users meet it');
});

test('a kind with the name of what every object has', () => {
  for (const name of ['constructor', 'toString', 'valueOf']) {
    const text = `kind: ${name}\nmetadata: {name: a, labels: {gloo: gateway-proxy}}\nspec: {${name}: 1}\n`;
    const { problems } = diffManifests(text, text.replace('1', '2'));
    assert.ok(!problems.some(({ code }) => code === 'bug'), name);
    assert.equal(kubernetesSchemaAt('PodSpec', [name]), undefined);
  }
});
