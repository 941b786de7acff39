/** The input in a URL's fragment, which browsers never send to a server: compressed and base64url-encoded. */
import type { Input } from './answers.ts';
import { joined } from './joined.ts';

/** Larger than a URL can be anyway. */
const mostCharacters = 1_000_000;

export async function toFragment(input: Input): Promise<string> {
  const bytes = await through(
    new TextEncoder().encode(JSON.stringify(input)),
    new CompressionStream('deflate-raw'),
    Number.POSITIVE_INFINITY,
  );
  const letters = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  return `#1.${letters.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
}

/** The contents of a fragment; undefined if it is not one of ours. */
export async function fromFragment(fragment: string): Promise<Input | undefined> {
  if (!fragment.startsWith('#1.')) return undefined;
  try {
    const letters = atob(fragment.slice(3).replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    const text = new TextDecoder().decode(await through(bytes, new DecompressionStream('deflate-raw'), mostCharacters));
    const read = JSON.parse(text) as Readonly<Record<string, unknown>>; // Checked part by part.
    const part = (key: string): string => (typeof read[key] === 'string' ? read[key] : '');
    return {
      text: part('text'),
      chartVersion: part('chartVersion'),
      world: part('world'),
      istioVersion: part('istioVersion'),
      isComplete: read['isComplete'] === true,
    };
  } catch {
    return undefined;
  }
}

async function through(
  bytes: Uint8Array,
  stream: CompressionStream | DecompressionStream,
  most: number,
): Promise<Uint8Array> {
  const reader = new Blob([bytes as BlobPart]).stream().pipeThrough(stream).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) throw new Error('too long');
    parts.push(value);
  }
  return joined(parts, length);
}
