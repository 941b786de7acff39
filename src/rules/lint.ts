import type { Chart } from '../chart/chart.ts';
import { truthy } from '../go/template.ts';
import { parseImage } from '../objects/image-reference.ts';
import { podPath } from '../objects/workload.ts';
import type { Path } from '../problem.ts';
import type { Role } from '../proxy/origins.ts';
import { isList, isMap, listOf, mapOf, type Value, type ValueMap, wordOf } from '../value.ts';
import { counted } from '../words.ts';
import type { RuleMatch } from './match.ts';
import { isChart, type Pod, type PodContainer } from './pod.ts';
import type { RuleCheck, RuleChecks } from './rule.ts';

/** Policy checks, under the names that kube-linter made known. */
export const lintRules = {
  'latest-tag': perContainer(function* ({ name, role, image, imagePath }, { proxy }) {
    const { tag, digest } = parseImage(image);
    if (digest !== undefined || (tag !== undefined && tag !== 'latest')) return;
    yield {
      path: proxy !== undefined && isChart(role) ? [...imagePath, 'tag'] : imagePath,
      message: `${name} runs ${image}, which is not a fixed version.`,
      hint: 'Set a tag, or a digest.',
    };
  }),
  'privileged-container': perContainer(function* ({ name, securityContext: { value, path } }) {
    if (!truthy(value['privileged'])) return;
    yield { path: [...path, 'privileged'], message: `${name} is privileged.`, hint: 'Remove privileged.' };
  }),
  'privilege-escalation-container': perContainer(
    unhardened('allowPrivilegeEscalation', false, 'does not forbid privilege escalation'),
  ),
  'run-as-non-root': perContainer(function* (container, pod) {
    const {
      name,
      securityContext: { value, path },
    } = container;
    const setting = (key: string): Value => value[key] ?? pod.securityContext[key] ?? null;
    if (setting('runAsNonRoot') === true || Number(setting('runAsUser') ?? 0) > 0) return;
    yield {
      path: within(path, value, 'runAsUser'),
      message: `${name} is not kept from running as root.`,
      ...inItsContext(setting('runAsUser') === null ? 'runAsNonRoot: true' : 'runAsUser: 10101', container, pod),
    };
  }),
  'no-read-only-root-fs': perContainer(unhardened('readOnlyRootFilesystem', true, 'can write to its root file system')),
  'drop-net-raw-capability': perContainer(function* (container, pod) {
    const {
      name,
      securityContext: { value, path },
    } = container;
    const dropped = listOf(mapOf(value['capabilities'])['drop']);
    if (dropped.some((capability) => /^(ALL|NET_RAW)$/i.test(wordOf(capability)))) return;
    yield {
      path: within(path, value, 'capabilities'),
      message: `${name} keeps NET_RAW.`,
      ...inItsContext('capabilities: {drop: [ALL]}', container, pod),
    };
  }),
  'unset-cpu-requirements': perContainer(unset('cpu')),
  'unset-memory-requirements': perContainer(unset('memory')),
  'no-readiness-probe': perContainer(unprobed('readinessProbe')),
  'no-liveness-probe': perContainer(unprobed('livenessProbe')),
  'host-network': perPod(function* ({ name, at, spec }) {
    if (spec['hostNetwork'] !== true) return;
    yield {
      path: at(['kind', 'daemonSet', 'hostPort'], [...podPath, 'hostNetwork']),
      message: `${name} uses its node’s network.`,
      hint: 'Set kind.daemonSet.hostNetwork: false.',
    };
  }),
  'minimum-three-replicas': perPod(function* ({ name, at, kind, replicas, isScaled }) {
    const count = Number(replicas ?? 1);
    if (kind !== 'Deployment' || isScaled || count >= 3) return;
    yield {
      path: at(['kind', 'deployment', 'replicas'], ['spec', 'replicas']),
      message: `${name} has ${counted(count, 'replica')}.`,
      hint: 'Set kind.deployment.replicas to 3 or more.',
    };
  }),
  'no-anti-affinity': perPod(function* ({ name, at, kind, replicas, spec }) {
    const spread = isMap(mapOf(spec['affinity'])['podAntiAffinity']) || isList(spec['topologySpreadConstraints']);
    if (kind !== 'Deployment' || Number(replicas ?? 1) < 2 || spread) return;
    yield {
      path: at(['antiAffinity'], podPath),
      message: `All pods of ${name} may end up on one node.`,
      hint: 'Set antiAffinity: true, or topologySpreadConstraints.',
    };
  }),
  'env-var-secret': perContainer(function* ({ name, env }) {
    for (const { value, path } of env) {
      if (!/secret|password|passwd|token|api_?key|private_?key/i.test(wordOf(value['name'])) || !truthy(value['value']))
        continue;
      yield {
        path: [...path, 'name'],
        message: `The variable ${wordOf(value['name'])} of ${name} holds its value in plain text.`,
        hint: 'Use valueFrom: {secretKeyRef: …}.',
      };
    }
  }),
  'sensitive-host-mounts': perPod(function* ({ volumes, name, path: whole }) {
    for (const { value, path } of volumes) {
      const folder = mapOf(value['hostPath'])['path'];
      if (typeof folder !== 'string' || !sensitive.test(folder)) continue;
      yield {
        path: [...(path ?? whole), 'hostPath'],
        message: `The pod of ${name} mounts ${folder} of its node.`,
        hint: 'Use another kind of volume.',
      };
    }
  }),
} satisfies RuleChecks;

