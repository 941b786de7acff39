/** One item of the list of clusters, as its lines; `line` is how many lines stand above it. */
export interface CutItem {
  readonly text: string;
  readonly line: number;
}

/** What stands around the list of clusters. */
export interface CutHead {
  /** Everything but the items, with the key `clusters` left empty. */
  readonly text: string;
  /** The line of the key, from 1. */
  readonly listLine: number;
  /** How many lines were taken out below it. */
  readonly cutLines: number;
}

/** Characters of one item; more can be no cluster, and would be held in memory. */
const maxItem = 8 * 1024 * 1024;

const listKey = /^clusters *:(?: *| +#.*)$/;
const otherListKey = /^(?:\? *)?["']?clusters\b/;

/**
 * Takes a fleet file apart line by line: the items of its block list `clusters`, and what stands around them. It only goes on
 * while lines alone say where an item ends; {@link push} answers false where they do not (flow style, tags, tabs, several
 * documents, lines in odd places), and then the file has to be read as a whole.
 */
export class FleetCutter {
  readonly #emit: (item: CutItem) => void;
  readonly #head: string[] = [];
  #state: 'before' | 'list' | 'after' = 'before';
  #line = 0;
  #listLine = 0;
  #cutLines = 0;
  #indent = -1;
  #item: string[] = [];
  #itemLine = 0;
  #itemLength = 0;

  constructor(emit: (item: CutItem) => void) {
    this.#emit = emit;
  }

  /** Takes the next line, with its line end; false when the lines do not say enough. */
  push(line: string): boolean {
    const text = line.replace(/\r?\n$/, '');
    const isSure =
      !text.includes('\r') && (this.#state === 'list' ? this.#pushItem(line, text) : this.#pushHead(line, text));
    this.#line++;
    return isSure;
  }

  /** After the last line; undefined when there was no list to cut. */
  end(): CutHead | undefined {
    this.#close();
    if (this.#indent < 0) return undefined;
    return { text: this.#head.join(''), listLine: this.#listLine, cutLines: this.#cutLines };
  }

  #pushHead(line: string, text: string): boolean {
    if (text.startsWith('%') || isMarker(text))
      return this.#line === 0 && /^\uFEFF?---(?: +#.*)?$/.test(line.trimEnd()) && this.#keep(line);
    const bare = this.#line === 0 ? text.replace(/^\uFEFF/, '') : text;
    if (!listKey.test(bare)) return !otherListKey.test(bare) && this.#keep(line);
    if (this.#state === 'after') return false;
    this.#state = 'list';
    this.#listLine = this.#line + 1;
    return this.#keep(line.endsWith('\n') ? line : `${line}\n`);
  }

  #keep(line: string): true {
    this.#head.push(line);
    return true;
  }

  #pushItem(line: string, text: string): boolean {
    const indent = text.search(/[^ ]/);
    const isBlank = indent < 0 || text[indent] === '#' || text.trim() === '';
    if (isBlank) return this.#continue(line);
    if (isMarker(text)) return false;
    if (this.#indent < 0) {
      if (!isDash(text, indent)) return false;
      this.#indent = indent;
    }
    if (indent > this.#indent) return this.#continue(line);
    if (indent === this.#indent && isDash(text, indent)) {
      this.#close();
      this.#itemLine = this.#line;
      return this.#continue(`${line.slice(0, indent)} ${line.slice(indent + 1)}`);
    }
    // Only a key of the top ends the list for certain.
    if (indent !== 0 || !/^[A-Za-z_$"']/.test(text)) return false;
    this.#close();
    this.#state = 'after';
    return this.#pushHead(line, text);
  }

  #continue(line: string): boolean {
    this.#cutLines++;
    if (this.#indent < 0) return true;
    this.#item.push(line);
    this.#itemLength += line.length;
    return this.#itemLength <= maxItem;
  }

  #close(): void {
    if (this.#item.length > 0) this.#emit({ text: this.#item.join(''), line: this.#itemLine });
    this.#item = [];
    this.#itemLength = 0;
  }
}

function isMarker(text: string): boolean {
  return /^\uFEFF?(?:---|\.\.\.)(?:\s|$)/.test(text);
}

function isDash(text: string, at: number): boolean {
  return text[at] === '-' && (at + 1 === text.length || text[at + 1] === ' ');
}

/** Whether an item looks as if it uses an anchor, which may stand in another item. */
export function mayHaveAlias(text: string): boolean {
  return /(?:^|[\s,[{])\*[^\s,\]}*]/.test(text);
}

/** Whether quotes in a text may go on beyond it: the lines of quoted texts need no indentation. */
export function mayHaveOpenQuote(text: string): boolean {
  return isOdd(text, '"') || isOdd(text, "'");
}

function isOdd(text: string, quote: string): boolean {
  let odd = false;
  for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) odd = !odd;
  return odd;
}
