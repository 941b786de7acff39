/**
 * All output passes through here. Names and messages come from files, records, API servers and webhooks, and must not
 * be able to move a cursor, hide text or start a command of a CI system. `Io` accepts only {@link Printable}; only the
 * functions here create one, and they escape every string in it. {@link payload} is the only exception.
 */

/** What a {@link shown} template may contain: strings are escaped, printable text stays unchanged. */
type Part = string | number | Printable | readonly Printable[];

/** Text that is safe for a terminal or a log. */
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

  /** What a terminal gets. A payload is for programs, so on a terminal it is escaped. */
  get onTerminal(): string {
    return this.#kind === 'payload' ? eachLine(this.#text, visibleData) : this.exact;
  }

  toString(): string {
    return this.exact;
  }

  /**
   * Creates a template tag: literal parts stay unchanged, and interpolated ones go through `escape` unless they are
   * printable.
   */
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

/** The kind of text. `commands` are addressed to a CI system on purpose, and a `payload` is data, to the byte. */
type Kind = 'text' | 'html' | 'markdown' | 'mermaid' | 'commands' | 'payload';

/** The template, with every interpolated string escaped and on one line. */
export const shown = Printable.tag(visible, 'text');

/** A text of several lines; each is escaped. */
export function lines(text: string): Printable {
  return Printable.whole(eachLine(text, visible), 'text');
}

/** Joins parts with a separator that must be a constant of the program. */
export function joined(parts: readonly Printable[], separator: '' | ' ' | ', ' | '\n' = ''): Printable {
  return shown`${parts.flatMap((part, index) => (index === 0 || separator === '' ? [part] : [Printable.whole(separator, 'text'), part]))}`;
}

/** Creates a template tag for a language with its own escaping, which is applied after ours. */
export function markup(language: 'html' | 'markdown' | 'mermaid' | 'commands', escape: (text: string) => string) {
  return Printable.tag((text) => escape(visible(text)), language);
}

/**
 * A value as JSON. Invisible characters are written as escapes, which mean the same; integers of any size as numbers.
 */
export function json(value: unknown, indent = 2): Printable {
  return Printable.whole(`${jsonText(value, indent, true)}\n`, 'payload');
}

/**
 * A map as one line of JSON, whose entries are those of the parts. They are printed one by one because a single character
 * outside Latin-1, as in a hint, makes JavaScript store all of a string in twice the memory.
 */
export function jsonLine(parts: readonly object[], hasBigints: boolean): Printable[] {
  return parts.map((part, index) => {
    const entries = jsonText(part, 0, hasBigints).slice(1, -1);
    const [start, end] = [index === 0 ? '{' : ',', index === parts.length - 1 ? '}\n' : ''];
    return Printable.whole(`${start}${entries}${end}`, 'payload');
  });
}

function jsonText(value: unknown, indent: number, hasBigints: boolean): string {
  // Checking every value takes longer than printing.
  const text = JSON.stringify(value, hasBigints ? withoutBigints : undefined, indent);
  return text.replace(invisible, escaped).replace(anywhereCommand, '#\\u0023');
}

function withoutBigints(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

/**
 * Data for another program, to the byte: manifests, scripts. This bypasses the escaping; use it only for what was
 * requested as data.
 */
export function payload(text: string): Printable {
  return Printable.whole(text, 'payload');
}

/** The bytes of a {@link Printable}, which a thread can send to another one. */
export type PrintableBytes = Uint8Array<ArrayBuffer> & { readonly [printableBytes]: true };
declare const printableBytes: unique symbol;

export function bytesOf(texts: readonly Printable[]): PrintableBytes {
  const encoder = new TextEncoder();
  // Joined, the characters of one text could make all others take twice the memory.
  const encoded = texts.map(({ exact }) => encoder.encode(exact));
  const bytes = new Uint8Array(encoded.reduce((length, part) => length + part.length, 0));
  let end = 0;
  for (const part of encoded) {
    bytes.set(part, end);
    end += part.length;
  }
  // The brand exists for the compiler only.
  return bytes as PrintableBytes;
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

/**
 * Colors for a terminal, or none. Not `util.styleText`, because this is part of the core, which uses no Node module.
 */
export function painter(color: boolean): Paint {
  if (!color) return (_, text) => shown`${text}`;
  return (style, text) => {
    const [start, end] = [Printable.whole(`\u001b[${codes[style]}m`, 'text'), Printable.whole('\u001b[0m', 'text')];
    return text === '' ? shown`` : shown`${start}${text}${end}`;
  };
}

// C1 controls and DEL, line and paragraph separators, bidirectional controls, and zero-width characters except for the
// joiners that scripts and emoji need; C0 except for tab and line feed; and characters that XML cannot contain.
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

/** A string on one line: control, bidirectional and invisible characters become escapes, a tab becomes a blank. */
export function visible(text: string): string {
  return text.replaceAll('\t', ' ').replaceAll('\n', '\\u000a').replace(invisible, escaped);
}

/** A line of data: tabs, and the CR of a Windows line ending, are harmless. */
function visibleData(line: string): string {
  const end = line.endsWith('\r') ? '\r' : '';
  return line.slice(0, line.length - end.length).replace(invisible, escaped) + end;
}

function eachLine(text: string, change: (line: string) => string): string {
  return text.split('\n').map(change).join('\n');
}

/**
 * Commands of Azure, TeamCity and older GitHub runners may start anywhere in a line. (Source: actions/runner,
 * ActionCommand.cs.)
 */
const anywhereCommand = /##(?=\[|vso\[|teamcity\[)/g;

/** GitHub's runner reads a line as a command if it starts with two colons and a word, after optional blanks. */
function withoutCommands(text: string): string {
  if (!text.includes('::')) return text;
  return eachLine(text, (line) => {
    // Our color codes may precede it.
    const at = line.indexOf('::');
    const before = at < 0 ? 'x' : line.slice(0, at).replaceAll(colour, '');
    if (before.trim() !== '' || !/^[A-Za-z]/.test(line.slice(at + 2, at + 3))) return line;
    return `${line.slice(0, at)}\\u003a${line.slice(at + 1)}`;
  });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what painter writes
const colour = /\u001b\[\d\d?m/g;
