import { describeObject, type KubeObject, namespaceOf } from '../objects/object.ts';
import { readStream } from '../objects/stream.ts';
import { type Problem, ProblemList } from '../problem.ts';
import { equal, mapAt, mapsIn, textOf, type ValueMap, wordOf } from '../value.ts';
import type { Source } from '../yaml/read.ts';
import { meshSslConfig, pointsAtSds } from './mtls.ts';
import { type EffectiveMode, type Mode, modeOf, type Pods } from './policy.ts';

/** The result for an Upstream and the policies of the pods behind it. */
export interface UpstreamVerdict {
  readonly namespace: string | undefined;
  readonly name: string;
  /** What the proxy sends: the mesh's mTLS, TLS of another kind, or plain text. */
  readonly sends: 'mtls' | 'tls' | 'plain';
  /** What the pods require; undefined if the Upstream refers to no pods of the mesh. */
  readonly mode: Mode | undefined;
  /** The policy that decides; undefined for Istio's default. */
  readonly policy: string | undefined;
  readonly verdict: 'works' | 'plain text' | 'refused' | 'unknown';
}

export interface PolicyCheck {
  readonly upstreams: readonly UpstreamVerdict[];
  readonly problems: readonly Problem[];
}

/**
 * Given Upstreams and PeerAuthentications, determines whether each Upstream's pods refuse what the proxy sends, or
 * accept it in plain text. Services and workloads in the input identify pods better than an Upstream's own selector
 * does.
 */
export function checkPolicies(sources: readonly Source[], options: PolicyCheckOptions = {}): PolicyCheck {
  const streams = sources.map((source) => readStream(source));
  const { upstreams, problems } = checkObjects(
    streams.flatMap(({ objects }) => objects),
    options,
  );
  const list = new ProblemList('many documents');
  list.addAll(streams.flatMap((stream) => stream.problems));
  list.addAll(problems);
  return { upstreams, problems: list.sorted() };
}

export interface PolicyCheckOptions {
  /** Istio's root namespace, whose policies apply to the whole mesh. */
  readonly istioNamespace?: string | undefined;
}

/** The same for objects, without any text. */
export function checkObjects(
  objects: readonly KubeObject[],
  { istioNamespace = 'istio-system' }: PolicyCheckOptions,
): PolicyCheck {
  const surroundings = surroundingsOf(objects, istioNamespace);
  const problems: Problem[] = [];
  const upstreams = ofKind(objects, 'Upstream').map((upstream) => {
    const pods = podsOf(upstream.object, surroundings);
    const found =
      pods === undefined ? undefined : modeOf(pods, surroundings.policiesFor(pods.namespace), istioNamespace);
    const sends = whatIsSent(upstream.object);
    const verdict = judge(sends, found);
    for (const problem of problemsOf(upstream, sends, found)) problems.push(problem);
    return {
      namespace: namespaceOf(upstream.object),
      name: textOf(mapAt(upstream.object, 'metadata')['name']) ?? '',
      sends,
      mode: found?.mode,
      policy: found?.by === undefined ? undefined : describeObject(found.by),
      verdict,
    };
  });
  if (upstreams.length === 0) {
    const message = 'There is no Upstream in the input, so there is nothing to check.';
    problems.push({ code: 'no-upstream', severity: 'warning', message });
  }
  return { upstreams, problems };
}

function ofKind(objects: readonly KubeObject[], kind: string): KubeObject[] {
  return objects.filter(({ object }) => object['kind'] === kind);
}

function whatIsSent(upstream: ValueMap): UpstreamVerdict['sends'] {
  const config = mapAt(upstream, 'spec')['sslConfig'];
  if (config === undefined || config === null) return 'plain';
  return equal(config, meshSslConfig) || pointsAtSds(upstream) ? 'mtls' : 'tls';
}

/** Lookups that are repeated for Upstreams, of which there may be thousands with as many Services and policies. */
interface Surroundings {
  service(namespace: string, name: string): ValueMap | undefined;
  /** The pod labels of the first workload that a selector matches. */
  labels(namespace: string, selector: ValueMap): ValueMap | undefined;
  /** The policies that may apply in a namespace, in the order of the input. */
  policiesFor(namespace: string): readonly ValueMap[];
}

