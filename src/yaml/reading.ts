import type { DocumentDirective, Event } from 'js-yaml';
import { mostAlike, type Severity } from '../problem.ts';
import type { Value } from '../value.ts';
import type { Words, YamlFinding } from './findings.ts';
import { rangeOf } from './places.ts';

/** The state of reading one document. */
export interface Reading {
  readonly text: string;
  readonly events: readonly Event[];
  readonly directives: readonly DocumentDirective[];
  readonly findings: YamlFinding[];
  /** By severity and code. */
  readonly counts: Map<string, Count>;
  /** The path of what is being read, up to `depth`; anything beyond that is stale. */
  readonly path: (string | number)[];
  index: number;
  depth: number;
  /** How many of the enclosing collections are in brackets. */
  brackets: number;
  /** How deeply the node that was read last is nested in itself. */
  height: number;
  anchors: Map<string, Anchor> | undefined;
  /** Nodes that aliases refer to, in place of the aliases. */
  expanded: number;
}

/** Findings of one code and severity: how many are listed, the first unlisted one, and how many are not listed. */
interface Count {
  listed: number;
  first: YamlFinding | undefined;
  more: number;
}

/** What can have an anchor. */
export type Anchored = Exclude<Event, { type: 1 | 5 | 6 }>;

/** The target of an anchor; `open` while it is being read. */
export interface Anchor {
  readonly event: Event;
  readonly value: Value;
  readonly nodes: number;
  readonly height: number;
  readonly open: boolean;
}

/** `EVENT_ID` of js-yaml, as constants that the compiler can narrow by. */
export const sequence = 2;
export const mapping = 3;
export const scalarEvent = 4;
export const alias = 5;
export const pop = 6;
/** `COLLECTION_STYLE.FLOW` of js-yaml. */
export const flow = 2;

/**
 * Reports a finding about an event, at its token. `related` is the offset of the other place concerned. After the first
 * 200 of a code, findings are only counted.
 */
export function noteFinding(reading: Reading, severity: Severity, event: Event, what: Words, related?: number): void {
  const known = reading.counts.get(severity + what.code);
  if (known?.first !== undefined) {
    known.more++;
    return;
  }
  const start = 'valueStart' in event && event.valueStart < 0 ? nextPlace(reading) : undefined;
  const range = rangeOf(reading.text, event) ?? start ?? { start: 0, end: 0 };
  add(reading, { severity, ...range, ...what, ...(related === undefined ? {} : { related }) });
}

/** An empty key has no token; the next node has the nearest one. */
function nextPlace(reading: Reading): { start: number; end: number } | undefined {
  for (let index = reading.index; index < reading.events.length; index++) {
    const event = reading.events[index];
    const range = event && rangeOf(reading.text, event);
    if (range !== undefined) return range;
  }
  return undefined;
}

/** Adds a finding about what is being read, or counts it. */
export function add(reading: Reading, finding: YamlFinding): void {
  const key = finding.severity + finding.code;
  let count = reading.counts.get(key);
  if (count === undefined) {
    count = { listed: 0, first: undefined, more: 0 };
    reading.counts.set(key, count);
  }
  const path = finding.path ?? reading.path.slice(0, reading.depth);
  if (count.listed < mostAlike) {
    count.listed++;
    reading.findings.push({ ...finding, path });
    return;
  }
  count.first ??= { ...finding, path };
  count.more++;
}

/** Adds the counts to the findings. */
export function closeCounts({ counts, findings }: Reading): void {
  for (const { first, more } of counts.values()) if (first !== undefined) findings.push({ ...first, more });
}