const sensitive = /^\/(?:$|(?:boot|dev|etc|lib|proc|sys|usr)(?:\/|$)|var\/run\/(?:docker|crio)\b)|\.sock$/;

/** A container whose security context lacks a setting. */
function unhardened(key: string, wanted: boolean, what: string): Parameters<typeof perContainer>[0] {
  return function* (container, pod) {
    const { value, path } = container.securityContext;
    if (value[key] === wanted) return;
    yield {
      path: within(path, value, key),
      message: `${container.name} ${what}.`,
      ...inItsContext(`${key}: ${wanted}`, container, pod),
    };
  };
}

function perContainer(find: (container: PodContainer, pod: Pod) => Iterable<RuleMatch>): RuleCheck {
  return perPod(function* (pod) {
    for (const container of pod.containers) yield* find(container, pod);
  });
}

function perPod(find: (pod: Pod) => Iterable<RuleMatch>): RuleCheck {
  return function* ({ pods }) {
    for (const pod of pods) yield* find(pod);
  };
}

/**
 * The hint to change a container's security context, if a value can: at first there was none for the chart's own
 * containers.
 */
function inItsContext(setting: string, { role }: PodContainer, { proxy }: Pod): { readonly hint?: string } {
  const chart = proxy?.context.chart;
  const isFixed =
    role === 'proxy'
      ? chart?.has('fixedSecurityContext')
      : ((role === 'sds' || role === 'istio-proxy') && chart?.has('sidecarSecurityContext') === false) ||
        (role === 'sds' && chart?.has('sdsImageStrayBrace'));
  return isFixed === true ? {} : { hint: `Set ${setting} in its security context.` };
}

/** The path of the key, or of the map that lacks it. */
function within(path: Path, map: ValueMap, key: string): Path {
  return key in map ? [...path, key] : path;
}

/** Whether no value of the release sets the resources of a container. */
export function hasFixedResources(role: Role, chart: Chart | undefined): boolean {
  return (
    (role === 'sds' && chart?.has('sdsResources') === false) ||
    (role === 'istio-proxy' && !chart?.has('sidecarOwnResources') && !chart?.has('sdsResourcesOnSidecar'))
  );
}

function unset(resource: 'cpu' | 'memory') {
  return function* ({ name, role, resources: { value, path } }: PodContainer, { proxy }: Pod): Iterable<RuleMatch> {
    if (role === 'init') return;
    const chart = proxy?.context.chart;
    const isFixed = hasFixedResources(role, chart);
    const lacks = [
      ...(truthy(mapOf(value['requests'])[resource]) ? [] : ['request']),
      ...(resource === 'cpu' || truthy(mapOf(value['limits'])[resource]) ? [] : ['limit']),
    ];
    if (lacks.length === 0) return;
    yield {
      path,
      message: `${name} has no ${resource} ${lacks.join(' and no ')}.`,
      ...(isFixed ? {} : { hint: `Set ${lacks.map((lack) => `resources.${lack}s.${resource}`).join(' and ')}.` }),
    };
  };
}

function unprobed(kind: 'readinessProbe' | 'livenessProbe') {
  return function* ({ name, role, path, probes }: PodContainer, { proxy }: Pod): Iterable<RuleMatch> {
    if (role === 'init' || probes.some((probe) => probe.kind === kind)) return;
    const key = truthy(proxy?.pod.map['probes']) ? 'livenessProbeEnabled' : 'probes';
    const isOptional = proxy?.context.chart.has('calmerProbes') === true;
    const needsBoth = kind === 'livenessProbe' && key === 'probes' && isOptional;
    yield {
      path: role === 'proxy' && proxy !== undefined ? [...path, key] : path,
      message: `${name} has no ${kind === 'readinessProbe' ? 'readiness' : 'liveness'} probe.`,
      ...(role === 'proxy'
        ? { hint: `Set podTemplate.${key}: true${needsBoth ? ' and podTemplate.livenessProbeEnabled: true' : ''}.` }
        : role === 'sds' || role === 'istio-proxy'
          ? {}
          : { hint: `Give it a ${kind}.` }),
    };
  };
}
