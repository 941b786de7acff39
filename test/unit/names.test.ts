import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

/**
 * The public functions and their types have the names of what they wrap: the library validates any JavaScript value
 * first.
 */
const border = [
  'intake/changes.ts',
  'intake/explain.ts',
  'intake/kube.ts',
  'intake/library.ts',
  'intake/manifests.ts',
  'intake/mtls.ts',
];

/** Modules that are imported as namespaces (`read.text`), so that their names are always qualified. */
const namespaces = ['intake/options.ts'];

const declaration =
  /^export (?:declare )?(?:async )?(?:abstract )?(?:function\*?|const|let|type|interface|class|enum) (\w+)/gm;

test('one meaning for each exported name', () => {
  const meanings = new Map<string, Set<string>>();
  const files = readdirSync('src', { recursive: true })
    .map((file) => String(file).replaceAll('\\', '/'))
    // Generated code has the names of Kubernetes' types.
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.gen.ts'))
    .filter((file) => !border.includes(file) && !namespaces.includes(file));
  for (const file of files) {
    for (const [, name = ''] of readFileSync(join('src', file), 'utf8').matchAll(declaration))
      meanings.set(name, (meanings.get(name) ?? new Set()).add(file));
  }
  assert.ok(meanings.size > 800);
  const several = [...meanings].filter(([, where]) => where.size > 1);
  assert.deepEqual(
    several.map(([name, where]) => `${name}: ${[...where].join(', ')}`),
    [],
  );
});

test('modules that are imported as a whole are imported so', () => {
  const library = readFileSync(join('src', 'intake/library.ts'), 'utf8');
  for (const file of namespaces)
    assert.match(library, new RegExp(`import \\* as \\w+ from './${file.replace('intake/', '')}'`));
});
