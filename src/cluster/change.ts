import { compareText, wordOf } from '../value.ts';
import type { ClusterClient, Reply } from './client.ts';
import { ClusterFailure } from './kubeconfig.ts';

/** An object as stored by the API server. */
export type ServerObject = Readonly<Record<string, unknown>>;

/** A change of one object; without `before` the object is new. */
export interface Write {
  /** Its display name: `Deployment gloo-system/gateway-proxy`. */
  readonly name: string;
  /** The API path of its kind: `/api/v1/namespaces/NAMESPACE/configmaps`. */
  readonly collection: string;
  readonly before: ServerObject | undefined;
  readonly after: ServerObject;
  /** The server-side apply patch that makes the change; without it the whole object is replaced. */
  readonly intent?: ServerObject | undefined;
}

/** What is needed to request changes. */
export type Changer = Pick<ClusterClient, 'send'>;

/** Why the API server rejects this change, or which concurrent change prevents it. */
export class Refusal extends Error {
  /** Whether the change may have been made nevertheless. */
  readonly isUncertain: boolean;
  constructor(message: string, isUncertain = false) {
    super(message);
    this.isUncertain = isUncertain;
  }
}

const manager = 'fieldManager=glistio&fieldValidation=Strict';
const mostAttempts = 6;

/**
 * Makes one change, or with `isDry` only a dry run. The precondition is the `resourceVersion` that was read, so a newer
 * version is never overwritten. Controllers keep changing an object's status and replica count: after such a change the
 * request is repeated.
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
    // An apply removes fields that have no other owner: if ownership has changed, it could do something else than was
    // shown.
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
 * Asks the API server for the result of a change and picks the request that makes it. A server-side apply cannot remove
 * fields that another manager owns, so it is used only if it leads to exactly the result of replacing the whole object.
 */
export async function checkWrite(cluster: Changer, write: Write): Promise<Write> {
  const { intent, ...whole } = write;
  const wanted = await change(cluster, whole, true);
  // A new object is previewed as it was given: the dry run's answer contains a uid and timestamps that will never
  // exist.
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
 * Forces ownership of an existing object, because the user saw it and wants the change. A new object must not exist
 * yet: no object ever has the version 1, so its apply fails if one was created in the meantime.
 */
async function apply(cluster: Changer, write: Write, intent: ServerObject, isDry: boolean): Promise<Reply> {
  const force = write.before === undefined ? 'force=false' : 'force=true';
  return await cluster.send('PATCH', `${pathOf(write)}${optionsOf(isDry, force)}`, intent);
}

const firstVersion: ServerObject = { metadata: { resourceVersion: '1' } };

/** Updates the precondition of an intent to the object's current version. */
function intentOnto(current: ServerObject, intent: ServerObject): ServerObject {
  const { resourceVersion } = metadataOf(current);
  return { ...intent, metadata: { ...metadataOf(intent), resourceVersion } };
}

/** The API path of the object that is written. */
export function pathOf({ collection, after }: Write): string {
  return `${collection}/${encodeURIComponent(wordOf(metadataOf(after)['name']))}`;
}

function objectOf({ status, body }: Reply, { name }: Write): ServerObject {
  if ((status === 200 || status === 201) && body !== undefined) return body;
  // On a server error the write may have happened before the failure.
  throw new Refusal(`${name}: ${saidBy({ status, body })}`, status >= 500);
}

/** The API server's error message. */
export function saidBy({ status, body }: Pick<Reply, 'status' | 'body'>): string {
  if (typeof body?.['message'] === 'string') return body['message'];
  return status === 404 ? 'the cluster does not know this kind of object' : `the API server answered ${status}`;
}

/** The content of `object` with the current metadata and replica count. */
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

/** Whether two states of an object are equal, apart from what controllers write. */
export function isSameBody(a: ServerObject, b: ServerObject): boolean {
  return normal(comparable(a)) === normal(comparable(b));
}

/** Whether this is the same object, and not a later one of the same name. */
export function isSameObject(a: ServerObject, b: ServerObject): boolean {
  return metadataOf(a)['uid'] === metadataOf(b)['uid'];
}

/** Whether two states belong to the same object: kind, name, and the uid that the API server assigned. */
export function isSameIdentity(a: ServerObject, b: ServerObject): boolean {
  const said = ({ apiVersion, kind, metadata }: ServerObject): unknown => [apiVersion, kind, metadata];
  return normal(said(a)) === normal(said(b));
}

function isSameLabels(a: ServerObject, b: ServerObject): boolean {
  return ['labels', 'annotations'].every((field) => normal(metadataOf(a)[field]) === normal(metadataOf(b)[field]));
}

/** Whether the same managers own the same fields, apart from status and scale. */
function isSameOwnership(a: ServerObject, b: ServerObject): boolean {
  return a === b || normal(ownersOf(a)) === normal(ownersOf(b));
}

function ownersOf(object: ServerObject): unknown[] {
  const entries = metadataOf(object)['managedFields'];
  const owners = (Array.isArray(entries) ? entries : []).filter((entry) => !entry.subresource);
  // Timestamps do not affect ownership.
  return owners.map(({ time: _, ...entry }) => normal(entry)).sort();
}

function comparable(object: ServerObject): ServerObject {
  const { apiVersion: _, kind: __, metadata: ___, status: ____, ...body } = object;
  const spec = serverObjectOf(body['spec']);
  return spec === undefined ? body : { ...body, spec: { ...spec, replicas: undefined } };
}

/** A canonical JSON string: equal values give equal strings, whatever the order of their keys. */
function normal(value: unknown): string {
  return JSON.stringify(value ?? null, (_, inner: unknown) => {
    const map = serverObjectOf(inner);
    return map === undefined ? inner : Object.fromEntries(Object.entries(map).sort(([a], [b]) => compareText(a, b)));
  });
}

/** The value if it is a map; otherwise undefined. */
export function serverObjectOf(value: unknown): ServerObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ServerObject) : undefined;
}

/** The object's metadata; an empty map if it has none. */
export function metadataOf(object: ServerObject): ServerObject {
  return serverObjectOf(object['metadata']) ?? {};
}

/** The message of the {@link ClusterFailure} that ended a change; rethrows any other error. */
export function messageOf(error: unknown): string {
  if (error instanceof Refusal || error instanceof ClusterFailure) return error.message;
  throw error;
}
