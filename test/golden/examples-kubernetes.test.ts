import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadAll } from 'js-yaml';

/**
 * The fields of each type in the examples, with their types: Kubernetes' OpenAPI document of release 1.36, from the
 * models of its JavaScript client (2.0.1). `number int32` is a number and its format.
 */
const kubernetesTypes: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(
  readFileSync('test/golden/kubernetes-types.json', 'utf8'),
);

/** What the API server would reject in a value: unknown fields, and values of another type. */
function misfits(value: unknown, field: string, path: string): string[] {
  const [, type = '', format] = /^(.*?)(?: ([\w-]+))?$/.exec(field) ?? [];
  const list = /^(?:Array|Set)<(.+)>$/.exec(type)?.[1];
  if (list !== undefined) {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((item, index) => misfits(item, list, `${path}[${index}]`));
  }
  const map = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  if (map !== undefined) return each(value, path, (item, key) => misfits(item, map, `${path}.${key}`));
  if (type === 'string' || type === 'boolean') return typeof value === type ? [] : [`${path} is no ${type}`];
  if (type === 'number') {
    const isNumber = format === 'double' ? typeof value === 'number' : Number.isInteger(value);
    return isNumber ? [] : [`${path} is no ${format ?? 'number'}`];
  }
  if (type === 'IntOrString')
    return typeof value === 'string' || Number.isInteger(value) ? [] : [`${path} is neither number nor text`];
  if (type === 'any') return [];
  const fields = kubernetesTypes[type];
  if (fields === undefined) return [`${path} is of the unknown type ${type}`];
  return each(value, path, (item, key) => {
    const inner = fields[key];
    return inner === undefined ? [`${path}.${key} is no field of ${type}`] : misfits(item, inner, `${path}.${key}`);
  });
}

function each(value: unknown, path: string, judge: (item: unknown, key: string) => string[]): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path} is no map`];
  return Object.entries(value).flatMap(([key, item]) => judge(item, key));
}

interface Document {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Objects of other projects. */
const foreign =
  /^(?:glistio\.dev|argoproj\.io|helm\.toolkit\.fluxcd\.io|kustomize\.config\.k8s\.io|gateway\.networking\.k8s\.io|gateway\.gloo\.solo\.io|gateway\.solo\.io|gloo\.solo\.io|security\.istio\.io)\//;

const typeOf = ({ apiVersion, kind }: Document): string => {
  const version = apiVersion.split('/').at(-1) ?? '';
  return `${version[0]?.toUpperCase()}${version.slice(1)}${kind}`;
};

function objectsIn(file: string): Document[] {
  return loadAll(readFileSync(file, 'utf8')).filter(
    (document): document is Document =>
      typeof document === 'object' && document !== null && 'apiVersion' in document && 'kind' in document,
  );
}

const files = readdirSync('examples', { recursive: true })
  .map((name) => join('examples', String(name)))
  .filter((name) => /\.ya?ml$/.test(name))
  .sort();

test('every Kubernetes object in the examples has the fields and types of Kubernetes’ API', () => {
  let count = 0;
  for (const file of files) {
    for (const object of objectsIn(file)) {
      if (foreign.test(object.apiVersion)) continue;
      count++;
      assert.deepEqual(misfits(object, typeOf(object), object.kind), [], file);
    }
  }
  assert.ok(count > 20, `only ${count} objects`);
});

test('the check itself finds what does not fit', () => {
  const wrong = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    spec: {
      completions: '8',
      paralelism: 1,
      template: { spec: { containers: [{ args: 'x', ports: [{ containerPort: 1.5 }] }] } },
    },
  };
  assert.deepEqual(misfits(wrong, typeOf(wrong), 'Job'), [
    'Job.spec.completions is no int32',
    'Job.spec.paralelism is no field of V1JobSpec',
    'Job.spec.template.spec.containers[0].args is no list',
    'Job.spec.template.spec.containers[0].ports[0].containerPort is no int32',
  ]);
});

test('the Job keeps to restricted pod security', () => {
  const [job] = objectsIn('examples/kubernetes-job/job.yaml') as unknown as [
    {
      spec: {
        completions: number;
        template: { spec: Record<string, unknown> & { containers: Record<string, unknown>[] } };
      };
    },
  ];
  const { spec } = job.spec.template;
  assert.equal((spec['securityContext'] as Record<string, unknown>)['runAsNonRoot'], true);
  assert.deepEqual((spec['securityContext'] as Record<string, unknown>)['seccompProfile'], { type: 'RuntimeDefault' });
  for (const container of spec.containers) {
    assert.deepEqual(container['securityContext'], {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    assert.ok((container['args'] as string[]).includes(`--shard=$(JOB_COMPLETION_INDEX)/${job.spec.completions}`));
  }
});
