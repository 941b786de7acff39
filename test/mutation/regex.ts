/** A token of a regular expression: an escape, a class, a quantifier, a bracket or a character. */
const token =
  /\\(?:[pPu]\{[^}]*\}|k<\w+>|.)|\[\^?(?:\\.|[^\]\\])*\]|\{\d+(?:,\d*)?\}\??|\(\?(?:[:=!]|<[=!]|<\w+>)|[*+?]\??|[\s\S]/gu;

const opposites: Readonly<Record<string, string>> = {
  ...{ '\\d': '\\D', '\\D': '\\d', '\\w': '\\W', '\\W': '\\w', '\\s': '\\S', '\\S': '\\s' },
  ...{ '(?=': '(?!', '(?!': '(?=', '(?<=': '(?<!', '(?<!': '(?<=' },
};

/** Slightly different patterns: without an anchor or a quantifier, with a negated class, without an alternative. */
export function weakenedPatterns(pattern: string): string[] {
  const tokens = pattern.match(token) ?? [];
  const found = tokens.flatMap((part, index): string[] => {
    const other = replacementOf(part);
    return other === undefined ? [] : [[...tokens.slice(0, index), other, ...tokens.slice(index + 1)].join('')];
  });
  return [...new Set([...found, ...withoutAlternatives(tokens)])].filter((text) => text !== pattern && text !== '');
}

function replacementOf(part: string): string | undefined {
  if (part === '^' || part === '$' || part === '\\b' || part === '\\B') return '';
  if (/^(?:[*+?]\??|\{\d.*)$/.test(part)) return '';
  if (part.startsWith('[') && part.length > 2)
    return part.startsWith('[^') ? `[${part.slice(2)}` : `[^${part.slice(1)}`;
  return Object.hasOwn(opposites, part) ? opposites[part] : undefined;
}

/** `(a|b|c)` without each of the three. */
function withoutAlternatives(tokens: readonly string[]): string[] {
  const results: string[] = [];
  const open: { start: number; bars: number[] }[] = [{ start: -1, bars: [] }];
  const close = (end: number): void => {
    const group = open.pop();
    if (group === undefined || group.bars.length === 0) return;
    const edges = [group.start, ...group.bars, end];
    for (let index = 0; index + 1 < edges.length; index++) {
      const [from, to] = [edges[index] ?? 0, edges[index + 1] ?? 0];
      // With its bar: the one before, or for the first the one after it.
      const cut = index === 0 ? [from + 1, to + 1] : [from, to];
      results.push(tokens.filter((_, place) => place < (cut[0] ?? 0) || place >= (cut[1] ?? 0)).join(''));
    }
  };
  tokens.forEach((part, index) => {
    if (part.startsWith('(')) open.push({ start: index, bars: [] });
    else if (part === '|') open.at(-1)?.bars.push(index);
    else if (part === ')') close(index);
  });
  close(tokens.length);
  return results;
}
