import { wordOf } from '../value.ts';
import type { ClusterClient, Reply } from './client.ts';
import { ClusterFailure } from './kubeconfig.ts';

/** An object as the API server has it. */
export type ServerObject = Readonly<Record<string, unknown>>;

/** One object that is to become another; without `before` it is new. */
export interface Write {
  /** What to call it: `Deployment gloo-system/gateway-proxy`. */
  readonly name: string;
  /** Where objects of its kind are: `/api/v1/namespaces/NAMESPACE/configmaps`. */
  readonly collection: string;
  readonly before: ServerObject | undefined;
  readonly after: ServerObject;
  /** What a server-side apply says to get there; without it the object is written as a whole. */
  readonly intent?: ServerObject | undefined;
}

/** What can be asked for changes. */
export type Changer = Pick<ClusterClient, 'send'>;

/** Why the API server, or a concurrent change, prevents this one. */
export class Refusal extends Error {
  /** Whether the change may have been made all the same. */
  readonly isUncertain: boolean;
  constructor(message: string, isUncertain = false) {
    super(message);
    this.isUncertain = isUncertain;
  }
}

const manager = 'fieldManager=glistio&fieldValidation=Strict';
const mostAttempts = 6;

/**
 * Makes one change, or with `isDry` only asks whether it could be made. The `resourceVersion` that the object was read with is
 * the precondition, so a version that was not read is never overwritten. Objects change for reasons that are none of ours, above all
 * their status and the number of replicas: then it is asked again.
 */
export async function change(cluster: Changer, write: Write, isDry = false): Promise<ServerObject> {
  const { before, intent } = write;
  if (before === undefined) {
    const reply = await (intent === undefined
      ? create(cluster, write, isDry)
      : apply(cluster, write, intentOnto(firstVersion, intent), isDry));
    return objectOf(reply, write);
  }
  let current = before;
  for (let attempt = 1; ; attempt++) {
    // An apply removes fields without another owner: where owners have changed, it might do another thing than was shown.
    const isApply = intent !== undefined && isSameOwnership(current, before);
    const reply = await (isApply
      ? apply(cluster, write, intentOnto(current, intent), isDry)
      : replace(cluster, write, current, isDry));
    if (reply.status !== 409 || attempt === mostAttempts) return objectOf(reply, write);
    current = objectOf(await cluster.send('GET', pathOf(write)), write);
    if (!isSameObject(current, before) || !isSameBody(current, before)) {
      throw new Refusal(`${write.name} was changed by someone else in the meantime`);
    }
  }
}

/**
 * Asks the API server what would become of an object, and by which request. A server-side apply cannot take out what another
 * manager owns, so it is used where it leads to exactly what replacing the whole object leads to; else that is done.
 */
export async function checkWrite(cluster: Changer, write: Write): Promise<Write> {
  const { intent, ...whole } = write;
  const wanted = await change(cluster, whole, true);
  // A new object is asked for as it was; the answer has marks of a birth that did not happen.
  const checked = write.before === undefined ? whole : { ...whole, after: wanted };
  if (intent === undefined) return checked;
  try {
    const applied = await change(cluster, write, true);
    return isSameBody(applied, wanted) && isSameLabels(applied, wanted) ? { ...checked, intent } : checked;
  } catch (error) {
    if (error instanceof Refusal) return checked;
    throw error;
  }
}

function optionsOf(isDry: boolean, ...others: readonly string[]): string {
  return `?${[manager, ...others, ...(isDry ? ['dryRun=All'] : [])].join('&')}`;
}

async function create(cluster: Changer, { collection, after }: Write, isDry: boolean): Promise<Reply> {
  return await cluster.send('POST', `${collection}${optionsOf(isDry)}`, after);
}

async function replace(cluster: Changer, write: Write, current: ServerObject, isDry: boolean): Promise<Reply> {
  return await cluster.send('PUT', `${pathOf(write)}${optionsOf(isDry)}`, bodyOnto(current, write.after));
}

/**
 * An existing object is taken over, because the user was shown it and wants it changed. What is not there must not be
 * there: no object ever has the version 1, so the apply of a new one fails if one was created in the meantime.
 */
async function apply(cluster: Changer, write: Write, intent: ServerObject, isDry: boolean): Promise<Reply> {
  const force = write.before === undefined ? 'force=false' : 'force=true';
  return await cluster.send('PATCH', `${pathOf(write)}${optionsOf(isDry, force)}`, intent);
}

