import { type Intervals, includes } from '../chart/range.ts';
import { gatewaysJson } from './gateways.gen.ts';
import { addDefinitions } from './kubernetes.ts';
import type { KubernetesSchema } from './kubernetes-schema.ts';

/** The number of a type in all releases that have its holder, or in those of each range. */
export type TypeNumber = number | readonly (readonly [range: number, type: number])[];

/** A type in the CRDs of Gloo's Gateways, which refers to others by their numbers. */
export interface GatewayType extends Pick<KubernetesSchema, 'type' | 'enum' | 'format' | 'minimum' | 'maximum'> {
  /** The fields of a map; without them, it may have any. */
  readonly properties?: Readonly<Record<string, TypeNumber>>;
  readonly items?: TypeNumber;
  readonly additionalProperties?: TypeNumber;
}

interface GatewayTypes {
  readonly ranges: readonly Intervals[];
  /** The first is that of a Gateway's `spec`. */
  readonly types: readonly GatewayType[];
}

let parsed: GatewayTypes | undefined;
const defined = new Map<string, KubernetesSchema>();
addDefinitions(gatewayDefinition);

/** The name of the type of Gloo's own Gateways in a release, by its index: their fields differ between releases. */
export function gatewayTypeName(index: number): string {
  return `Gateway@${index}`;
}

/** The definition of such a type, or of one that it refers to (`NUMBER@INDEX`); undefined for other names. */
function gatewayDefinition(name: string): KubernetesSchema | undefined {
  const [type = '', index] = name.split('@');
  if (index === undefined) return undefined;
  const known = defined.get(name) ?? (type === 'Gateway' ? wholeGateway(index) : definitionOf(Number(type), index));
  defined.set(name, known);
  return known;
}

function wholeGateway(index: string): KubernetesSchema {
  const text = { type: 'string' };
  const metadata = { $ref: '#/definitions/ObjectMeta' };
  const properties = { apiVersion: text, kind: text, metadata, spec: referTo(0, index), status: { type: 'object' } };
  return { type: 'object', properties, additionalProperties: false };
}

function definitionOf(number: number, index: string): KubernetesSchema {
  parsed ??= JSON.parse(gatewaysJson) as GatewayTypes;
  const { ranges, types } = parsed;
  const { properties, items, additionalProperties, ...own } = types[number] ?? {};
  const inRelease = (type: TypeNumber | undefined): KubernetesSchema | undefined => {
    const found = isNumbered(type) ? type.find(([range]) => includes(ranges[range] ?? [], Number(index)))?.[1] : type;
    return found === undefined ? undefined : referTo(found, index);
  };
  const fields = Object.entries(properties ?? {}).flatMap(([name, type]) => {
    const schema = inRelease(type);
    return schema === undefined ? [] : [[name, schema] as const];
  });
  const [item, entry] = [inRelease(items), inRelease(additionalProperties)];
  return {
    ...own,
    ...(properties && { properties: Object.fromEntries(fields), additionalProperties: false }),
    ...(item && { items: item }),
    ...(entry && { additionalProperties: entry }),
  };
}

function isNumbered(type: TypeNumber | undefined): type is Exclude<TypeNumber, number> {
  return typeof type === 'object';
}

function referTo(type: number, index: string): KubernetesSchema {
  return { $ref: `#/definitions/${type}@${index}` };
}
