/**
 * sprig's `kebabcase` (huandu/xstrings 1.5), which derives the name of every object of a proxy: `publicGw` →
 * `public-gw`, `internal2Proxy` → `internal2-proxy`, `HTTP2xx` → `http-2xx`.
 */
export function kebabCase(name: string): string {
  const words = split(name);
  let result = '';
  let at = 0;
  const current = (): Word => words[at] ?? nothing;
  const add = (word: Word): void => {
    if (word.kind === 'connector') result += '-'.repeat(word.text.length);
    else result += word.kind === 'upper' ? word.text.toLowerCase() : word.text;
  };
  const addDigitsAndLetters = (): void => {
    for (; current().kind === 'lower' || current().kind === 'number'; at++) add(current());
  };
  const separateFromNext = (): void => {
    const next = current().kind;
    if (next !== 'connector' && next !== 'punctuation' && next !== 'none') result += '-';
  };

  while (at < words.length - 1) {
    const word = current();
    add(word);
    at++;
    if (word.kind === 'connector' || word.kind === 'punctuation') continue;
    if (word.kind === 'number') {
      addDigitsAndLetters();
      separateFromNext();
    } else if (current().kind !== 'number') {
      separateFromNext();
    } else if (at < words.length - 1) {
      // A number belongs to the preceding word, unless lower-case letters follow.
      const digits = current();
      at++;
      if (current().kind === 'lower') {
        result += '-';
        add(digits);
        addDigitsAndLetters();
      } else {
        add(digits);
      }
      separateFromNext();
    }
  }
  add(current());
  return result;
}

interface Word {
  readonly kind: 'connector' | 'punctuation' | 'upper' | 'lower' | 'number' | 'other' | 'none';
  readonly text: string;
}

const nothing: Word = { kind: 'none', text: '' };

const kinds = ['connector', 'upper', 'lower', 'number', 'punctuation', 'other'] as const;
/** A group for each of {@link kinds}. */
const full = (): RegExp =>
  /([-_\s]+)|(\p{Lu}+(?!\p{Ll})|\p{Lu}(?:(?!\p{Lu})\p{L})*)|((?:(?!\p{Lu})\p{L})+)|(\p{N}+)|(\p{P}+)|([^-_\s\p{P}\p{L}\p{N}]+)/gu;
/**
 * A fast path for common names (letters, digits, hyphens and underscores): initializing the Unicode tables takes a
 * millisecond.
 */
const simple = /([-_]+)|([A-Z]+(?![a-z])|[A-Z][a-z]*)|([a-z]+)|(\d+)/g;

function split(name: string): Word[] {
  const words: Word[] = [];
  const pattern = /^[-\w]*$/.test(name) ? simple : full();
  for (const match of name.matchAll(pattern)) {
    const kind = kinds.find((_, index) => match[index + 1] !== undefined);
    if (kind !== undefined) words.push({ kind, text: match[0] });
  }
  return words;
}
