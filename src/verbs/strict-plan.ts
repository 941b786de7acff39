import { meshConfigsIn } from '../istio/check/mesh-config.ts';
import type { UpstreamRow } from '../istio/check/types.ts';
import { meshSslConfig } from '../istio/mtls.ts';
import { type PeerPolicy, readPeerPolicy } from '../istio/peer-authentication.ts';
import { nameOf, namespaceOf } from '../objects/object.ts';
import { readSide, type Side } from '../objects/read.ts';
import { mapAt, type ValueMap } from '../value.ts';
import { firstWords } from '../words.ts';
import { checkMtls, type MtlsWorld } from './check.ts';

/** One step of the way to STRICT; after each, requests that succeeded before still succeed. */
interface StrictStep {
  readonly what: string;
  /** The commands for it. */
  readonly command: string;
}

export interface StrictPlan {
  readonly steps: readonly StrictStep[];
  /**
   * The obstacles: Upstreams that would, or may, be refused, each with the reason. Without any, the last step is safe.
   */
  readonly blocked: readonly { readonly upstream: string; readonly why: string }[];
  /** The rows before the first and after the last step. */
  readonly before: readonly UpstreamRow[];
  readonly after: readonly UpstreamRow[];
}

const keyOf = ({ upstream: { namespace, name } }: UpstreamRow): string => `${namespace}/${name}`;

/**
 * The way from PERMISSIVE to STRICT for the whole mesh, in an order in which no step breaks a request that succeeded:
 * first each Upstream that sends plain text to a sidecar gets the mesh's certificate, which PERMISSIVE also accepts;
 * then the policy. Each state is checked with `checkMtls`.
 */
export function planStrict(world: MtlsWorld): StrictPlan {
  // A list of objects in any form is one side; checkMtls reads it in the same way.
  const given = (world.objects ?? []) as Side;
  const read = readSide(Array.isArray(given) ? given : [given as string], {
    ...{ name: 'objects', namespace: 'default', isLenient: true },
  }).objects;
  const objects = read.map(({ object }) => object);
  const rowsOf = (now: readonly ValueMap[]): readonly UpstreamRow[] => checkMtls({ ...world, objects: now }).rows;
  const before = rowsOf(objects);
  const plain = new Set(before.filter(({ verdict }) => verdict === 'plain-text').map(keyOf));
  const tried = rowsOf(objects.map((object) => (plain.has(upstreamKey(object)) ? withMesh(object) : object)));
  // An Upstream has a row for each kind of proxies.
  const failing = new Set(tried.filter(({ verdict }) => verdict !== 'works').map(keyOf));
  const isUpstream = new Set(objects.map(upstreamKey));
  const ready = new Set([...plain].filter((key) => isUpstream.has(key) && !failing.has(key)));
  const changed = objects.map((object) => (ready.has(upstreamKey(object)) ? withMesh(object) : object));
  const [config] = meshConfigsIn(read.filter(({ object }) => object['kind'] === 'ConfigMap'));
  const rootNamespace = world.rootNamespace ?? config?.rootNamespace ?? 'istio-system';
  const after = rowsOf([
    ...changed.filter((object) => !isMeshPolicy(object, rootNamespace)),
    strictPolicy(rootNamespace),
  ]);
  const refused = new Set(before.filter(({ verdict }) => verdict === 'refused').map(keyOf));
  const open = after
    .filter((row) => !refused.has(keyOf(row)) && (row.verdict === 'refused' || isOpen(row)))
    .map((row) => ({ upstream: keyOf(row), why: row.reasons.at(-1)?.text ?? 'it would be refused' }));
  const blocked = [...new Map(open.map((one) => [`${one.upstream} ${one.why}`, one])).values()];
  const steps: StrictStep[] = [...ready].map((key) => ({
    what: `${key} presents the mesh's certificate, which its pods already accept`,
    command: enabling(key, isUpstream),
  }));
  if (blocked.length === 0) steps.push(...policySteps(objects, rootNamespace));
  return { steps, blocked, before, after };
}

/** Without a namespace, the command changes all Upstreams of a name. */
function enabling(key: string, all: ReadonlySet<string>): string {
  const [namespace = '', name = ''] = key.split('/');
  const isShared = [...all].some((other) => other !== key && other.endsWith(`/${name}`));
  return `glistio enable-mtls --upstream ${name}${isShared ? ` --namespace ${namespace}` : ''}`;
}

/** The policy for the whole mesh, unless it exists already, and the other policies, which do not change. */
function policySteps(objects: readonly ValueMap[], rootNamespace: string): readonly StrictStep[] {
  const policies = objects.map(readPolicy).filter((policy) => policy !== undefined);
  const ofMesh = policies.filter(({ object }) => isMeshPolicy(object, rootNamespace));
  if (ofMesh.length === 1 && ofMesh[0]?.mode === 'STRICT') return [];
  const milder = policies.filter(
    ({ object, mode, ports }) =>
      !isMeshPolicy(object, rootNamespace) &&
      [mode, ...(ports?.values() ?? [])].some((stated) => stated === 'PERMISSIVE' || stated === 'DISABLE'),
  );
  const named = milder.map(({ namespace, name }) => `${namespace}/${name}`);
  const rest = firstWords(named, 5);
  const old = ofMesh.filter(({ name }) => name !== 'default');
  return [
    {
      what: `every workload accepts mTLS only${named.length === 0 ? '' : `, except those of ${rest}`}`,
      command: `glistio policy${rootNamespace === 'istio-system' ? '' : ` --namespace ${rootNamespace}`}`,
    },
    ...old.map(({ name }) => ({
      what: `${rootNamespace}/${name} has to go: of two policies for the mesh, the older one applies`,
      command: `kubectl delete peerauthentication ${name} --namespace ${rootNamespace}`,
    })),
  ];
}

function readPolicy(object: ValueMap): PeerPolicy | undefined {
  return object['kind'] === 'PeerAuthentication' ? readPeerPolicy(object) : undefined;
}

/** Unknown pods may refuse requests; a host outside the mesh is not affected by policies. */
function isOpen({ verdict, reasons }: UpstreamRow): boolean {
  return verdict === 'unknown' && !reasons.some(({ code }) => code === 'outside-the-mesh');
}

function upstreamKey(object: ValueMap): string {
  return object['kind'] === 'Upstream' ? `${namespaceOf(object) ?? 'default'}/${nameOf(object)}` : '';
}

function withMesh(upstream: ValueMap): ValueMap {
  return { ...upstream, spec: { ...mapAt(upstream, 'spec'), sslConfig: meshSslConfig } };
}

/** A policy for the whole mesh, which the new one replaces. */
function isMeshPolicy(object: ValueMap, rootNamespace: string): boolean {
  const labels = mapAt(object, 'spec', 'selector', 'matchLabels');
  return (
    object['kind'] === 'PeerAuthentication' && namespaceOf(object) === rootNamespace && Object.keys(labels).length === 0
  );
}

function strictPolicy(namespace: string): ValueMap {
  return {
    ...{
      apiVersion: 'security.istio.io/v1beta1',
      kind: 'PeerAuthentication',
      metadata: { name: 'default', namespace },
    },
    spec: { mtls: { mode: 'STRICT' } },
  };
}
