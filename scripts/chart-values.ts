/**
 * Compiles `schema/values.yaml` into the JSON Schema document of all values. The YAML is easier to edit: a value is one
 * line there and five in JSON Schema, and its releases are a range beside its name instead of indexes into a list.
 */
import { type Intervals, intersect } from '../src/chart/range.ts';
import { type KubernetesSchema, kubernetesPointer } from '../src/schema/kubernetes-schema.ts';
import { type ScalarName, scalarRanges } from '../src/schema/scalars.ts';
import type { ValueSchema, ValuesDocument, ValueWords } from '../src/schema/values-model.ts';
import type { Value } from '../src/value.ts';
import {
  compileDataRange,
  isRecord,
  isStringList,
  type ReleaseList,
  readProjectFile,
  readYaml,
  splitKey,
} from './chart-sources.ts';

const jsonTypes: Readonly<Record<ScalarName, string>> = {
  string: 'string',
  bool: 'boolean',
  int: 'integer',
  int8: 'integer',
  int32: 'integer',
  int64: 'integer',
  uint: 'integer',
  uint32: 'integer',
  float64: 'number',
};
const noteKeys = new Set([
  '$type',
  '$takes',
  '$what',
  '$enum',
  '$known',
  '$examples',
  '$deprecated',
  '$ignored',
  '$read',
  '$successor',
]);
type Source = Readonly<Record<string, unknown>>;

/** One line of the source: a value with the releases that have it, by default all that have its parent map. */
interface Field {
  readonly name: string;
  readonly held: Intervals | undefined;
  readonly schema: ValueSchema;
}

/**
 * Builds the document. Throws an error that names the path for an unknown type or shape, unsorted keys, alternatives
 * that share a release, and invalid ranges.
 */
