import { gunzipSync, gzipSync } from 'node:zlib';
import { codeOf } from '../outcome.ts';
import { defined, isMap, mapAt, type Value, type ValueList, type ValueMap } from '../value.ts';
import { isSameIdentity } from './change.ts';
import { changedBy, collectionOf, type Kind, type RecordedCommand, resources } from './kinds.ts';

/** A change with its resulting state, as returned by the API server's dry run. */
export interface RecordedWrite {
  readonly name: string;
  readonly collection: string;
  readonly before: ValueMap;
  readonly after: ValueMap;
}

/** The contents of a record. */
export interface Recorded {
  readonly command: RecordedCommand;
  /** How long the run that began the change may still be working, in milliseconds from its start. */
  readonly lifetime: number;
  readonly writes: readonly RecordedWrite[];
}

/** etcd accepts 1.5 MB, the API server 1 MB of ConfigMap data. */
const mostBytes = 900_000;
/** The size of the objects as JSON, before compression. */
const mostText = 16 * 1024 * 1024;
/** No manifest is half as deep; much deeper nesting would exhaust the stack. */
const mostLevels = 100;
/** The longest --timeout of a command that changes a cluster; changing and restoring may take as long each. */
export const longestTimeout = 30 * 60_000;

/** Encodes the objects of a change for a record; undefined if they do not fit. */
export function packWrites(writes: readonly RecordedWrite[]): string | undefined {
  const kept = writes.map(({ name, collection, before, after }) => ({
    name,
    collection,
    before: withoutNoise(before),
    after: withoutNoise(after),
  }));
  const text = JSON.stringify(kept);
  const data = gzipSync(text).toString('base64');
  return Buffer.byteLength(text) > mostText || data.length > mostBytes ? undefined : data;
}

function withoutNoise(object: ValueMap): ValueMap {
  const { status: _, ...rest } = object;
  const { name, namespace, uid } = mapAt(object, 'metadata');
  return { ...rest, metadata: defined({ name, namespace, uid }) };
}

/**
 * Reads the record of an unfinished change in a namespace. Anyone who may write ConfigMaps can have written it, so only
 * what glistio itself could have written is accepted; otherwise returns the reason. Addresses are not read but
 * computed.
 */
export function readRecord(object: ValueMap, namespace: string): Recorded | string {
  const { data, binaryData: binary } = object;
  if (!isMap(data) || !isMap(binary)) return 'it has no data and binaryData';
  const command = data['command'];
  if (typeof command !== 'string' || !Object.hasOwn(changedBy, command))
    return `no command ${shown(command)} writes such a record`;
  const lifetime = typeof data['lifetime'] === 'string' && /^\d{1,9}$/.test(data['lifetime']) ? +data['lifetime'] : 0;
  if (lifetime < 1 || lifetime > 2 * longestTimeout) return `no change takes ${shown(data['lifetime'])} ms`;
  const writes = unpack(binary['writes']);
  if (typeof writes === 'string') return writes;
  const read = new Map<string, RecordedWrite>();
  const scope: Scope = { command: command as RecordedCommand, namespace };
  for (const [index, entry] of writes.entries()) {
    const write = readWrite(entry, scope);
    if (typeof write === 'string') return `object ${index + 1} of ${writes.length} ${write}`;
    if (read.has(write.name)) return `${write.name} is in it twice`;
    read.set(write.name, write);
  }
  return { command: scope.command, lifetime, writes: [...read.values()] };
}

function unpack(data: Value | undefined): ValueList | string {
  if (typeof data !== 'string' || data === '') return 'it has no objects';
  if (data.length > mostBytes) return 'it is larger than a record can be';
  let writes: Value;
  try {
    const text = gunzipSync(Buffer.from(data, 'base64'), { maxOutputLength: mostText * 2 }).toString('utf8');
    if (isTooDeep(text)) return 'its objects are nested too deeply';
    writes = JSON.parse(text);
  } catch (error) {
    const isTooLarge = codeOf(error) === 'ERR_BUFFER_TOO_LARGE';
    return isTooLarge ? 'it unpacks to more than a record can hold' : 'its objects are not compressed JSON';
  }
  if (!Array.isArray(writes)) return 'its objects are not a list';
  // A single object is changed by one request, which leaves no record.
  return writes.length < 2 ? 'it has fewer than two objects' : writes;
}

/** Counts brackets outside of strings, before any recursive function processes the text. */
function isTooDeep(text: string): boolean {
  let levels = 0;
  let isString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (isString) {
      if (character === '\\') at++;
      else if (character === '"') isString = false;
    } else if (character === '"') isString = true;
    else if (character === '[' || character === '{') {
      if (++levels > mostLevels) return true;
    } else if (character === ']' || character === '}') levels--;
  }
  return false;
}

interface Scope {
  readonly command: RecordedCommand;
  readonly namespace: string;
}

function readWrite(entry: Value, scope: Scope): RecordedWrite | string {
  if (!isMap(entry)) return 'is not a pair of before and after';
  const { before, after } = entry;
  if (!isMap(before) || !isMap(after)) return 'is not a pair of before and after';
  const kind = kindOf(after['kind'], scope.command);
  if (kind === undefined) return `is a ${shown(after['kind'])}, which glistio ${scope.command} does not change`;
  const { name, namespace, uid, ...others } = mapAt(after, 'metadata');
  if (typeof name !== 'string' || !isName(name)) return `is a ${kind} with the name ${shown(name)}`;
  if (typeof namespace !== 'string' || !isName(namespace)) return `is in namespace ${shown(namespace)}`;
  const elsewhere: readonly Kind[] = changedBy[scope.command].elsewhere;
  if (namespace !== scope.namespace && !elsewhere.includes(kind))
    return `is a ${kind} in namespace ${namespace}, but the record is in ${scope.namespace}`;
  if (after['apiVersion'] !== resources[kind].apiVersion) return `is a ${kind} of ${shown(after['apiVersion'])}`;
  if (typeof uid !== 'string' || !/^[A-Za-z0-9-]{1,64}$/.test(uid)) return `has the uid ${shown(uid)}`;
  if (Object.keys(others).length > 0) return `has metadata.${shown(Object.keys(others)[0])}, which records omit`;
  if (!isSameIdentity(before, after)) return 'is one object before and a different one after';
  return addressed(entry, { kind, namespace, name }, before, after);
}

/** Returns the write with a computed name and address; the record must state the same. */
function addressed(
  parts: ValueMap,
  { kind, namespace, name }: { readonly kind: Kind; readonly namespace: string; readonly name: string },
  before: ValueMap,
  after: ValueMap,
): RecordedWrite | string {
  const computed = { name: `${kind} ${namespace}/${name}`, collection: collectionOf(kind, namespace) };
  for (const field of ['name', 'collection'] as const) {
    if (parts[field] !== undefined && parts[field] !== computed[field])
      return `is ${computed.name}, but the record has ${shown(parts[field])} as its ${field}`;
  }
  return { ...computed, before, after };
}

function kindOf(kind: unknown, command: RecordedCommand): Kind | undefined {
  return changedBy[command].here.find((one) => one === kind);
}

/** A Kubernetes name: nothing that could lead to another path. */
function isName(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(text) && !text.includes('..');
}

/** An untrusted value for a message: short and printable. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined ? 'nothing' : `a ${typeof value}`;
  const short = text.length > 60 ? `${text.slice(0, 60)}...` : text;
  return JSON.stringify(short).replace(/[^\x20-\x7e]/g, '?');
}
