import { sharedSource } from '../helm/layers.ts';
import type { NamedText } from '../node/sources.ts';

/** The most files, and characters, that are kept. */
const mostFiles = 256;
const mostLength = 8 * 1024 * 1024;

/**
 * Files that many clusters share are read once, and parsed once when they are requested a second time. The least
 * recently used ones are dropped first, so that the clusters' own files do not fill the memory.
 */
export class SharedFiles {
  readonly #read: (path: string) => Promise<string>;
  readonly #kept = new Map<string, { readonly source: NamedText; readonly isParsed: boolean }>();
  #length = 0;

  constructor(read: (path: string) => Promise<string>) {
    this.#read = read;
  }

  /** The file, or the error from reading it. */
  async get(path: string): Promise<NamedText> {
    const known = this.#kept.get(path);
    if (known !== undefined) {
      // The last entry of a Map is the most recently used one.
      this.#kept.delete(path);
      const source = known.isParsed ? known.source : sharedSource(known.source);
      this.#kept.set(path, { source, isParsed: true });
      return source;
    }
    const source = { name: path, text: await this.#read(path) };
    this.#kept.set(path, { source, isParsed: false });
    this.#length += source.text.length;
    for (const [oldest, { source: kept }] of this.#kept) {
      if (oldest === path || (this.#kept.size <= mostFiles && this.#length <= mostLength)) break;
      this.#kept.delete(oldest);
      this.#length -= kept.text.length;
    }
    return source;
  }
}