function surroundingsOf(objects: readonly KubeObject[], rootNamespace: string): Surroundings {
  const services = new Map<string, ValueMap>();
  const labelled = new Map<string, ValueMap[]>();
  const add = <T>(map: Map<string, T[]>, key: string, item: T): void => {
    const known = map.get(key);
    if (known === undefined) map.set(key, [item]);
    else known.push(item);
  };
  for (const { object } of objects) {
    const namespace = namespaceOf(object);
    const name = mapAt(object, 'metadata')['name'];
    const key = JSON.stringify([namespace, name]);
    if (object['kind'] === 'Service' && !services.has(key)) services.set(key, object);
    const labels = mapAt(object, 'spec', 'template', 'metadata', 'labels');
    for (const [label, value] of Object.entries(labels))
      add(labelled, keyOfLabel(namespace ?? 'default', label, value), labels);
  }
  const policies = ofKind(objects, 'PeerAuthentication').map(({ object }) => object);
  const inNamespace = new Map<string, readonly ValueMap[]>();
  return {
    service: (namespace, name) => services.get(JSON.stringify([namespace, name])),
    labels(namespace, selector) {
      const entries = Object.entries(selector);
      const lists = entries.map(([key, value]) => labelled.get(keyOfLabel(namespace, key, value)) ?? []);
      const shortest = lists.reduce((best, list) => (list.length < best.length ? list : best), lists[0] ?? []);
      return shortest.find((found) => entries.every(([key, value]) => found[key] === value));
    },
    policiesFor(namespace) {
      let known = inNamespace.get(namespace);
      if (known === undefined) {
        known = policies.filter((policy) => {
          const own = mapAt(policy, 'metadata')['namespace'];
          return own === namespace || own === rootNamespace;
        });
        inNamespace.set(namespace, known);
      }
      return known;
    },
  };
}

function keyOfLabel(namespace: string, label: string, value: ValueMap[string] | undefined): string {
  return JSON.stringify([namespace, label, typeof value === 'bigint' ? wordOf(value) : value]);
}

/** The pods behind an Upstream: those of its Service, or of the Service that its host names. */
function podsOf(upstream: ValueMap, around: Surroundings): Pods | undefined {
  const kube = mapAt(upstream, 'spec', 'kube');
  const [name, namespace] = [textOf(kube['serviceName']), textOf(kube['serviceNamespace'])];
  if (name !== undefined && namespace !== undefined) {
    return servedBy(name, namespace, kube['servicePort'], mapAt(kube, 'selector'), around);
  }
  const host = mapsIn(mapAt(upstream, 'spec', 'static')['hosts'])[0];
  const [, service, of] = /^([a-z0-9-]+)\.([a-z0-9-]+)(?:\.svc(?:\.|$)|$)/.exec(textOf(host?.['addr']) ?? '') ?? [];
  const isService = service !== undefined && of !== undefined && /\.svc/.test(wordOf(host?.['addr']));
  return isService ? servedBy(service, of, host?.['port'], {}, around) : undefined;
}

function servedBy(
  name: string,
  namespace: string,
  port: ValueMap[string] | undefined,
  selector: ValueMap,
  around: Surroundings,
): Pods {
  const service = around.service(namespace, name);
  const selected = { ...mapAt(service ?? {}, 'spec', 'selector'), ...selector };
  const entry = mapsIn(mapAt(service ?? {}, 'spec')['ports']).find((one) => one['port'] === port);
  const target = entry === undefined ? undefined : (entry['targetPort'] ?? entry['port']);
  return {
    namespace,
    // All labels of the pods, if their workload is in the input.
    labels: { ...selected, ...around.labels(namespace, selected) },
    port: typeof target === 'number' ? target : undefined,
  };
}

function judge(sends: UpstreamVerdict['sends'], found: EffectiveMode | undefined): UpstreamVerdict['verdict'] {
  if (found === undefined) return 'unknown';
  if (sends === 'mtls') return found.mode === 'DISABLE' ? 'refused' : 'works';
  if (found.mode === 'STRICT') return 'refused';
  return sends === 'tls' ? 'unknown' : 'plain text';
}

function problemsOf(
  upstream: KubeObject,
  sends: UpstreamVerdict['sends'],
  found: EffectiveMode | undefined,
): readonly Problem[] {
  if (found === undefined) return [];
  const name = textOf(mapAt(upstream.object, 'metadata')['name']) ?? '';
  const who = describeObject(upstream.object);
  const by = found.by === undefined ? "Istio's default" : describeObject(found.by);
  const path = ['spec', 'sslConfig'];
  const mayBe = found.perhaps.map((policy) =>
    upstream.problem(
      {
        code: 'policy-may-apply',
        severity: 'info',
        message: `${describeObject(policy)} may apply to the pods of ${who} too: not all of their labels are known.`,
        hint: 'add the Service and the Deployment behind the Upstream',
      },
      path,
    ),
  );
  const verdict = judge(sends, found);
  const enable = `glistio enable-mtls --upstream ${name}`;
  if (verdict === 'refused' && sends === 'mtls') {
    const message = `${who} sends mTLS, but ${by} turns it off for its pods, which then cannot terminate it.`;
    return [
      ...mayBe,
      upstream.problem(
        { code: 'mtls-disabled', severity: 'error', message, hint: `glistio disable-mtls --upstream ${name}` },
        path,
      ),
    ];
  }
  if (verdict === 'refused') {
    const what = sends === 'plain' ? 'sends plain text' : 'sends TLS without the certificates of the mesh';
    const message = `${who} ${what}, which its pods refuse: ${by} is STRICT.`;
    return [...mayBe, upstream.problem({ code: 'mtls-required', severity: 'error', message, hint: enable }, path)];
  }
  if (verdict === 'plain text') {
    const message = `${who} sends plain text, which its pods accept: ${by} is ${found.mode}.`;
    return [...mayBe, upstream.problem({ code: 'plain-text', severity: 'warning', message, hint: enable }, path)];
  }
  return mayBe;
}
