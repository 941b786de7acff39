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
  /** Fails with a `code` as Node's own file functions do (`ENOENT`, `EISDIR`, `EACCES`). */
  readFile(path: string): Promise<string>;
  /** Replaces the file as a whole, never half of it, and makes the directories on the way. */
  writeFile(path: string, text: string): Promise<void>;
  /** Asks whoever sits at the terminal and gives the answer; undefined where nobody does. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
  /**
   * Gives a text to a process that lives on whatever becomes of this one, and returns what that answers; undefined if it
   * ended without a word. Without it, what must not be interrupted is done here.
   */
  readonly outlive?: ((text: string) => Promise<string | undefined>) | undefined;
  stdout(text: string): void;
  stderr(text: string): void;
}
