import { type Event, getScalarValue } from 'js-yaml';
import { maxDepth } from '../depth.ts';
import { getEntry, type OpenMap, setEntry, type Value } from '../value.ts';
import { anchorOf, closeAnchor, isBomb, openAnchor } from './anchors.ts';
import { checkBracketed, checkBracketedKey, checkEscapes, checkNumber } from './checks.ts';
import type { YamlFinding } from './findings.ts';
import * as say from './findings.ts';
import { keysOf, rangeOf } from './places.ts';
import { alias, closeCounts, flow, mapping, noteFinding, pop, type Reading, scalarEvent, sequence } from './reading.ts';
import { mayResolve, resolvePlain } from './resolve.ts';
import { keyOfScalar, literal, plain, resolveTagged, type ScalarEvent, scalarText, tagOf } from './scalar.ts';

/**
 * The value of the first document among these events, as go-yaml v2.4 and sigs.k8s.io/yaml 1.6 build it. Errors, and
 * places where Helm would silently do something surprising, are added to `findings`; the value is meaningless if there
 * is an error among them.
 */
export function construct(text: string, events: readonly Event[], findings: YamlFinding[]): Value {
  const document = events[0];
  if (document === undefined) return null;
  const directives = document.type === 1 ? document.directives : [];
  const reading: Reading = {
    text,
    events,
    directives,
    findings,
    path: [],
    index: 1,
    depth: 0,
    brackets: 0,
    height: 0,
    anchors: undefined,
    expanded: 0,
    counts: new Map(),
  };
  const value = readNode(reading);
  closeCounts(reading);
  return value;
}

function readNode(reading: Reading): Value {
  const event = reading.events[reading.index++];
  switch (event?.type) {
    case scalarEvent:
      return readScalar(reading, event);
    case mapping:
      return readMapping(reading, event);
    case sequence:
      return readSequence(reading, event);
    case alias:
      return readAlias(reading, event);
    default:
      return null;
  }
}

function readScalar(reading: Reading, event: ScalarEvent): Value {
  reading.height = 0;
  const source = sourceOf(reading, event);
  let value: Value = source;
  if (reading.brackets > 0 && event.style === plain) checkBracketed(reading, event, source);
  if (event.tagStart >= 0) {
    const tagged = resolveTagged(tagOf(reading.text, event, reading.directives), source);
    if (tagged === undefined)
      noteFinding(reading, 'error', event, say.tagDoesNotFit(reading.text.slice(event.tagStart, event.tagEnd), source));
    else {
      value = tagged;
      if (typeof tagged === 'number' && !Number.isFinite(tagged)) checkNumber(reading, event, source, tagged);
    }
  } else if (event.style === plain && mayResolve(source)) {
    value = resolvePlain(source);
    if (typeof value === 'boolean') {
      if (source.length <= 3) noteFinding(reading, 'warning', event, say.booleanValue(source, value));
    } else if (typeof value === 'number') checkNumber(reading, event, source, value);
  } else if (!event.fast && event.style === 3) checkEscapes(reading, event);
  if (event.anchorStart >= 0) openAnchor(reading, event, value);
  return value;
}

/** A block scalar at the end of the text has no final line break if the text has none. */
function sourceOf({ text }: Reading, event: ScalarEvent): string {
  const source = scalarText(text, event);
  const isCut = event.style >= literal && event.valueEnd >= text.length && !/[\r\n\u0085\u2028\u2029]$/.test(text);
  return isCut && source.endsWith('\n') ? source.slice(0, -1) : source;
}

function readSequence(reading: Reading, event: Extract<Event, { type: 2 }>): Value {
  const items: Value[] = [];
  const start = reading.index + reading.expanded;
  if (event.anchorStart >= 0) openAnchor(reading, event, items);
  const depth = reading.depth++;
  if (event.style === flow) reading.brackets++;
  let height = 0;
  for (
    let next = reading.events[reading.index];
    next !== undefined && next.type !== pop;
    next = reading.events[reading.index]
  ) {
    reading.path[depth] = items.length;
    items.push(readNode(reading));
    if (reading.height > height) height = reading.height;
  }
  reading.index++;
  reading.depth = depth;
  if (event.style === flow) reading.brackets--;
  reading.height = height + 1;
  if (event.anchorStart >= 0) closeAnchor(reading, event, items, reading.index + reading.expanded - start);
  return items;
}

function readMapping(reading: Reading, event: Extract<Event, { type: 3 }>): Value {
  const map: OpenMap = {};
  const self = reading.index - 1;
  const start = reading.index + reading.expanded;
  if (event.anchorStart >= 0) openAnchor(reading, event, map);
  const depth = reading.depth++;
  if (event.style === flow) reading.brackets++;
  let height = 0;
  let merged: Set<string> | undefined;
  let firsts: ReturnType<typeof keysOf> | undefined;
  for (
    let next = reading.events[reading.index];
    next !== undefined && next.type !== pop;
    next = reading.events[reading.index]
  ) {
    if (next.type === scalarEvent && isMergeKey(reading, next)) {
      reading.path[depth] = '<<';
      reading.index++;
      merged = merge(reading, next, map, merged ?? new Set());
      if (reading.height > height) height = reading.height;
      continue;
    }
    const key = readKey(reading, next, depth);
    if (key === undefined) reading.path[depth] = '';
    const value = readNode(reading);
    if (reading.height > height) height = reading.height;
    if (key === undefined) continue;
    // Names that every object inherits look like duplicates at first; hence the second check.
    if (map[key] !== undefined && Object.hasOwn(map, key) && merged?.delete(key) !== true) {
      firsts ??= keysOf(reading.text, reading.events, self);
      forgetConversion(reading, depth, next);
      noteFinding(reading, 'warning', next, say.duplicateKey(key), firsts.get(key)?.start);
    }
    setEntry(map, key, value);
  }
  reading.index++;
  reading.depth = depth;
  if (event.style === flow) reading.brackets--;
  reading.height = height + 1;
  if (event.anchorStart >= 0) closeAnchor(reading, event, map, reading.index + reading.expanded - start);
  return map;
}

