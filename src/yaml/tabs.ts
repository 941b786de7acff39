import type { Event } from 'js-yaml';
import { rangeOf } from './places.ts';
import { literal } from './scalar.ts';

const tabbed = /^ *\t/gm;

/**
 * The first tab at the start of a line that libyaml refuses and js-yaml does not: on a line that is otherwise blank or
 * a comment, outside of brackets, quotes and block scalars. Undefined if there is none.
 */
export function findForbiddenTab(text: string, events: readonly Event[]): number | undefined {
  const tabs = text.matchAll(tabbed);
  let tab = nextTab(tabs);
  /** The open collections: whether each is in brackets. */
  const open: boolean[] = [];
  let brackets = 0;
  /** Collections in brackets that close somewhere after the previous token. */
  let closing = 0;
  let end = 0;
  /**
   * How many brackets close between the previous token and `counted`, which is before any tab that is still to come.
   */
  let closers = 0;
  let counted = 0;
  const isForbidden = (tab: number): boolean => {
    if (closing > 0) {
      closers += closersIn(text.slice(counted, tab));
      counted = tab;
    }
    return brackets - Math.min(closing, closers) <= 0;
  };
  for (const event of events) {
    if (tab === undefined) return undefined;
    if (event.type === 6) {
      if (open.pop() === true) closing++;
      continue;
    }
    const range = rangeOf(text, event);
    // Scalars know their ends, which for block scalars are after their last line.
    const isText = event.type === 4 && range !== undefined;
    const start = range?.start ?? end;
    for (; tab !== undefined && tab < start; tab = nextTab(tabs)) if (isForbidden(tab)) return tab;
    brackets -= closing;
    closing = 0;
    end = isText ? Math.max(range.end, event.valueEnd) : Math.max(end, start);
    counted = end;
    closers = 0;
    if (isText) while (tab !== undefined && tab < end) tab = nextTab(tabs);
    if (event.type === 1) open.push(false);
    else if (event.type === 2 || event.type === 3) {
      open.push(event.style === 2);
      if (event.style === 2) brackets++;
    }
  }
  for (; tab !== undefined; tab = nextTab(tabs)) if (isForbidden(tab)) return tab;
  return undefined;
}

/**
 * The first tab where libyaml expects the indentation of a block scalar: on its first lines if no digit says how deep it
 * is, and above its first line of text or below the last.
 */
export function findTabInBlock(text: string, events: readonly Event[]): number | undefined {
  for (const event of events) {
    if (event.type !== 4 || event.style < literal || event.valueStart < 0) continue;
    const source = text.slice(event.valueStart, event.valueEnd);
    if (!source.includes('\t')) continue;
    const header = text.slice(
      Math.max(text.lastIndexOf('|', event.valueStart), text.lastIndexOf('>', event.valueStart)),
      event.valueStart,
    );
    let isDeep = /^[|>][-+]?\d/.test(header);
    for (const { 0: blanks, index } of source.matchAll(/^ *(?=[^ ]|$)/gm)) {
      const next = source[index + blanks.length];
      if (next === '\t' && (!isDeep || blanks.length < event.indent)) return event.valueStart + index + blanks.length;
      isDeep ||= next !== undefined && next !== '\n' && next !== '\r';
    }
  }
  return undefined;
}

function nextTab(tabs: IterableIterator<RegExpExecArray>): number | undefined {
  const { value, done } = tabs.next() as IteratorResult<RegExpExecArray, undefined>;
  return done === true || value === undefined ? undefined : value.index + value[0].length - 1;
}

/** How many brackets close in a range of text without tokens, comments aside. */
function closersIn(text: string): number {
  return text.replace(/#.*/g, '').match(/[\]}]/g)?.length ?? 0;
}
