import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadAll } from 'js-yaml';

/** The classes of Kubernetes' own client: which fields a type has, and of which types they are. */
interface Model {
  getAttributeTypeMap(): readonly { readonly baseName: string; readonly type: string; readonly format?: string }[];
}

async function modelOf(type: string): Promise<Model | undefined> {
  try {
    const file = await import(`@kubernetes/client-node/dist/gen/models/${type}.js`);
    return file[type] as Model;
  } catch {
    return undefined;
  }
}

/** What of a value the API server would not take: fields that it does not know, and values of another type. */
async function misfits(value: unknown, type: string, format: string | undefined, path: string): Promise<string[]> {
  const list = /^(?:Array|Set)<(.+)>$/.exec(type)?.[1];
  if (list !== undefined) {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return (await Promise.all(value.map((item, index) => misfits(item, list, format, `${path}[${index}]`)))).flat();
  }
  const map = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  if (map !== undefined) return await each(value, path, (item, key) => misfits(item, map, format, `${path}.${key}`));
  if (type === 'string' || type === 'boolean') return typeof value === type ? [] : [`${path} is no ${type}`];
  if (type === 'number') {
    const isNumber = format === 'double' ? typeof value === 'number' : Number.isInteger(value);
    return isNumber ? [] : [`${path} is no ${format ?? 'number'}`];
  }
  if (type === 'IntOrString')
    return typeof value === 'string' || Number.isInteger(value) ? [] : [`${path} is neither number nor text`];
  if (type === 'any') return [];
  const model = await modelOf(type);
  if (model === undefined) return [`${path} is of the unknown type ${type}`];
  const fields = new Map(model.getAttributeTypeMap().map((field) => [field.baseName, field]));
  return await each(value, path, async (item, key) => {
    const field = fields.get(key);
    return field === undefined
      ? [`${path}.${key} is no field of ${type}`]
      : await misfits(item, field.type, field.format, `${path}.${key}`);
  });
}

async function each(
  value: unknown,
  path: string,
  judge: (item: unknown, key: string) => Promise<string[]>,
): Promise<string[]> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path} is no map`];
  return (await Promise.all(Object.entries(value).map(([key, item]) => judge(item, key)))).flat();
}

interface Document {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Objects of others, for which the client has no types. */
const foreign =
  /^(?:glistio\.dev|argoproj\.io|kustomize\.config\.k8s\.io|gateway\.solo\.io|gloo\.solo\.io|security\.istio\.io)\//;

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

test('every Kubernetes object in the examples has the fields and types of Kubernetes’ API', async () => {
  let count = 0;
  for (const file of files) {
    for (const object of objectsIn(file)) {
      if (foreign.test(object.apiVersion)) continue;
      count++;
      assert.deepEqual(await misfits(object, typeOf(object), undefined, object.kind), [], file);
    }
  }
  assert.ok(count > 20, `only ${count} objects`);
});

test('the check itself finds what does not fit', async () => {
  const wrong = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    spec: {
      completions: '8',
      paralelism: 1,
      template: { spec: { containers: [{ args: 'x', ports: [{ containerPort: 1.5 }] }] } },
    },
  };
  assert.deepEqual(await misfits(wrong, typeOf(wrong), undefined, 'Job'), [
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
