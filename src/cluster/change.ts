import { defined, equal, isMap, mapAt, mapsIn, type Value, type ValueMap, valueAt, wordOf } from '../value.ts';
import type { ClusterClient, Reply } from './client.ts';
import { ClusterFailure } from './kubeconfig.ts';

/** A change of one object; without `before` the object is new. */
export interface Write {
  /** Its display name: `Deployment gloo-system/gateway-proxy`. */
  readonly name: string;
  /** The API path of its kind: `/api/v1/namespaces/NAMESPACE/configmaps`. */
  readonly collection: string;
  readonly before: ValueMap | undefined;
  readonly after: ValueMap;
  /** The server-side apply patch that makes the change; without it the whole object is replaced. */
  readonly intent?: ValueMap | undefined;
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
export async function change(cluster: Changer, write: Write, isDry = false): Promise<ValueMap> {
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

async function replace(cluster: Changer, write: Write, current: ValueMap, isDry: boolean): Promise<Reply> {
  return await cluster.send('PUT', `${pathOf(write)}${optionsOf(isDry)}`, bodyOnto(current, write.after));
}

/**
 * Forces ownership of an existing object, because the user saw it and wants the change. A new object must not exist
 * yet: no object ever has the version 1, so its apply fails if one was created in the meantime.
 */
async function apply(cluster: Changer, write: Write, intent: ValueMap, isDry: boolean): Promise<Reply> {
  const force = write.before === undefined ? 'force=false' : 'force=true';
  return await cluster.send('PATCH', `${pathOf(write)}${optionsOf(isDry, force)}`, intent);
}

const firstVersion: ValueMap = { metadata: { resourceVersion: '1' } };

/** Updates the precondition of an intent to the object's current version. */
function intentOnto(current: ValueMap, intent: ValueMap): ValueMap {
  const { resourceVersion } = mapAt(current, 'metadata');
  return { ...intent, metadata: { ...mapAt(intent, 'metadata'), ...defined({ resourceVersion }) } };
}

/** The API path of the object that is written. */
export function pathOf({ collection, after }: Write): string {
  return `${collection}/${encodeURIComponent(wordOf(mapAt(after, 'metadata')['name']))}`;
}

function objectOf({ status, body }: Reply, { name }: Write): ValueMap {
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
function bodyOnto(current: ValueMap, body: ValueMap): ValueMap {
  const { managedFields: _, ...metadata } = mapAt(current, 'metadata');
  const { metadata: __, status: ___, spec, ...rest } = body;
  const { apiVersion, kind } = current;
  const replicas = valueAt(current, 'spec', 'replicas');
  const merged = isMap(spec) && replicas !== undefined ? { ...spec, replicas } : spec;
  return { ...defined({ apiVersion, kind }), ...rest, metadata, ...defined({ spec: merged }) };
}

/** Whether two states of an object are equal, apart from what controllers write. */
export function isSameBody(a: ValueMap, b: ValueMap): boolean {
  return equal(comparable(a), comparable(b));
}

/** Whether this is the same object, and not a later one of the same name. */
export function isSameObject(a: ValueMap, b: ValueMap): boolean {
  return mapAt(a, 'metadata')['uid'] === mapAt(b, 'metadata')['uid'];
}

/** Whether two states belong to the same object: kind, name, and the uid that the API server assigned. */
export function isSameIdentity(a: ValueMap, b: ValueMap): boolean {
  return ['apiVersion', 'kind', 'metadata'].every((field) => equal(a[field] ?? null, b[field] ?? null));
}

function isSameLabels(a: ValueMap, b: ValueMap): boolean {
  const [one, other] = [mapAt(a, 'metadata'), mapAt(b, 'metadata')];
  return ['labels', 'annotations'].every((field) => equal(one[field] ?? null, other[field] ?? null));
}

/** Whether the same managers own the same fields, apart from status and scale. */
function isSameOwnership(a: ValueMap, b: ValueMap): boolean {
  const [owners, others] = [ownersOf(a), ownersOf(b)];
  return owners.length === others.length && owners.every((one) => others.some((other) => equal(one, other)));
}

/** One entry for each manager and kind of operation; timestamps do not affect ownership. */
function ownersOf(object: ValueMap): Value[] {
  const entries = mapsIn(mapAt(object, 'metadata')['managedFields']).filter((entry) => !entry['subresource']);
  return entries.map(({ time: _, ...entry }) => entry);
}

function comparable(object: ValueMap): ValueMap {
  const { apiVersion: _, kind: __, metadata: ___, status: ____, ...body } = object;
  if (!isMap(body['spec'])) return body;
  const { replicas: _____, ...spec } = body['spec'];
  return { ...body, spec };
}

/** The message of the {@link ClusterFailure} that ended a change; rethrows any other error. */
export function messageOf(error: unknown): string {
  if (error instanceof Refusal || error instanceof ClusterFailure) return error.message;
  throw error;
}