/** What Helm only refuses when it converts a value to JSON does not matter in one that a later key has replaced. */
function forgetConversion({ findings, path, text }: Reading, depth: number, key: Event): void {
  const end = rangeOf(text, key)?.start ?? 0;
  const isForgotten = ({ code, path: at = [], start }: YamlFinding): boolean =>
    (code === 'null-key' || code === 'number-not-finite') &&
    start < end &&
    path.slice(0, depth + 1).every((step, index) => at[index] === step);
  findings.splice(0, findings.length, ...findings.filter((found) => !isForgotten(found)));
}

/** The string that a key becomes; undefined, and reported, if Helm would not accept it. */
function readKey(reading: Reading, event: Event, depth: number): string | undefined {
  // Until there is a key, problems are about the map.
  reading.path.length = depth;
  const named = event.type === alias ? anchorOf(reading, event)?.event : event;
  if (named?.type !== scalarEvent) {
    if (named !== undefined) noteFinding(reading, 'error', event, say.keyNotScalar());
    reading.path[depth] = '';
    if (event.type === alias) reading.index++;
    else readNode(reading);
    return undefined;
  }
  reading.index++;
  const key = keyOfScalar(reading.text, named, reading.directives);
  if (key !== undefined) reading.path[depth] = key;
  if (reading.brackets > 0 && named === event) checkBracketedKey(reading, event);
  if (named === event && event.anchorStart >= 0)
    openAnchor(reading, event, resolvePlain(getScalarValue(reading.text, event)));
  if (key === undefined) noteFinding(reading, 'error', event, say.badKey(getScalarValue(reading.text, named)));
  else if (named === event && isTooLong(reading.text, named)) noteFinding(reading, 'error', event, say.longKey());
  else if (named.style === plain && (key === 'true' || key === 'false') && named.valueEnd - named.valueStart <= 3) {
    noteFinding(reading, 'warning', event, say.booleanKey(getScalarValue(reading.text, named), key));
  } else if (!named.fast && named.style === 3) checkEscapes(reading, named);
  return key;
}

/** go-yaml looks for the colon of a key within this many characters, unless a `?` announces it. */
const longestKey = 1024;

function isTooLong(text: string, { valueStart, valueEnd, style }: ScalarEvent): boolean {
  if (valueEnd - valueStart + 2 <= longestKey) return false;
  const length = [...text.slice(valueStart, valueEnd)].length + (style === plain ? 0 : 2);
  return length > longestKey && !/\?\s+["']?$/.test(text.slice(Math.max(0, valueStart - 20), valueStart));
}

function isMergeKey(reading: Reading, event: ScalarEvent): boolean {
  if (event.valueEnd - event.valueStart !== 2 || getScalarValue(reading.text, event) !== '<<') return false;
  if (event.tagStart < 0) return event.style === plain;
  const tag = tagOf(reading.text, event, reading.directives);
  return tag === '!' || tag === 'tag:yaml.org,2002:merge';
}

/**
 * `<<`: the keys of a map, or of several, of which the first in the list wins. Contrary to YAML's rule, go-yaml v2 lets
 * them overwrite the keys above `<<`.
 */
function merge(reading: Reading, key: ScalarEvent, map: OpenMap, merged: Set<string>): Set<string> {
  const kind = reading.events[reading.index]?.type;
  const found = reading.findings.length;
  const value = readNode(reading);
  const sources: readonly Value[] = kind === sequence && Array.isArray(value) ? [...value].reverse() : [value];
  for (const source of sources) {
    if (typeof source !== 'object' || source === null || Array.isArray(source)) {
      if (reading.findings.length === found) noteFinding(reading, 'error', key, say.mergeNeedsMap());
      return merged;
    }
    for (const [name, entry] of Object.entries(source)) {
      if (getEntry(map, name) !== undefined && !merged.has(name))
        noteFinding(reading, 'warning', key, say.mergeOverwrites(name));
      else merged.add(name);
      setEntry(map, name, entry);
    }
  }
  return merged;
}

function readAlias(reading: Reading, event: Extract<Event, { type: 5 }>): Value {
  reading.height = 0;
  const anchor = anchorOf(reading, event);
  if (anchor === undefined) return null;
  reading.expanded += anchor.nodes;
  reading.height = anchor.height;
  if (reading.depth + anchor.height > maxDepth) noteFinding(reading, 'error', event, say.tooDeep(maxDepth));
  else if (isBomb(reading)) reportOnce(reading, event, say.aliasBomb());
  else return anchor.value;
  reading.height = 0;
  return null;
}

/** Problems of the document as a whole are found again at each alias from there on. */
function reportOnce(reading: Reading, event: Event, what: say.Words): void {
  if (!reading.counts.has(`error${what.code}`)) noteFinding(reading, 'error', event, what);
}
