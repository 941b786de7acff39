/**
 * Go's tls.X509KeyPair check of a certificate and a key, as far as the texts show. Whether a real key belongs to its
 * certificate is not computed: such a pair passes. The placeholders of recorded cases stand for pairs whose result is
 * known.
 */
import { lookupTable } from '../../value.ts';

const placeholders: Readonly<Record<string, { readonly type: 'certificate' | 'key'; readonly pair: string }>> =
  lookupTable({
    '@CERT@': { type: 'certificate', pair: 'first' },
    '@KEY@': { type: 'key', pair: 'first' },
    '@CA@': { type: 'certificate', pair: 'ca' },
    '@OTHER@': { type: 'key', pair: 'other' },
  });

interface Pem {
  readonly type: 'certificate' | 'key' | 'other';
  readonly pair: string | undefined;
}

function readPem(text: string): Pem | undefined {
  const known = placeholders[text.trim()];
  if (known !== undefined) return known;
  const [, label] = /-----BEGIN ([A-Z0-9 ]{1,60})-----/.exec(text) ?? [];
  if (label === undefined) return undefined;
  const type = label === 'CERTIFICATE' ? 'certificate' : label.endsWith('PRIVATE KEY') ? 'key' : 'other';
  return { type, pair: undefined };
}

/** Why Gloo rejects a pair; undefined if it accepts it. A root certificate alone is not a pair and is not checked. */
export function pairProblem(certificate: string, key: string, root: string): string | undefined {
  if (certificate === '' && key === '' && root !== '') return undefined;
  const first = readPem(certificate);
  if (first === undefined) return 'tls: failed to find any PEM data in certificate input';
  if (first.type === 'key')
    return 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched';
  const second = readPem(key);
  if (second === undefined) return 'tls: failed to find any PEM data in key input';
  if (second.type === 'certificate') return 'tls: found a certificate rather than a key in the PEM for the private key';
  const isPair = first.pair === undefined || second.pair === undefined || first.pair === second.pair;
  return isPair ? undefined : 'tls: private key does not match public key';
}
