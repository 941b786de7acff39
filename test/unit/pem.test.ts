import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pairProblem } from '../../src/istio/gloo/pem.ts';

const types: Readonly<Record<string, string>> = {
  ...{ C: 'CERTIFICATE', T: 'TRUSTED CERTIFICATE', P: 'EC PARAMETERS' },
  ...{ K: 'PRIVATE KEY', E: 'EC PRIVATE KEY', X: 'XPRIVATE KEY' },
};
const pem = (letters: string): string =>
  [...letters].map((letter) => `-----BEGIN ${types[letter]}-----\nAA==\n-----END ${types[letter]}-----\n`).join('');
const noneIn = (what: string): string => `tls: failed to find any PEM data in ${what} input`;
const switched =
  'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched';
const noCertificate = 'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of';
const noKey =
  'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of';

// The errors of tls.X509KeyPair (Go 1.26) for a certificate and a key made of such blocks.
const answers: readonly (readonly [certificate: string, key: string, problem?: string])[] = [
  ...[['', 'K', noneIn('certificate')] as const, ['C', '', noneIn('key')] as const],
  ...['CK', 'CE'].map(([certificate = '', key = '']) => [certificate, key] as const),
  ...[['KC', 'KC'] as const, ['CC', 'PE'] as const, ['C', 'CE'] as const],
  ...['KC', 'KK', 'EK', 'XK'].map(([certificate = '', key = '']) => [certificate, key, switched] as const),
  ['C', 'C', 'tls: found a certificate rather than a key in the PEM for the private key'],
  ['C', 'CC', `${noKey} the following types: [CERTIFICATE CERTIFICATE]`],
  ['C', 'P', `${noKey} the following types: [EC PARAMETERS]`],
  ['C', 'X', `${noKey} the following types: [XPRIVATE KEY]`],
  ['P', 'K', `${noCertificate} the following types: [EC PARAMETERS]`],
  ['T', 'K', `${noCertificate} the following types: [TRUSTED CERTIFICATE]`],
  ['KK', 'K', `${noCertificate} the following types: [PRIVATE KEY PRIVATE KEY]`],
  ['PK', 'K', `${noCertificate} the following types: [EC PARAMETERS PRIVATE KEY]`],
];

for (const [certificate, key, problem] of answers)
  test(`a pair of ${certificate} and ${key} has the result that Go reports`, () => {
    assert.equal(pairProblem(pem(certificate), pem(key), 'any'), problem);
  });

test('a root certificate alone is not checked as a pair', () => {
  assert.equal(pairProblem('', '', 'root'), undefined);
  assert.equal(pairProblem('', '', ''), noneIn('certificate'));
  assert.equal(pairProblem('text', pem('K'), 'root'), noneIn('certificate'));
});
