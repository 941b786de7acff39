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
    HTTPServer: 'http-server',
    _camelCase: '-camel-case',
    NoHTTPS: 'no-https',
    Wi_thF: 'wi-th-f',
    _AnotherTES_TCaseP: '-another-tes-t-case-p',
    ALL: 'all',
    _HELLO_WORLD_: '-hello-world-',
    HELLO____WORLD: 'hello----world',
    TW: 'tw',
    _C: '-c',
    http2xx: 'http-2xx',
    HTTP2XX: 'http2-xx',
    HTTP20xOK: 'http-20x-ok',
    HTTP20XStatus: 'http20-x-status',
    'HTTP-20xStatus': 'http-20x-status',
    a: 'a',
    Duration2m3s: 'duration-2m3s',
    Bld4Floor3rd: 'bld4-floor-3rd',
    ' _-_ ': '-----',
    '1_2_3d': '1-2-3d',
    '2Proxy': '2-proxy',
    '2proxy3': '2proxy3',
    'a.b': 'a.b',
    'aB.Cd': 'a-b.cd',
    'a1.b': 'a1.b',
    a1: 'a1',
    aB1: 'a-b1',
    é$B: 'é-$-b',
    'a\tB': 'a-b',
  };
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, kebabCase(name)])), expected);
});

test('names of ASCII characters come out as by the rules for all of Unicode', () => {
  const name = fc.string({ unit: fc.constantFrom(...'abzABZ019-_'), maxLength: 24 });
  // One letter beyond ASCII takes the slow path, and stays as it is.
  fc.assert(fc.property(name, (text) => assert.equal(kebabCase(`${text}É`).replace('é', 'e'), kebabCase(`${text}E`))));
});
