import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readLayers } from '../../src/helm/layers.ts';
import type { Layer } from '../../src/helm/winner.ts';
import type { Path } from '../../src/problem.ts';
import { isList, isMap, type Value } from '../../src/value.ts';

function has(values: Value, path: Path): boolean {
  let value: Value | undefined = values;
  for (const step of path) {
    if (isMap(value)) value = Object.hasOwn(value, step) ? value[step] : undefined;
    else if (isList(value)) value = value[Number(step)];
    else return false;
  }
  return value !== undefined;
}

/**
 * The specification implemented literally: the highest layer that sets the path, something inside it, or (an argument)
 * one of its parents.
 */
function gives(layer: Layer, path: Path): boolean {
  if (layer.kind === 'file' || layer.kind === 'object') return has(layer.values, path);
  return layer.paths.some((set) => path.every((step, index) => index >= set.length || set[index] === step));
}

const key = fc.constantFrom('a', 'b', 'c');
const path = fc.array(key, { minLength: 1, maxLength: 3 });
const file = path.map((steps) => `${steps.map((step, index) => `${'  '.repeat(index)}${step}:`).join('\n')} 1\n`);
const argument = fc
  .array(path, { minLength: 1, maxLength: 3 })
  .map((paths) => paths.map((steps) => `${steps.join('.')}=1`).join(','));

test('the tree of paths answers as the rule does', () => {
  fc.assert(
    fc.property(fc.array(file, { maxLength: 3 }), fc.array(argument, { maxLength: 4 }), path, (files, set, wanted) => {
      const values = files.map((text, index) => ({ name: `f${index}.yaml`, text }));
      const { layers, winner, values: merged } = readLayers({ values, set });
      const found = winner(wanted);
      let known = wanted.length;
      while (known > 0 && !has(merged, wanted.slice(0, known))) known--;
      let expected: [Layer, Path] | undefined;
      for (let length = known; length > 0 && expected === undefined; length--) {
        const layer = layers.findLast((candidate) => gives(candidate, wanted.slice(0, length)));
        if (layer !== undefined) expected = [layer, wanted.slice(0, length)];
      }
      assert.deepEqual(found && [found.layer, found.path], expected);
    }),
    { numRuns: 2000, seed: 5 },
  );
});
