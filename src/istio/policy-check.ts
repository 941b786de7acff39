import { matchesLabels } from '../objects/label-selector.ts';
import { describeObject, type KubeObject, nameOf, namespaceOf } from '../objects/object.ts';
import { readStream } from '../objects/stream.ts';
import { type Problem, ProblemList } from '../problem.ts';
import { equal, mapAt, mapsIn, textOf, type ValueMap } from '../value.ts';
import type { Source } from '../yaml/read.ts';
import { templates } from './check/targets.ts';
import { podLabelsOf, readWorld, type World } from './check/world.ts';
import { meshSslConfig, pointsAtSds } from './mtls.ts';
import { type MtlsMode, modeOfPort, type PeerPolicy, type PodSubject, policiesFor } from './peer-authentication.ts';
import { targetPortOf } from './service-ports.ts';

/** The result for an Upstream and the policies of the pods behind it. */
export interface UpstreamVerdict {
  readonly namespace: string | undefined;
  readonly name: string;
  /** What the proxy sends: the mesh's mTLS, TLS of another kind, or plain text. */
  readonly sends: 'mtls' | 'tls' | 'plain';
  /** What the pods require; undefined if the Upstream refers to no pods of the mesh. */
  readonly mode: MtlsMode | undefined;
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
  const world = readWorld({ objects: objects.map(({ object }) => object), rootNamespace: istioNamespace });
  const problems: Problem[] = [];
  const upstreams = objects
    .filter(({ object }) => object['kind'] === 'Upstream')
    .map((upstream) => {
      const found = modeOfUpstream(upstream.object, world);
      const sends = whatIsSent(upstream.object);
      for (const problem of problemsOf(upstream, sends, found)) problems.push(problem);
      return {
        namespace: namespaceOf(upstream.object),
        name: nameOf(upstream.object),
        sends,
        mode: found?.mode,
        policy: found?.by === undefined ? undefined : describeObject(found.by.object),
        verdict: judge(sends, found),
      };
    });
  if (upstreams.length === 0) {
    const message = 'There is no Upstream in the input, so there is nothing to check.';
    problems.push({ code: 'no-upstream', severity: 'warning', message });
  }
  return { upstreams, problems };
}

function whatIsSent(upstream: ValueMap): UpstreamVerdict['sends'] {
  const config = mapAt(upstream, 'spec')['sslConfig'];
  if (config === undefined || config === null) return 'plain';
  return equal(config, meshSslConfig) || pointsAtSds(upstream) ? 'mtls' : 'tls';
}

/** What the pods of an Upstream require of clients. */
interface RequiredMode extends ReturnType<typeof modeOfPort> {
  /** Policies that may or may not apply to these pods, because not all labels are known. */
  readonly perhaps: readonly PeerPolicy[];
}

/** What the pods behind an Upstream require; undefined if it refers to no Service. */
function modeOfUpstream(upstream: ValueMap, world: World): RequiredMode | undefined {
  const pods = podsOf(upstream, world);
  if (pods === undefined) return undefined;
  const policies = [...new Set([pods.namespace, world.rootNamespace])]
    .flatMap(world.policiesIn)
    .filter((policy) => policy !== undefined);
  const perhaps = policies.filter(({ namespace, selector = {} }) => {
    const unmet = Object.entries(selector).filter(([key, value]) => pods.labels[key] !== value);
    return namespace === pods.namespace && unmet.length > 0 && unmet.every(([key]) => pods.labels[key] === undefined);
  });
  return { ...modeOfPort(policiesFor(pods, policies, world.rootNamespace), pods.port), perhaps };
}

/** Pods as far as they are known. */
interface Pods extends PodSubject {
  /** The port that is called; undefined if only the Service's port is known. */
  readonly port: number | undefined;
}

/** The pods behind an Upstream: those of its Service, or of the Service that its host names. */
function podsOf(upstream: ValueMap, world: World): Pods | undefined {
  const kube = mapAt(upstream, 'spec', 'kube');
  const [name, namespace] = [textOf(kube['serviceName']), textOf(kube['serviceNamespace'])];
  if (name !== undefined && namespace !== undefined)
    return servedBy(name, namespace, kube['servicePort'], mapAt(kube, 'selector'), world);
  const host = mapsIn(mapAt(upstream, 'spec', 'static')['hosts'])[0];
  const [, service, of] = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:\.|$)/.exec(textOf(host?.['addr']) ?? '') ?? [];
  return service === undefined || of === undefined ? undefined : servedBy(service, of, host?.['port'], {}, world);
}

function servedBy(
  name: string,
  namespace: string,
  port: ValueMap[string] | undefined,
  selector: ValueMap,
  world: World,
): Pods {
  const service = world.find('Service', namespace, name)?.object ?? {};
  const selected = { ...mapAt(service, 'spec', 'selector'), ...selector };
  const entry = mapsIn(mapAt(service, 'spec')['ports']).find((one) => one['port'] === port);
  // All labels of the pods, if their workload is in the input.
  const known = templates
    .flatMap((kind) => world.podsWith(kind, namespace, selected))
    .map(({ object }) => podLabelsOf(object))
    .find((labels) => matchesLabels(selected, labels));
  return {
    namespace,
    labels: { ...selected, ...known },
    port: entry === undefined ? undefined : targetPortOf(entry, new Map()),
  };
}

function judge(sends: UpstreamVerdict['sends'], found: RequiredMode | undefined): UpstreamVerdict['verdict'] {
  if (found === undefined) return 'unknown';
  if (sends === 'mtls') return found.mode === 'DISABLE' ? 'refused' : 'works';
  if (found.mode === 'STRICT') return 'refused';
  return sends === 'tls' ? 'unknown' : 'plain text';
}

function problemsOf(
  upstream: KubeObject,
  sends: UpstreamVerdict['sends'],
  found: RequiredMode | undefined,
): readonly Problem[] {
  if (found === undefined) return [];
  const who = describeObject(upstream.object);
  const by = found.by === undefined ? "Istio's default" : describeObject(found.by.object);
  const path = ['spec', 'sslConfig'];
  const mayBe = found.perhaps.map((policy) =>
    upstream.problem(
      {
        code: 'policy-may-apply',
        severity: 'info',
        message: `${describeObject(policy.object)} may apply to the pods of ${who} too: not all of their labels are known.`,
        hint: 'add the Service and the Deployment behind the Upstream',
      },
      path,
    ),
  );
  const verdict = judge(sends, found);
  // Another sslConfig is only replaced on request.
  const enable = `glistio enable-mtls --upstream ${nameOf(upstream.object)}${sends === 'tls' ? ' --force' : ''}`;
  if (verdict === 'refused' && sends === 'mtls') {
    const message = `${who} sends mTLS, but ${by} turns it off for its pods, which then cannot terminate it.`;
    return [
      ...mayBe,
      upstream.problem(
        {
          code: 'mtls-disabled',
          severity: 'error',
          message,
          hint: `glistio disable-mtls --upstream ${nameOf(upstream.object)}, or set mtls.mode: STRICT in ${by}`,
        },
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
    // Pods without mTLS would refuse the mesh's certificates.
    const hint = found.mode === 'DISABLE' ? `set mtls.mode: STRICT in ${by}, and then ${enable}` : enable;
    return [...mayBe, upstream.problem({ code: 'plain-text', severity: 'warning', message, hint }, path)];
  }
  return mayBe;
}
