import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { kebabCase } from '../../src/go/kebab.ts';

test('names as sprig separates them', () => {
  const expected = {
    gatewayProxy: 'gateway-proxy',
    publicGw: 'public-gw',
    internal2Proxy: 'internal2-proxy',
    HTTP2xx: 'http-2xx',
    snake_case: 'snake-case',
    '': '',
    ÄpfelBirnen: 'äpfel-birnen',
  };
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, kebabCase(name)])), expected);
});

test('names of ASCII characters come out as by the rules for all of Unicode', () => {
  const name = fc.string({ unit: fc.constantFrom(...'abzABZ019-_'), maxLength: 24 });
  // One letter beyond ASCII takes the other way, and stands for itself.
  fc.assert(fc.property(name, (text) => assert.equal(kebabCase(`${text}É`).replace('é', 'e'), kebabCase(`${text}E`))));
});
