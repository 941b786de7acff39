/** The browser's implementation of what the pure core needs from Node: see src/native.ts. */
import { sha256 as hash } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { Gunzip } from 'fflate';
import { joined } from './joined.ts';

export function sha256(text: string): string {
  return bytesToHex(hash(utf8ToBytes(text)));
}

export function gunzip(bytes: Uint8Array, most: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let length = 0;
  let isWhole = false;
  const stream = new Gunzip((part, isLast) => {
    length += part.length;
    if (length > most) throw new Error(`it is larger than ${most} bytes`);
    parts.push(part);
    isWhole ||= isLast;
  });
  // In chunks, so that a decompression bomb is noticed early.
  for (let at = 0; at < bytes.length; at += 65_536)
    stream.push(bytes.subarray(at, at + 65_536), at + 65_536 >= bytes.length);
  // The last four bytes are the uncompressed size.
  const told =
    bytes.length < 18 ? -1 : new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4).getUint32(0, true);
  if (!isWhole || told !== length) throw new Error('it is broken');
  return joined(parts, length);
}
