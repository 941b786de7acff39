/**
 * The one door for text that leaves. Names and messages come from files, records, API servers and webhooks, and none of them may
 * move a cursor, hide something or start a command of a CI system. `Io` takes nothing but a {@link Printable}; only the functions
 * here make one, and they make every string visible on its way in. {@link payload} is the exception, and the only one.
 */

/** What can stand in a {@link shown} text: strings become visible, what is printable already stays as it is. */
type Part = string | number | Printable | readonly Printable[];

/** Text that may go to a terminal or a log. */
export class Printable {
  readonly #text: string;
  readonly #kind: Kind;

  private constructor(text: string, kind: Kind) {
    this.#text = text;
    this.#kind = kind;
  }

  /** What a file or a pipe gets. */
  get exact(): string {
    if (this.#kind === 'payload') return this.#text;
    const text = this.#kind === 'commands' ? this.#text : withoutCommands(this.#text);
    return text.replace(anywhereCommand, '#\\u0023');
  }

  /** What a terminal gets. A payload is for programs: a person who looks at one all the same sees its contents. */
  get onTerminal(): string {
    return this.#kind === 'payload' ? eachLine(this.#text, visibleData) : this.exact;
  }

  toString(): string {
    return this.exact;
  }

  /** A tag for templates: what is written in the program stays, and whatever is put in goes through `escape`, unless it did. */
  static tag(escape: (text: string) => string, kind: Kind) {
    const print = (part: Part): string => {
      if (part instanceof Printable) return part.#kind === kind ? part.#text : escape(part.#text);
      return typeof part === 'object' ? part.map(print).join('') : escape(String(part));
    };
    return (texts: TemplateStringsArray, ...parts: readonly Part[]): Printable =>
      new Printable(
        texts.reduce((all, text, index) => all + print(parts[index - 1] ?? '') + text),
        kind,
      );
  }

  static whole(text: string, kind: Kind): Printable {
    return new Printable(text, kind);
  }
}

/** What a text is written in. `commands` speaks to a CI system on purpose, and a `payload` is data, to the byte. */
type Kind = 'text' | 'html' | 'markdown' | 'mermaid' | 'commands' | 'payload';

/** What is written in the template, with every string that is put in on one line and visible. */
export const shown = Printable.tag(visible, 'text');

/** A text with line ends of its own; each line is made visible. */
export function lines(text: string): Printable {
  return Printable.whole(eachLine(text, visible), 'text');
}

/** Parts one after the other, with a separator of the program's own between them. */
export function joined(parts: readonly Printable[], separator: '' | ' ' | ', ' | '\n' = ''): Printable {
  return shown`${parts.flatMap((part, index) => (index === 0 || separator === '' ? [part] : [Printable.whole(separator, 'text'), part]))}`;
}

/** A tag for a language with an escape of its own, which is applied to what is visible already. */
export function markup(language: 'html' | 'markdown' | 'mermaid' | 'commands', escape: (text: string) => string) {
  return Printable.tag((text) => escape(visible(text)), language);
}

/** A value as JSON. Characters that do not show are written as escapes, which mean the same; integers of any size as numbers. */
export function json(value: unknown, indent = 2, hasBigints = true): Printable {
  // To look at every value takes longer than to print it.
  const text = JSON.stringify(value, hasBigints ? withoutBigints : undefined, indent);
  const safe = text.replace(invisible, escaped).replace(anywhereCommand, '#\\u0023');
  return Printable.whole(`${safe}\n`, 'payload');
}

function withoutBigints(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

/**
 * Data for another program, to the byte: manifests, scripts. This is the door past the checks; whatever is not asked for as data
 * must not take it.
 */
export function payload(text: string): Printable {
  return Printable.whole(text, 'payload');
}

/** The bytes of a {@link Printable}; a thread can send them to another one. */
export type PrintableBytes = Uint8Array<ArrayBuffer> & { readonly [printableBytes]: true };
declare const printableBytes: unique symbol;

export function bytesOf(texts: readonly Printable[]): PrintableBytes {
  const all = texts.map(({ exact }) => exact).join('');
  // The mark exists for the compiler only.
  return new TextEncoder().encode(all) as PrintableBytes;
}

export type Style = 'red' | 'green' | 'yellow' | 'cyan' | 'bold' | 'dim';
export type Paint = (style: Style, text: string | Printable) => Printable;

const codes: Readonly<Record<Style, string>> = {
  red: '31',
  green: '32',
  yellow: '33',
  cyan: '36',
  bold: '1',
  dim: '2',
};

/** Colours for a terminal, or none. Not `util.styleText`: this is part of the core, which knows no module of Node's. */
export function painter(color: boolean): Paint {
  if (!color) return (_, text) => shown`${text}`;
  return (style, text) => {
    const [start, end] = [Printable.whole(`\u001b[${codes[style]}m`, 'text'), Printable.whole('\u001b[0m', 'text')];
    return text === '' ? shown`` : shown`${start}${text}${end}`;
  };
}

// C1 controls and DEL, line and paragraph separators, what changes the direction of text, what has no width; the joiners that
// scripts and emoji need are none of them. C0 but for tab and line feed, and what no XML may hold.
const invisible =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get out
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]|\udb40[\udc00-\udfff]/g;

function escaped(characters: string): string {
  return [...characters].map((character) => unitsOf(character)).join('');
}

function unitsOf(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}

/** A string on one line: control, direction and invisible characters become escapes, a tab a blank. */
export function visible(text: string): string {
  return text.replaceAll('\t', ' ').replaceAll('\n', '\\u000a').replace(invisible, escaped);
}

/** A line of data: tabs, and the CR of a line end as Windows has it, move nothing that matters. */
function visibleData(line: string): string {
  const end = line.endsWith('\r') ? '\r' : '';
  return line.slice(0, line.length - end.length).replace(invisible, escaped) + end;
}

function eachLine(text: string, change: (line: string) => string): string {
  return text.split('\n').map(change).join('\n');
}

/** Azure's, TeamCity's and GitHub's older commands start anywhere in a line. (Source: actions/runner, ActionCommand.cs.) */
const anywhereCommand = /##(?=\[|vso\[|teamcity\[)/g;

/** GitHub's runner takes a line for a command that starts with two colons and a word, after blanks if there are any. */
function withoutCommands(text: string): string {
  if (!text.includes('::')) return text;
  return eachLine(text, (line) => {
    // Colours of ours may stand in front of it.
    const at = line.indexOf('::');
    const before = at < 0 ? 'x' : line.slice(0, at).replaceAll(colour, '');
    if (before.trim() !== '' || !/^[A-Za-z]/.test(line.slice(at + 2, at + 3))) return line;
    return `${line.slice(0, at)}\\u003a${line.slice(at + 1)}`;
  });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what painter writes
const colour = /\u001b\[\d\d?m/g;
