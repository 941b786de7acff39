/** The input in the fragment of an address, which browsers send to no server: compressed, in the letters of base64url. */
import type { Input } from './answers.ts';
import { joined } from './joined.ts';

/** More than an address can hold anyway. */
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

/** What a fragment holds; undefined for what is none of ours. */
export async function fromFragment(fragment: string): Promise<Input | undefined> {
  if (!fragment.startsWith('#1.')) return undefined;
  try {
    const letters = atob(fragment.slice(3).replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    const text = new TextDecoder().decode(await through(bytes, new DecompressionStream('deflate-raw'), mostCharacters));
    const read = JSON.parse(text) as Readonly<Record<string, unknown>>; // Looked at part by part.
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
