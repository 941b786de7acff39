import type { Value } from '../value.ts';
import { companionTypes } from './companion-types.ts';
import { apiDefaultOf, defaultsOf } from './defaults.ts';
import { envoyField } from './envoy.ts';
import type { Field } from './field.ts';
import { kubernetesListIdentity } from './identity.ts';
import { comparedTypes } from './kubernetes-types.ts';

/** Types whose empty object is the same as no object. */
const hollowTypes: ReadonlySet<string> = new Set([
  'ObjectMeta',
  'DeploymentStrategy',
  'DaemonSetUpdateStrategy',
  'RollingUpdateDeployment',
  'RollingUpdateDaemonSet',
  'ResourceRequirements',
  'SecurityContext',
  'PodSecurityContext',
  'Capabilities',
  'Affinity',
  'NodeAffinity',
  'PodAffinity',
  'PodAntiAffinity',
  'Lifecycle',
  'PodDNSConfig',
  'HPAScaleDownRules',
  'HPAScaleUpRules',
  'HorizontalPodAutoscalerBehavior',
]);

const plain: Field = { type: '', shape: 'one' };
const known = new Map<string, ReadonlyMap<string, Field>>();

/** Returns the description of a field; the same object for the same arguments. */
export function fieldOf(type: string, key: string): Field {
  if (type.startsWith('Envoy')) return envoyField(type, key);
  if (type === 'ConfigMapData') return key === 'envoy.yaml' ? envoyText : plain;
  if (type === '') return plain;
  let fields = known.get(type);
  if (fields === undefined) {
    fields = fieldsOf(type);
    known.set(type, fields);
  }
  // Keys without a schema are user input and unbounded, so they are not cached.
  return fields.get(key) ?? plain;
}

const envoyText: Field = { type: 'EnvoyText', shape: 'one' };

function fieldsOf(type: string): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>(defaultsOf(type).map((key) => [key, withDefault(plain, type, key)]));
  for (const text of writtenFor(type).split(' ')) {
    const [, key = '', of = '', marker, fallback] = /^(\w+):(\w*)(\[\]|\{\})?(?:=(.*))?$/.exec(text) ?? [];
    const shape = marker === '[]' ? 'list' : marker === '{}' ? 'map' : 'one';
    const identity = shape === 'list' ? kubernetesListIdentity(type, key) : undefined;
    const value: Value | undefined = fallback === undefined ? undefined : JSON.parse(fallback);
    const field: Field = {
      type: type === 'ConfigMap' && key === 'data' ? 'ConfigMapData' : of,
      shape,
      ...(identity === undefined ? {} : { identity }),
      ...(shape === 'map' || identity !== undefined || hollowTypes.has(of) ? { hollow: true as const } : {}),
      ...(value === undefined ? {} : { fallback: () => value }),
    };
    fields.set(key, withDefault(field, type, key));
  }
  return fields;
}

function writtenFor(type: string): string {
  return comparedTypes[type] ?? companionTypes[type] ?? '';
}

function withDefault(field: Field, type: string, key: string): Field {
  const fallback = apiDefaultOf(type, key);
  return fallback === undefined ? field : { ...field, fallback };
}
