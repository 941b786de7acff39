import type { Path } from '../problem.ts';
import { mapOf, type Value, type ValueMap } from '../value.ts';
import type { Pod } from './pod.ts';
import type { Rule } from './rule.ts';

/** Security contexts that the API server refuses. */
export const securityRules: readonly Rule[] = [
  {
    code: 'security-context-type',
    severity: 'error',
    summary: 'A field of a security context has a type that the API server refuses.',
    help:
      'From 1.14.0-beta11 on the chart passes `runAsUser`, `fsGroup` and `runUnprivileged` on as they are, and the API server takes ' +
      'neither `"10101"` for a number nor `"false"` for a truth value. Older releases turn them into numbers first.',
    *find({ pods }) {
      for (const context of pods.flatMap(contextsOf)) {
        for (const [key, wanted] of Object.entries(fieldTypes)) {
          const value = context.value[key] ?? null;
          if (value === null || isOf(value, wanted)) continue;
          yield {
            path: context.where(key),
            message: `${key} of ${context.name} must be ${wanted}, but is ${JSON.stringify(typeof value === 'bigint' ? Number(value) : value)}: the API server rejects it.`,
            hint:
              wanted === 'a whole number' ? 'Write a number without quotes.' : 'Write true or false without quotes.',
          };
        }
      }
    },
  },
  {
    code: 'unread-merge-policy',
    severity: 'error',
    summary: '`mergePolicy` stands where this release does not take it out.',
    help:
      '`mergePolicy` is the chart’s own and no field of Kubernetes. From 1.14.5 on the chart reads it in the proxy’s contexts; in ' +
      'those of `sds` and `istio-proxy` only from 1.16.14 and 1.17.0-beta29 on. Before, it goes to the API server with the rest, which ' +
      'rejects the workload.',
    *find({ pods, chart }) {
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
  },
  {
    code: 'seccomp-without-profile',
    severity: 'error',
    summary: 'A seccomp profile of the node is wanted, but not named.',
    help:
      'With the type `Localhost` the API server wants `localhostProfile`, the file of the profile on the node. ' +
      '`global.podSecurityStandards.container.defaultSeccompProfileType: Localhost` sets only the type, so each container’s own ' +
      'security context must name the profile, with `mergePolicy: helm-merge`.',
    *find({ pods }) {
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
  },
];

interface Context {
  readonly name: string;
  readonly value: ValueMap;
  /** Where the values decide about a field. */
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
  runAsUser: 'a whole number',
  runAsGroup: 'a whole number',
  fsGroup: 'a whole number',
  runAsNonRoot: 'true or false',
  privileged: 'true or false',
  allowPrivilegeEscalation: 'true or false',
  readOnlyRootFilesystem: 'true or false',
} as const;

function isOf(value: Value, wanted: (typeof fieldTypes)[keyof typeof fieldTypes]): boolean {
  if (wanted === 'true or false') return typeof value === 'boolean';
  return typeof value === 'bigint' || Number.isInteger(value);
}
