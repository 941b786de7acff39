import { truthy } from '../go/template.ts';
import type { Path } from '../problem.ts';
import { listOf, mapOf, textOf, type Value, type ValueMap } from '../value.ts';
import type { Pod } from './pod.ts';
import type { RuleChecks } from './rule.ts';

/** Security contexts that the API server or the kubelet refuses. */
export const securityRules = {
  'security-context-type': function* ({ pods }) {
    for (const context of pods.flatMap(contextsOf)) {
      for (const [key, wanted] of Object.entries(fieldTypes)) {
        const value = context.value[key] ?? null;
        if (value === null || isOf(value, wanted)) continue;
        yield {
          path: context.where(key),
          message: `${key} of ${context.name} must be ${wanted}, but is ${JSON.stringify(typeof value === 'bigint' ? Number(value) : value)}: the API server rejects it.`,
          hint: wanted === 'an integer' ? 'Write a number without quotes.' : 'Write true or false without quotes.',
        };
      }
    }
  },
  'unread-merge-policy': function* ({ pods, chart }) {
    for (const { name, role, securityContext } of pods.flatMap(({ containers }) => containers)) {
      if ((role !== 'sds' && role !== 'istio-proxy') || !('mergePolicy' in securityContext.value)) continue;
      yield {
        path: [...securityContext.path, 'mergePolicy'],
        at: 'key',
        message: `Chart ${chart.release} passes mergePolicy of ${name} on to the API server, which rejects it.`,
        hint: 'Remove it, and set every field that the container needs.',
      };
    }
  },
  'seccomp-without-profile': function* ({ pods }) {
    for (const { value, name, where } of pods.flatMap(contextsOf)) {
      const profile = mapOf(value['seccompProfile']);
      if (profile['type'] !== 'Localhost' || profile['localhostProfile']) continue;
      yield {
        path: where('seccompProfile'),
        message: `The seccomp profile of ${name} is of the type Localhost but has no name: the API server rejects it.`,
        hint: 'Set seccompProfile.localhostProfile, or use the type RuntimeDefault.',
      };
    }
  },
  'root-refused': function* ({ pods, chart }) {
    for (const pod of pods) {
      for (const { name, role, securityContext } of pod.containers) {
        const setting = (key: string): Value => securityContext.value[key] ?? pod.securityContext[key] ?? null;
        if (setting('runAsNonRoot') !== true || setting('runAsUser') !== 0) continue;
        const isFloating =
          role === 'proxy' && chart.has('floatingUserIsRoot') && truthy(pod.proxy?.pod.map['floatingUserId']);
        const isOwn = (securityContext.value['runAsUser'] ?? null) !== null;
        yield {
          path: isFloating
            ? [...pod.path, 'podTemplate', 'floatingUserId']
            : isOwn
              ? securityContext.field('runAsUser')
              : pod.of('securityContext', 'runAsUser'),
          message: `${name} would run as user 0 with runAsNonRoot: true: the kubelet does not start it.`,
          hint: isFloating
            ? `Leave floatingUserId out and set runAsUser, or use ${chart.release.startsWith('1.14') ? '1.14.9' : '1.15.0-beta14'} or newer.`
            : 'Choose another user, or remove runAsNonRoot.',
        };
      }
    }
  },
  'unsafe-sysctl': function* ({ pods }) {
    for (const pod of pods) {
      for (const [index, item] of listOf(pod.securityContext['sysctls']).entries()) {
        const name = textOf(mapOf(item)['name'])?.replaceAll('/', '.');
        const isOfNode = name?.startsWith('net.') === true && pod.spec['hostNetwork'] === true;
        if (name === undefined || (safeSysctls.has(name) && !isOfNode)) continue;
        yield {
          path: pod.of('securityContext', 'sysctls', index, 'name'),
          message: isOfNode
            ? `${name} cannot be set for a pod on the network of its node: the kubelet refuses the pod of ${pod.name}.`
            : `The kubelet refuses the pod of ${pod.name} because of ${name}, unless its node allows that sysctl.`,
          hint: isOfNode
            ? 'Remove it, and set it on the node.'
            : 'Allow it on the nodes (--allowed-unsafe-sysctls), or remove it.',
        };
      }
    }
  },
} satisfies RuleChecks;

/** Source: Kubernetes' pkg/kubelet/sysctl/safe_sysctls.go. */
const safeSysctls: ReadonlySet<string> = new Set([
  ...['kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.ip_local_reserved_ports'],
  ...['net.ipv4.ip_unprivileged_port_start', 'net.ipv4.ping_group_range', 'net.ipv4.tcp_fin_timeout'],
  ...['net.ipv4.tcp_keepalive_intvl', 'net.ipv4.tcp_keepalive_probes', 'net.ipv4.tcp_keepalive_time'],
  ...['net.ipv4.tcp_rmem', 'net.ipv4.tcp_syncookies', 'net.ipv4.tcp_wmem'],
]);

interface Context {
  readonly name: string;
  readonly value: ValueMap;
  /** The place of the values that set a field. */
  where(key: string): Path;
}

function contextsOf(pod: Pod): Context[] {
  const own: Context = {
    name: `the pod of ${pod.name}`,
    value: pod.securityContext,
    where: (key) => pod.of('securityContext', key),
  };
  const containers = pod.containers.map(
    ({ name, securityContext: { value, field } }): Context => ({ name, value, where: field }),
  );
  return [own, ...containers];
}

const fieldTypes = {
  runAsUser: 'an integer',
  runAsGroup: 'an integer',
  fsGroup: 'an integer',
  runAsNonRoot: 'true or false',
  privileged: 'true or false',
  allowPrivilegeEscalation: 'true or false',
  readOnlyRootFilesystem: 'true or false',
} as const;

function isOf(value: Value, wanted: (typeof fieldTypes)[keyof typeof fieldTypes]): boolean {
  if (wanted === 'true or false') return typeof value === 'boolean';
  return typeof value === 'bigint' || Number.isInteger(value);
}
