/**
 * What the pure core takes from Node, and all of it: a browser has these only as promises, and rendering does not wait. For one,
 * site/src/native.ts stands in its place. Nothing is imported, because most runs need none of it and it takes a while to load.
 */

/** The SHA-256 of a text's UTF-8, in hexadecimal digits. */
export function sha256(text: string): string {
  return process.getBuiltinModule('node:crypto').hash('sha256', text);
}

/** What gzip has compressed; throws where it is broken, or is more than `most` bytes. */
export function gunzip(bytes: Uint8Array, most: number): Uint8Array {
  return process.getBuiltinModule('node:zlib').gunzipSync(bytes, { maxOutputLength: most });
}
