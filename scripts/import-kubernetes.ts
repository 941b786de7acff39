/**
 * Regenerates `schema/kubernetes.json` from the API server's OpenAPI document
 * (`../shared/facts/kubernetes-schemas.json`): the types of the chart's values as draft-07 definitions, without what
 * only a cluster needs. Run it when there is a newer document: `node --import tsx scripts/import-kubernetes.ts FILE…`
 * with what the document lacks, as an API server of the same version serves it (`kubectl get --raw /openapi/v3/api/v1`,
 * `…/apis/autoscaling/v1`, `…/apis/autoscaling/v2`, `…/apis/policy/v1`).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { isRecord, isStringList } from './chart-sources.ts';

type Schema = Readonly<Record<string, unknown>>;

/** The objects of a proxy, and the types of values. */
const roots = [
  ...['ConfigMap', 'DaemonSet', 'Deployment'],
  ...[
    'Affinity',
    'Container',
    'ContainerPort',
    'EnvVar',
    'HostAlias',
    'PodSecurityContext',
    'Probe',
    'ResourceRequirements',
  ],
  ...['SecurityContext', 'ServicePort', 'Toleration', 'TopologySpreadConstraint', 'Volume', 'VolumeMount'],
];

/** The objects around a proxy, for which no code is generated. */
const around = [
  ...['Service', 'ServiceAccount', 'PodDisruptionBudget', 'HorizontalPodAutoscalerV1', 'HorizontalPodAutoscaler'],
];

/** What the API server requires beyond its document. */
const alsoRequired: Readonly<Record<string, readonly string[]>> = { Container: ['image'] };
/** What its document requires but the API server does not. */
const notRequired: Readonly<Record<string, readonly string[]>> = { PreferredSchedulingTerm: ['preference'] };
const port = { type: 'integer', minimum: 1, maximum: 65535 };
const quantity = { $ref: '#/definitions/Quantity' };
const amounts = {
  type: 'object',
  properties: { cpu: quantity, memory: quantity, 'ephemeral-storage': quantity },
  patternProperties: { '^hugepages-|/': quantity },
  additionalProperties: false,
};
/**
 * What clusters write. The API server ignores it in a manifest, but refuses fields that it does not know, and other
 * types; what a condition or a metric consists of is not checked.
 */
const statuses: Readonly<Record<string, readonly string[]>> = {
  Deployment: [
    ...['availableReplicas', 'collisionCount', 'conditions', 'observedGeneration', 'readyReplicas', 'replicas'],
    ...['terminatingReplicas', 'unavailableReplicas', 'updatedReplicas'],
  ],
  DaemonSet: [
    ...['collisionCount', 'conditions', 'currentNumberScheduled', 'desiredNumberScheduled', 'numberAvailable'],
    ...['numberMisscheduled', 'numberReady', 'numberUnavailable', 'observedGeneration', 'updatedNumberScheduled'],
  ],
  Service: ['conditions', 'loadBalancer'],
  PodDisruptionBudget: [
    ...['conditions', 'currentHealthy', 'desiredHealthy', 'disruptedPods', 'disruptionsAllowed', 'expectedPods'],
    'observedGeneration',
  ],
  HorizontalPodAutoscalerV1: [
    ...['currentCPUUtilizationPercentage', 'currentReplicas', 'desiredReplicas', 'lastScaleTime', 'observedGeneration'],
  ],
  HorizontalPodAutoscaler: [
    ...['conditions', 'currentMetrics', 'currentReplicas', 'desiredReplicas', 'lastScaleTime', 'observedGeneration'],
  ],
};
const typesInStatus: Readonly<Record<string, string>> = {
  ...{ conditions: 'array', currentMetrics: 'array', disruptedPods: 'object', loadBalancer: 'object' },
  lastScaleTime: 'string',
};

function statusWith(fields: readonly string[]): Schema {
  const properties = Object.fromEntries(fields.map((name) => [name, { type: typesInStatus[name] ?? 'integer' }]));
  return { type: 'object', properties, additionalProperties: false };
}

