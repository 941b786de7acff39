/**
 * The order in which go-yaml writes the keys of a map: letters after everything else, digit sequences by number.
 * Source: go-yaml v2.4 sorter.go, keyList.Less.
 */
export function keyOrder(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const [x = '', y = ''] = [left[i], right[i]];
    if (x === y) continue;
    const [isLetter, otherIsLetter] = [/\p{L}/u.test(x), /\p{L}/u.test(y)];
    if (isLetter && otherIsLetter) return byCode(x, y);
    if (isLetter || otherIsLetter) return otherIsLetter ? -1 : 1;
    const [own, others] = [digitsAt(left, i), digitsAt(right, i)];
    const before = x === '0' || y === '0' ? insideNumber(left, i) : '';
    const difference = Number(before + own || 0) - Number(before + others || 0);
    if (difference !== 0) return difference;
    return own.length === others.length ? byCode(x, y) : own.length - others.length;
  }
  return left.length - right.length;
}

function byCode(x: string, y: string): number {
  return (x.codePointAt(0) ?? 0) - (y.codePointAt(0) ?? 0);
}

function digitsAt(text: readonly string[], start: number): string {
  let end = start;
  while (end < text.length && /^\d$/.test(text[end] ?? '')) end++;
  return text.slice(start, end).join('');
}

/** `1` if a digit other than 0 precedes, so that zeros count. */
function insideNumber(text: readonly string[], start: number): string {
  for (let i = start - 1; i >= 0 && /^\d$/.test(text[i] ?? ''); i--) if (text[i] !== '0') return '1';
  return '';
}
