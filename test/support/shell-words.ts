export interface CommandLine {
  readonly env: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
}

/**
 * Splits a command line as a shell does, as far as our tests need it: quotes, backslashes, line continuations with `\`.
 */
export function readCommandLine(line: string): CommandLine {
  const words = wordsOf(line.replaceAll('\\\n', ' ').trim());
  const start = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
  const env = Object.fromEntries(
    words.slice(0, start).map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  );
  const [program, ...argv] = words.slice(start);
  if (program !== 'glistio') throw new Error(`not a glistio command: ${line}`);
  return { env, argv };
}

function wordsOf(line: string): string[] {
  const words = line.match(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+/g) ?? [];
  return words.map((word) =>
    word.replace(/'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g, (_, single?: string, double?: string, escaped?: string) => {
      if (escaped !== undefined) return escaped;
      return single ?? (double ?? '').replace(/\\(["\\$`])/g, '$1');
    }),
  );
}
