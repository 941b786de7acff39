/** A range of a text that is secret. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Sorts spans and merges those that touch. */
export function merged(spans: readonly Span[]): Span[] {
  const result: { start: number; end: number }[] = [];
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (end <= start) continue;
    const last = result.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else result.push({ start, end });
  }
  return result;
}

/** The text with each span replaced. */
export function replaceSpans(text: string, spans: readonly Span[], put: (secret: string) => string): string {
  let result = '';
  let from = 0;
  for (const { start, end } of spans) {
    result += text.slice(from, start) + put(text.slice(start, end));
    from = end;
  }
  return result + text.slice(from);
}

/** Of sorted spans, those that overlap a range; there may be as many as the text has lines. */
export function spansWithin(spans: readonly Span[], from: number, to: number): readonly Span[] {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle]?.end ?? 0) <= from) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while ((spans[end]?.start ?? to) < to) end++;
  return spans.slice(low, end);
}

/** The match of a sticky expression at a place in a text. */
export function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

/** A word of a command line or a setting, up to its delimiter. */
export const word = /(?:[^\s,;&"'`)}\]|<>\\]|\\(?![nrt"']))*/y;
