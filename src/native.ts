/**
 * Everything that the pure core needs from Node: browsers offer these only as promises, and rendering is synchronous.
 * In a browser site/src/native.ts replaces this file. Nothing is imported statically, because most runs do not need it
 * and loading takes a while.
 */

/** The SHA-256 of a text's UTF-8, in hexadecimal. */
export function sha256(text: string): string {
  return process.getBuiltinModule('node:crypto').hash('sha256', text);
}

/** Decompresses gzip; throws if the data is corrupt or larger than `most` bytes. */
export function gunzip(bytes: Uint8Array, most: number): Uint8Array {
  return process.getBuiltinModule('node:zlib').gunzipSync(bytes, { maxOutputLength: most });
}
