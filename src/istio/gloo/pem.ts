/**
 * Go's tls.X509KeyPair check of a certificate and a key, as far as the texts show. Whether a real key belongs to its
 * certificate is not computed: such a pair passes.
 */

/** The types of the PEM blocks in a text, in their order. */
function pemTypes(text: string): readonly string[] {
  return [...text.matchAll(/-----BEGIN ([A-Z0-9 ]{1,60})-----/g)].map(([, type = '']) => type);
}

/** Why Gloo rejects a pair; undefined if it accepts it. A root certificate alone is not a pair and is not checked. */
export function pairProblem(certificate: string, key: string, root: string): string | undefined {
  if (certificate === '' && key === '' && root !== '') return undefined;
  const [certificates, keys] = [pemTypes(certificate), pemTypes(key)];
  if (certificates.length === 0) return 'tls: failed to find any PEM data in certificate input';
  if (!certificates.includes('CERTIFICATE'))
    return certificates.length === 1 && certificates[0]?.endsWith('PRIVATE KEY')
      ? 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched'
      : `tls: failed to find "CERTIFICATE" PEM block in certificate input ${skipping(certificates)}`;
  if (keys.some((type) => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY'))) return undefined;
  if (keys.length === 0) return 'tls: failed to find any PEM data in key input';
  return keys.join() === 'CERTIFICATE'
    ? 'tls: found a certificate rather than a key in the PEM for the private key'
    : `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input ${skipping(keys)}`;
}

function skipping(types: readonly string[]): string {
  return `after skipping PEM blocks of the following types: [${types.join(' ')}]`;
}