export function compileValues(releases: ReleaseList, source = readYaml('schema/values.yaml')): ValuesDocument {
  if (!isRecord(source) || !isRecord(source['types']) || !isRecord(source['values']))
    throw new Error('schema/values.yaml: expected the maps `types` and `values`');
  const shapes = source['types'];
  const words: ValueWords[] = [];
  const kubernetes = readKubernetes();
  const $defs = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, compileShape(asMap(shape, name), name)] as const),
  );
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'values',
    ...compileShape(source['values'], ''),
    $defs: { ...$defs, kubernetes: { $id: 'kubernetes', definitions: kubernetes } },
    words,
  } as ValuesDocument; // a shape without a base has properties

  function compileShape(map: Source, path: string): ValueSchema {
    const properties = joinAlternatives(compileFields(map, path, undefined));
    const base = map['$type'];
    if (base === undefined) return { type: ['object', 'null'], properties, additionalProperties: false };
    if (typeof base !== 'string' || !base.startsWith('k8s:'))
      return fail(path, 'only a type of the Kubernetes API can have values added');
    const name = base.slice('k8s:'.length);
    const { properties: own = {}, required = [] } = kubernetes[name] ?? fail(path, `there is no type ${base}`);
    const referred = Object.keys(own).map((key) => [key, { $ref: `${kubernetesPointer}${name}/properties/${key}` }]);
    const all = { ...Object.fromEntries(referred), ...properties };
    const needed = required.length === 0 ? {} : { required };
    return {
      unlessEmpty: { kubernetes: name, type: 'object', properties: all, additionalProperties: false, ...needed },
    };
  }

  /** The fields of a map, including those of its shapes in $with, restricted to the given releases. */
  function compileFields(map: Source, path: string, within: Intervals | undefined): Field[] {
    const fields: Field[] = [];
    let previous = '';
    for (const [key, value] of Object.entries(map)) {
      const { name, range } = splitKey(key);
      const here = path === '' ? name : `${path}.${name}`;
      const own = range === undefined ? undefined : located(here, () => compileDataRange(range, releases));
      const held = own && within ? intersect(own, within) : (own ?? within);
      if (name === '$with') {
        for (const shape of String(value).split(', '))
          fields.push(...compileFields(asMap(shapes[shape], here), here, held));
      } else if (name.startsWith('$')) {
        if (!noteKeys.has(name)) fail(here, 'means nothing');
      } else {
        if (name < previous) fail(here, `belongs before ${previous}: keys are sorted`);
        previous = name;
        fields.push({ name, held, schema: compileField(value, here, held) });
      }
    }
    fields.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : (a.held?.[0] ?? 0) - (b.held?.[0] ?? 0)));
    refuseOverlaps(fields, path);
    return fields;
  }

  function compileField(value: unknown, path: string, held: Intervals | undefined): ValueSchema {
    const declared = compileType(value, path);
    const takes = isRecord(value) ? value['$takes'] : undefined;
    return {
      ...(typeof takes === 'string' ? { ...compileTypeName(takes, path), declared } : declared),
      ...(held !== undefined && { releases: held }),
      ...compileNotes(value, path),
    };
  }

  function compileType(value: unknown, path: string): ValueSchema {
    if (typeof value === 'string') return compileTypeName(value, path);
    const map = asMap(value, path);
    const bare = Object.keys(map).every((key) => noteKeys.has(key));
    return bare && typeof map['$type'] === 'string' ? compileTypeName(map['$type'], path) : compileShape(map, path);
  }

  /** `inList` for the type of a list's items: templates omit an empty field, but not an empty item. */
  function compileTypeName(text: string, path: string, inList = false): ValueSchema {
    const [, container, item = 'any'] = /^(list|map)(?: of (.+))?$/.exec(text) ?? [];
    if (container === 'list')
      return { unlessEmpty: { type: 'array', ...(item !== 'any' && { items: compileTypeName(item, path, true) }) } };
    if (container === 'map')
      return {
        unlessEmpty: { type: 'object', ...(item !== 'any' && { additionalProperties: compileTypeName(item, path) }) },
      };
    if (text === 'any') return {};
    if (isScalar(text)) {
      const range = scalarRanges[text];
      const bounds = range === undefined ? {} : { minimum: range[0], maximum: range[1] };
      return { goType: text, type: [jsonTypes[text], 'null'], ...bounds };
    }
    if (/^k8s:[A-Za-z]+$/.test(text)) {
      const reference = { $ref: `${kubernetesPointer}${text.slice('k8s:'.length)}` };
      return inList ? reference : { unlessEmpty: reference };
    }
    return text in shapes ? { $ref: `#/$defs/${text}` } : fail(path, `there is no type ${text}`);
  }

  function compileNotes(value: unknown, path: string): ValueSchema {
    if (!isRecord(value)) return {};
    const { $what: what, $deprecated: deprecated, $ignored: ignored, $successor: successor } = value;
    const { $enum: choices, $known: known, $examples: examples, $read: read } = value;
    for (const [name, list] of Object.entries({ $enum: choices, $known: known }))
      if (list !== undefined && !isStringList(list)) fail(path, `${name} is a list of texts`);
    return {
      ...(isStringList(choices) && { enum: [...choices, '', null] }),
      ...(isStringList(known) && { known }),
      ...(typeof deprecated === 'string' && { deprecatedIn: releasesOf(deprecated, path) }),
      ...(typeof ignored === 'string' && { ignoredIn: releasesOf(ignored, path) }),
      ...(typeof read === 'string' && { readIn: releasesOf(read, path) }),
      ...(typeof successor === 'string' && { successor }),
      ...((typeof what === 'string' || Array.isArray(examples)) && { wordsNumber: numberOfWords(what, examples) }),
    };
  }

  function numberOfWords(what: unknown, examples: unknown): number {
    return (
      words.push({
        ...(typeof what === 'string' && { what }),
        ...(Array.isArray(examples) && { examples: examples as readonly Value[] }),
      }) - 1
    );
  }

  function releasesOf(text: string, path: string): Intervals {
    return text === 'all' ? [0, releases.names.length] : located(path, () => compileDataRange(text, releases));
  }
}

function isScalar(text: string): text is ScalarName {
  return text in jsonTypes;
}

function refuseOverlaps(fields: readonly Field[], path: string): void {
  fields.forEach(({ name, held }, i) => {
    for (const other of fields.slice(i + 1)) {
      if (other.name !== name) break;
      if (held === undefined || other.held === undefined || intersect(held, other.held).length > 0)
        fail(`${path}.${name}`, 'two types in the same release');
    }
  });
}

/** Schemas by key; several for one key, which are sorted by release, become its alternatives. */
function joinAlternatives(fields: readonly Field[]): Record<string, ValueSchema> {
  const byKey = new Map<string, ValueSchema[]>();
  for (const { name, schema } of fields) byKey.set(name, [...(byKey.get(name) ?? []), schema]);
  return Object.fromEntries(
    [...byKey].map(([key, schemas]) => [key, schemas.length === 1 && schemas[0] ? schemas[0] : { byRelease: schemas }]),
  );
}

function readKubernetes(): Readonly<Record<string, KubernetesSchema>> {
  return (JSON.parse(readProjectFile('schema/kubernetes.json')) as { definitions: Record<string, KubernetesSchema> })
    .definitions;
}

function asMap(value: unknown, path: string): Source {
  return isRecord(value) ? value : fail(path, 'expected a type or a map of values');
}

function located<T>(path: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    return fail(path, error instanceof Error ? error.message : String(error));
  }
}

function fail(path: string, why: string): never {
  throw new Error(`schema/values.yaml: ${path}: ${why}`);
}
