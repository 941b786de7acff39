import type { Printable, PrintableBytes } from '../printable.ts';

/** Everything that a command may touch outside itself; the real one is in `src/node/`, tests bring their own. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether what goes to stderr is read on a terminal that can show colour. */
  readonly color: boolean;
  /** The same of stdout. */
  readonly stdoutColor?: boolean;
  /** Columns of the terminal, for help and messages. */
  readonly width: number;
  /** All of standard input, as text. */
  stdin(): Promise<string>;
  /** The same as it arrives; without it, all at once. */
  readonly stdinChunks?: () => AsyncIterable<Uint8Array> & { destroy(): void };
  /** Fails with a `code` as Node's own file functions do (`ENOENT`, `EISDIR`, `EACCES`). */
  readFile(path: string): Promise<string>;
  /**
   * The manifests in a directory, by name, with `deep` also in its subdirectories; undefined if it is not a directory.
   */
  readonly manifestsIn?: (path: string, deep: boolean) => Promise<readonly string[] | undefined>;
  /** The file of that name in the working directory or above it. Throws where it cannot be read. */
  readonly findUpwards?: (name: string) => { readonly name: string; readonly text: string } | undefined;
  /** The path of a file from the top of the repository around the working directory, which services count from. */
  readonly pathInRepository?: (path: string) => string;
  /** Whether standard input is a terminal, or there is none: nothing was piped into it. */
  readonly isStdinIdle?: boolean;
  /** Replaces the file as a whole, never half of it, and makes the directories on the way. */
  writeFile(path: string, text: string): Promise<void>;
  /** The same for several files, all of them or none. Fails as Node does, with the path as `target`. */
  writeFiles(files: readonly { readonly path: string; readonly text: string }[]): Promise<void>;
  /** Asks the user at the terminal and returns the answer; undefined without a terminal. */
  readonly ask?: ((question: Printable) => Promise<string>) | undefined;
  /** Writes to stdout and waits until it is taken; false once the reader has gone. */
  readonly pour?: (bytes: PrintableBytes) => Promise<boolean>;
  /** A progress bar on stderr, if it is a terminal that nothing else needs. */
  readonly startBar?: ((total: number | undefined, isPrinting: boolean) => Promise<Bar | undefined>) | undefined;
  /** Calls `stop` when the user (or the system) asks the run to end; returns a function that ends this and says the exit code then. */
  readonly onInterrupt?: (stop: () => void) => () => number | undefined;
  /**
   * Gives a text to a process that lives on whatever becomes of this one, and returns what that answers; undefined if it
   * killed without notice. Without it, what must not be interrupted is done here.
   */
  readonly outlive?: ((text: string) => Promise<string | undefined>) | undefined;
  /** All that is printed is {@link Printable}: strings from outside are made visible before. */
  stdout(text: Printable): void;
  stderr(text: Printable): void;
}

/** Progress, as far as it can be seen. */
export interface Bar {
  update(done: number, failed: number): void;
  stop(): void;
}
