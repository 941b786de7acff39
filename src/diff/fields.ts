import { kubernetesTypes } from '../schema/kubernetes.ts';
import type { ValueType } from '../schema/values-model.ts';
import { defined, lookupTable } from '../value.ts';
import { compared, listIdentity } from './compared.ts';
import { apiDefaultOf, defaultsOf } from './defaults.ts';
import { envoyField } from './envoy.ts';
import type { Field } from './field.ts';

const hollowTypes: ReadonlySet<string> = new Set(compared.hollow);

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

type Kind = Pick<Field, 'type' | 'shape'>;
const quantities: Kind = { type: 'Quantity', shape: 'map' };

/**
 * Fields that are compared as another type than the API server's. Both halves of an autoscaler's behavior have the same
 * type there, but different defaults.
 */
const otherTypes: Readonly<Record<string, Readonly<Record<string, Kind>>>> = lookupTable({
  ConfigMap: { data: { type: 'ConfigMapData', shape: 'map' } },
  Gateway: { metadata: { type: 'ObjectMeta', shape: 'one' }, spec: { type: 'GatewaySpec', shape: 'one' } },
  HorizontalPodAutoscalerBehavior: {
    scaleDown: { type: 'HPAScaleDownRules', shape: 'one' },
    scaleUp: { type: 'HPAScaleUpRules', shape: 'one' },
  },
  ObjectMeta: { ownerReferences: { type: 'OwnerReference', shape: 'list' } },
  ResourceRequirements: { limits: quantities, requests: quantities },
});

function fieldsOf(type: string): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>(defaultsOf(type).map((key) => [key, withDefault(plain, type, key)]));
  const kinds = [...kubernetesTypes(type.replace(/^HPAScale(?:Up|Down)Rules$/, 'HPAScalingRules'))].map(
    ([key, valueType]): [string, Kind] => [key, kindOf(valueType)],
  );
  for (const [key, kind] of [...kinds, ...Object.entries(otherTypes[type] ?? {})]) {
    const identity = listIdentity(`${type}.${key}`);
    const isHollow = kind.shape === 'map' || identity !== undefined || hollowTypes.has(kind.type);
    const field = {
      ...kind,
      ...defined({ identity }),
      ...(isHollow ? { hollow: true as const } : {}),
    };
    if (key !== 'status') fields.set(key, withDefault(field, type, key));
  }
  return fields;
}

function kindOf(type: ValueType): Kind {
  if (type.kind === 'list' || type.kind === 'map') return { type: kindOf(type.of).type, shape: type.kind };
  return { type: type.kind === 'kubernetes' ? type.name : '', shape: 'one' };
}

function withDefault(field: Field, type: string, key: string): Field {
  const fallback = apiDefaultOf(type, key);
  return fallback === undefined ? field : { ...field, fallback };
}
