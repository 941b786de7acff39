import type { DocumentDirective, Event } from 'js-yaml';
import type { Severity } from '../problem.ts';
import type { Value } from '../value.ts';
import type { Finding, Words } from './findings.ts';
import { rangeOf } from './places.ts';

/** What was read so far; one for each document. */
export interface Reading {
  readonly text: string;
  readonly events: readonly Event[];
  readonly directives: readonly DocumentDirective[];
  readonly findings: Finding[];
  /** The path of what is being read, up to `depth`; longer than that it is stale. */
  readonly path: (string | number)[];
  index: number;
  depth: number;
  /** How many of the collections around are in brackets. */
  brackets: number;
  /** How deep the node that was read last is nested in itself. */
  height: number;
  anchors: Map<string, Anchor> | undefined;
  /** Nodes that aliases stand for, in place of the aliases. */
  expanded: number;
}

/** What can have an anchor. */
export type Anchored = Exclude<Event, { type: 1 | 5 | 6 }>;

/** What an anchor names; `open` while it is being read. */
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
export const scalar = 4;
export const alias = 5;
export const pop = 6;
/** `COLLECTION_STYLE.FLOW` of js-yaml. */
export const flow = 2;

/** More than these help nobody; errors have as many places again, so that warnings never crowd them out. */
export const maxFindings = 200;

/** Says something about an event, at its token. `related` is the offset of the other place that it is about. */
export function report(reading: Reading, severity: Severity, event: Event, what: Words, related?: number): void {
  if (isFull(reading, severity)) return;
  const start = 'valueStart' in event && event.valueStart < 0 ? nextPlace(reading) : undefined;
  const range = rangeOf(reading.text, event) ?? start ?? { start: 0, end: 0 };
  add(reading, { severity, ...range, ...what, ...(related === undefined ? {} : { related }) });
}

/** An empty key has no token; what comes next is the nearest thing that has one. */
function nextPlace(reading: Reading): { start: number; end: number } | undefined {
  for (let index = reading.index; index < reading.events.length; index++) {
    const event = reading.events[index];
    const range = event && rangeOf(reading.text, event);
    if (range !== undefined) return range;
  }
  return undefined;
}

/** Adds a finding about what is being read. */
export function add(reading: Reading, finding: Finding): void {
  if (isFull(reading, finding.severity)) return;
  const path = finding.path ?? reading.path.slice(0, reading.depth);
  reading.findings.push({ ...finding, path });
}

function isFull({ findings }: Reading, severity: Severity): boolean {
  return findings.length >= (severity === 'error' ? 2 * maxFindings : maxFindings);
}
