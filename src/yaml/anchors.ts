import type { Event } from 'js-yaml';
import type { Value } from '../value.ts';
import { badAnchorName, recursiveAnchor, unknownAnchor } from './findings.ts';
import { type Anchor, type Anchored, noteFinding, type Reading, scalarEvent } from './reading.ts';

/** The value that an alias refers to; undefined, and reported, if there is none, or if it contains the alias. */
export function anchorOf(reading: Reading, event: Extract<Event, { type: 5 }>): Anchor | undefined {
  const name = reading.text.slice(event.anchorStart, event.anchorEnd);
  const anchor = reading.anchors?.get(name);
  if (anchor === undefined) noteFinding(reading, 'error', event, unknownAnchor(name));
  else if (anchor.open) noteFinding(reading, 'error', event, recursiveAnchor(name));
  else return anchor;
  return undefined;
}

/** Called at an anchor; until `closeAnchor`, only a scalar can be referred to. */
export function openAnchor(reading: Reading, event: Anchored, value: Value): void {
  const name = reading.text.slice(event.anchorStart, event.anchorEnd);
  reading.anchors ??= new Map();
  if (!/^[0-9A-Za-z_-]+$/.test(name)) noteFinding(reading, 'error', event, badAnchorName(name));
  reading.anchors.set(name, { event, value, nodes: 1, height: 0, open: event.type !== scalarEvent });
}

/** Called when a collection is complete; if its content used the same name again, that later anchor stays. */
export function closeAnchor(reading: Reading, event: Anchored, value: Value, nodes: number): void {
  const name = reading.text.slice(event.anchorStart, event.anchorEnd);
  if (reading.anchors?.get(name)?.event !== event) return;
  reading.anchors.set(name, { event, value, nodes, height: reading.height, open: false });
}

/**
 * Helm's own limit (go-yaml v2.4 `allowedAliasRatio`): up to 99 % of a small document may come from aliases, and 10 %
 * of a huge one.
 */
export function isBomb({ index, expanded }: Reading): boolean {
  const total = index + expanded;
  if (expanded <= 100 || total <= 1000) return false;
  const allowed = total <= 4e5 ? 0.99 : total >= 4e6 ? 0.1 : 0.99 - (0.89 * (total - 4e5)) / 3.6e6;
  return expanded / total > allowed;
}
