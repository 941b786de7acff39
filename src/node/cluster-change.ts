import type { Cluster, Reply } from './cluster.ts';
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
}

/** What can be asked for changes. */
export type Changer = Pick<Cluster, 'send'>;

/** Why the API server, or somebody who was faster, does not let a change be. */
export class Refusal extends Error {}

const manager = 'fieldManager=glistio&fieldValidation=Strict';
const mostAttempts = 6;

/**
 * Makes one change, or with `isDry` only asks whether it could be made. An object is replaced as a whole with the
 * `resourceVersion` it was read with as precondition, because that is the one request that can remove what other field managers
 * own, that does all of it or none, and that never overwrites what nobody has seen. Objects change for reasons that are
 * none of ours, above all their status and the number of replicas: then it is asked again.
 */
export async function change(cluster: Changer, write: Write, isDry = false): Promise<ServerObject> {
  const { before, after, collection } = write;
  const query = `?${manager}${isDry ? '&dryRun=All' : ''}`;
  if (before === undefined) return objectOf(await cluster.send('POST', `${collection}${query}`, after), write);
  const path = pathOf(write);
  let current = before;
  for (let attempt = 1; ; attempt++) {
    const reply = await cluster.send('PUT', `${path}${query}`, bodyOnto(current, after));
    if (reply.status !== 409 || attempt === mostAttempts) return objectOf(reply, write);
    current = objectOf(await cluster.send('GET', path), write);
    if (!isSameObject(current, before) || !isSameBody(current, before)) {
      throw new Refusal(`${write.name} was changed by somebody else in the meantime`);
    }
  }
}

/** Where a write's object is. */
export function pathOf({ collection, after }: Write): string {
  return `${collection}/${encodeURIComponent(String(metadataOf(after)['name']))}`;
}

function objectOf({ status, body }: Reply, { name }: Write): ServerObject {
  if ((status === 200 || status === 201) && body !== undefined) return body;
  throw new Refusal(`${name}: ${saidBy({ status, body })}`);
}

/** What the API server said in place of an object. */
export function saidBy({ status, body }: Pick<Reply, 'status' | 'body'>): string {
  return typeof body?.['message'] === 'string' ? body['message'] : `the API server answered ${status}`;
}

/** What an object says, under the metadata that it has now; how many replicas it has is not ours to say. */
function bodyOnto(current: ServerObject, body: ServerObject): ServerObject {
  const { managedFields: _, ...metadata } = metadataOf(current);
  const { spec } = body;
  const replicas = mapOf(current['spec'])?.['replicas'];
  const merged = mapOf(spec) !== undefined && replicas !== undefined ? { ...mapOf(spec), replicas } : spec;
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

function comparable(object: ServerObject): ServerObject {
  const { apiVersion: _, kind: __, metadata: ___, status: ____, ...body } = object;
  const spec = mapOf(body['spec']);
  return spec === undefined ? body : { ...body, spec: { ...spec, replicas: undefined } };
}

/** The same text for the same value, in whatever order its keys stand. */
function normal(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    const map = mapOf(inner);
    return map === undefined ? inner : Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function mapOf(value: unknown): ServerObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ServerObject) : undefined;
}

export function metadataOf(object: ServerObject): ServerObject {
  return mapOf(object['metadata']) ?? {};
}

/** What to say of a failure that ends a change; anything that is not one goes on its way. */
export function wordsOf(error: unknown): string {
  if (error instanceof Refusal || error instanceof ClusterFailure) return error.message;
  throw error;
}