const corrected: Readonly<Record<string, Readonly<Record<string, Schema>>>> = {
  ResourceRequirements: { limits: amounts, requests: amounts },
  ContainerPort: { containerPort: port, hostPort: { ...port, minimum: 0 } },
  ...Object.fromEntries(Object.entries(statuses).map(([kind, fields]) => [kind, { status: statusWith(fields) }])),
  ServicePort: { port, nodePort: { ...port, minimum: 0 } },
  ObjectMeta: { managedFields: { type: 'array' }, ownerReferences: { type: 'array' } },
};

const scalars: Readonly<Record<string, Schema>> = {
  IntOrString: { type: ['integer', 'string'] },
  Quantity: {
    type: ['string', 'number'],
    pattern: '^[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\\d+)?$',
  },
};

interface Document {
  readonly kubernetes: string;
  readonly schemas: Readonly<Record<string, Schema>>;
}

const source = JSON.parse(
  readFileSync(new URL('../../shared/facts/kubernetes-schemas.json', import.meta.url), 'utf8'),
) as Document;
const served = process.argv.slice(2).map((file) => {
  const { components } = JSON.parse(readFileSync(file, 'utf8')) as { components: Pick<Document, 'schemas'> };
  return components.schemas;
});
const schemas: Document['schemas'] = Object.assign({}, ...served, source.schemas);
const definitions: Record<string, Schema> = { ...scalars };
for (const name of [...roots, ...around]) {
  const found = Object.keys(schemas).find(
    (fullName) => fullName.startsWith('io.k8s.api.') && shortName(fullName) === name,
  );
  define(found ?? name);
}

function define(fullName: string): void {
  const name = shortName(fullName);
  if (name in definitions) return;
  definitions[name] = {};
  const found = schemas[fullName];
  if (found === undefined) throw new Error(`${fullName} is not in the document`);
  const others = Object.keys(corrected[name] ?? {}).map((key) => [key, { type: 'object' }]);
  const schema = convert({
    ...found,
    properties: { ...(found['properties'] as Schema), ...Object.fromEntries(others) },
  });
  const properties = isRecord(schema['properties']) ? { ...schema['properties'], ...corrected[name] } : undefined;
  const demanded = isStringList(schema['required']) ? schema['required'] : [];
  const required = [
    ...demanded.filter((key) => notRequired[name]?.includes(key) !== true),
    ...(alsoRequired[name] ?? []),
  ];
  definitions[name] = {
    ...schema,
    ...(properties && { properties }),
    ...(required.length > 0 && { required }),
  };
}

function convert(schema: Schema): Schema {
  const [only] = Array.isArray(schema['allOf']) ? (schema['allOf'] as readonly Schema[]) : [];
  if (only !== undefined) return convert(only);
  const reference = schema['$ref'];
  if (typeof reference === 'string') return referTo(reference.slice(reference.lastIndexOf('/') + 1));
  const { type, properties, additionalProperties, items, required } = schema;
  if (type === 'array' && isRecord(items)) return { type, items: convert(items) };
  if (type !== 'object') return schema['enum'] === undefined ? { type } : { enum: schema['enum'] };
  if (!isRecord(properties))
    return isRecord(additionalProperties) ? { type, additionalProperties: convert(additionalProperties) } : { type };
  return {
    type,
    properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, convert(value as Schema)])),
    additionalProperties: false,
    ...(required === undefined ? {} : { required }),
  };
}

function referTo(fullName: string): Schema {
  const name = shortName(fullName);
  if (name === 'Time') return { type: 'string' };
  if (name === 'FieldsV1') return { type: 'object' };
  if (!(name in scalars)) define(fullName);
  return { $ref: `#/definitions/${name}` };
}

/** Types of autoscaling/v1 end in V1. */
function shortName(fullName: string): string {
  const name = fullName.slice(fullName.lastIndexOf('.') + 1);
  return fullName.includes('.autoscaling.v1.') && name.startsWith('Horizontal') ? `${name}V1` : name;
}

/** One sorted line per definition, so that the diff of a newer document shows what changed. */
const lines = Object.keys(definitions)
  .sort()
  .map((name) => `    ${JSON.stringify(name)}: ${JSON.stringify(definitions[name])}`);
writeFileSync(
  new URL('../schema/kubernetes.json', import.meta.url),
  `{\n  "version": ${JSON.stringify(source.kubernetes)},\n  "roots": ${JSON.stringify(roots)},\n  "definitions": {\n${lines.join(',\n')}\n  }\n}\n`,
);