const firstVersion: ServerObject = { metadata: { resourceVersion: '1' } };

/** An intent whose precondition is the version that an object has now. */
function intentOnto(current: ServerObject, intent: ServerObject): ServerObject {
  const { resourceVersion } = metadataOf(current);
  return { ...intent, metadata: { ...metadataOf(intent), resourceVersion } };
}

/** Where a write's object is. */
export function pathOf({ collection, after }: Write): string {
  return `${collection}/${encodeURIComponent(wordOf(metadataOf(after)['name']))}`;
}

function objectOf({ status, body }: Reply, { name }: Write): ServerObject {
  if ((status === 200 || status === 201) && body !== undefined) return body;
  // A server that stumbles may have done it before.
  throw new Refusal(`${name}: ${saidBy({ status, body })}`, status >= 500);
}

/** What the API server said in place of an object. */
export function saidBy({ status, body }: Pick<Reply, 'status' | 'body'>): string {
  if (typeof body?.['message'] === 'string') return body['message'];
  return status === 404 ? 'the cluster does not know this kind of object' : `the API server answered ${status}`;
}

/** What an object says, under the metadata that it has now; how many replicas it has is not ours to say. */
function bodyOnto(current: ServerObject, body: ServerObject): ServerObject {
  const { managedFields: _, ...metadata } = metadataOf(current);
  const { spec } = body;
  const replicas = serverObjectOf(current['spec'])?.['replicas'];
  const merged =
    serverObjectOf(spec) !== undefined && replicas !== undefined ? { ...serverObjectOf(spec), replicas } : spec;
  const { metadata: __, status: ___, ...rest } = body;
  const { apiVersion, kind } = current;
  return {
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(kind === undefined ? {} : { kind }),
    ...rest,
    metadata,
    ...(spec === undefined ? {} : { spec: merged }),
  };
}

/** Whether two states of an object say the same, but for what controllers write. */
export function isSameBody(a: ServerObject, b: ServerObject): boolean {
  return normal(comparable(a)) === normal(comparable(b));
}

/** Whether it is the same object, and not a later one of the same name. */
export function isSameObject(a: ServerObject, b: ServerObject): boolean {
  return metadataOf(a)['uid'] === metadataOf(b)['uid'];
}

/** Whether two states are of the same object: kind, name, and the identity that the API server gave it. */
export function isSameIdentity(a: ServerObject, b: ServerObject): boolean {
  const said = ({ apiVersion, kind, metadata }: ServerObject): unknown => [apiVersion, kind, metadata];
  return normal(said(a)) === normal(said(b));
}

function isSameLabels(a: ServerObject, b: ServerObject): boolean {
  return ['labels', 'annotations'].every((field) => normal(metadataOf(a)[field]) === normal(metadataOf(b)[field]));
}

/** Whether the same managers own the same fields, but for those of a status or a scale. */
function isSameOwnership(a: ServerObject, b: ServerObject): boolean {
  return a === b || normal(ownersOf(a)) === normal(ownersOf(b));
}

function ownersOf(object: ServerObject): unknown[] {
  const entries = metadataOf(object)['managedFields'];
  const owners = (Array.isArray(entries) ? entries : []).filter((entry) => !entry.subresource);
  // When a field was written says nothing of whose it is.
  return owners.map(({ time: _, ...entry }) => normal(entry)).sort();
}

function comparable(object: ServerObject): ServerObject {
  const { apiVersion: _, kind: __, metadata: ___, status: ____, ...body } = object;
  const spec = serverObjectOf(body['spec']);
  return spec === undefined ? body : { ...body, spec: { ...spec, replicas: undefined } };
}

/** The same text for the same value, in whatever order its keys stand. */
function normal(value: unknown): string {
  return JSON.stringify(value ?? null, (_, inner: unknown) => {
    const map = serverObjectOf(inner);
    return map === undefined ? inner : Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** A value that is a map; undefined for any other. */
export function serverObjectOf(value: unknown): ServerObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ServerObject) : undefined;
}

/** The metadata of an object; an empty map if it has none. */
export function metadataOf(object: ServerObject): ServerObject {
  return serverObjectOf(object['metadata']) ?? {};
}

/** What to say of a failure that ends a change; anything that is not one goes on its way. */
export function messageOf(error: unknown): string {
  if (error instanceof Refusal || error instanceof ClusterFailure) return error.message;
  throw error;
}
