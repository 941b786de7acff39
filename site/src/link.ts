/** The input in a URL's fragment, which browsers never send to a server: compressed and base64url-encoded. */
import type { Input } from './answers.ts';
import { joined } from './joined.ts';

/** Larger inputs do not fit into a URL. */
const mostBytes = 1_000_000;

/** A fragment with an input; undefined if it is too large for one. */
export async function toFragment(input: Input): Promise<string | undefined> {
  const whole = new TextEncoder().encode(JSON.stringify(input));
  if (whole.length > mostBytes) return undefined;
  const bytes = await through(whole, new CompressionStream('deflate-raw'));
  const letters = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  return `#1.${letters.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
}

/** The contents of a fragment; undefined if it is not one of ours, or damaged. */
export async function fromFragment(fragment: string): Promise<Input | undefined> {
  if (!fragment.startsWith('#1.')) return undefined;
  try {
    const letters = atob(fragment.slice(3).replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    const text = new TextDecoder().decode(await through(bytes, new DecompressionStream('deflate-raw')));
    return readInput(text);
  } catch {
    return undefined;
  }
}

/** Parses an input that `JSON.stringify` wrote; undefined if it is something else. */
export function readInput(text: string): Input | undefined {
  const read = JSON.parse(text) as Readonly<Record<string, unknown>>; // Checked part by part.
  if (typeof read['text'] !== 'string') return undefined;
  const part = (key: string): string => (typeof read[key] === 'string' ? read[key] : '');
  return {
    text: part('text'),
    chartVersion: part('chartVersion'),
    world: part('world'),
    istioVersion: part('istioVersion'),
    isComplete: read['isComplete'] === true,
  };
}

async function through(bytes: Uint8Array, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const reader = new Blob([bytes as BlobPart]).stream().pipeThrough(stream).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > 2 * mostBytes) throw new Error('too long');
    parts.push(value);
  }
  return joined(parts, length);
}
