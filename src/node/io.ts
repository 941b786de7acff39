import type { Printable, PrintableBytes } from '../printable.ts';

/**
 * Everything that a command may access outside of itself; `src/node/` has the real implementation, tests use their own.
 */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether stderr is a terminal that supports color. */
  readonly color: boolean;
  /** The same for stdout. */
  readonly stdoutColor?: boolean;
  /** The width of the terminal in columns, for help and messages. */
  readonly width: number;
  /** All of standard input, as text. */
  stdin(): Promise<string>;
  /** Standard input as it arrives; without this, it is read at once. */
  readonly stdinChunks?: () => AsyncIterable<Uint8Array> & { destroy(): void };
  /** Fails with a `code` like Node's file functions (`ENOENT`, `EISDIR`, `EACCES`). */
  readFile(path: string): Promise<string>;
  /**
   * The manifests in a directory, sorted by name, with `deep` including its subdirectories; undefined if it is not a
   * directory.
   */
  readonly manifestsIn?: (path: string, deep: boolean) => Promise<readonly string[] | undefined>;
  /** Finds a file by name in the working directory or a parent. Throws if it cannot be read. */
  readonly findUpwards?: (name: string) => { readonly name: string; readonly text: string } | undefined;
  /** A path relative to the root of the repository around the working directory, as CI services expect. */
  readonly pathInRepository?: (path: string) => string;
  /** Whether stdin is a terminal or closed, so that nothing was piped into it. */
  readonly isStdinIdle?: boolean;
  /** Replaces a file atomically, and creates its folders. */
  writeFile(path: string, text: string): Promise<void>;
  /** The same for several files: all of them or none. Fails as Node does, with the path as `target`. */
  writeFiles(files: readonly { readonly path: string; readonly text: string }[]): Promise<void>;
  /** Asks the user at the terminal and returns the answer; undefined without a terminal. */
  readonly ask?: ((question: Printable) => Promise<string>) | undefined;
  /** Writes to stdout and waits until it is written; false if the reader has closed it. */
  readonly pour?: (bytes: PrintableBytes) => Promise<boolean>;
  /** A progress bar on stderr, if that is a terminal that nothing else writes to. */
  readonly startBar?: ((total: number | undefined, isPrinting: boolean) => Promise<Bar | undefined>) | undefined;
  /**
   * Calls `stop` when the user or the system asks the run to end; returns a function that stops listening and returns
   * the exit code.
   */
  readonly onInterrupt?: (stop: () => void) => () => number | undefined;
  /**
   * Sends a text to a process that outlives this one, and returns its answer; undefined if it was killed. Without this,
   * uninterruptible work is done in this process.
   */
  readonly outlive?: ((text: string) => Promise<string | undefined>) | undefined;
  /** Only {@link Printable} text is printed, in which control characters from outside are escaped. */
  stdout(text: Printable): void;
  stderr(text: Printable): void;
}

/** The progress of a run, as far as it is known. */
export interface Bar {
  update(done: number, failed: number): void;
  stop(): void;
}
