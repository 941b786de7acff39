/** Compiles `schema/values.yaml`. */
import { type Intervals, intersect } from '../src/chart/range.ts';
import type {
  CompiledField,
  CompiledNotes,
  CompiledShape,
  CompiledType,
  CompiledValues,
  CompiledWords,
} from '../src/schema/values-model.ts';
import type { Value } from '../src/value.ts';
import {
  compileDataRange,
  isRecord,
  isStringList,
  numberIntervals,
  type ReleaseList,
  readYaml,
  splitKey,
} from './chart-sources.ts';

const plainTypes = new Set([
  'string',
  'bool',
  'int',
  'int8',
  'int32',
  'int64',
  'uint',
  'uint32',
  'float64',
  'any',
  'map',
  'list',
]);
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

/**
 * The values model: shapes by name and the values at the top. Throws, naming the path, for a type or shape that does not exist, keys
 * out of order, alternatives that share a release, and ranges that do not compile.
 */
export function compileValues(releases: ReleaseList, source = readYaml('schema/values.yaml')): CompiledValues {
  if (!isRecord(source) || !isRecord(source['types']) || !isRecord(source['values']))
    throw new Error('schema/values.yaml: expected the maps `types` and `values`');
  const shapes = source['types'];
  const ranges = numberIntervals();
  const words: CompiledWords[] = [];
  const compiled = Object.entries(shapes).map(
    ([name, shape]) => [name, compileShape(asMap(shape, name), name)] as const,
  );
  const { fields } = compileShape(source['values'], '');
  return { types: Object.fromEntries(compiled), values: fields, ranges: ranges.all, words };

  function compileShape(map: Source, path: string): CompiledShape {
    const fields = compileFields(map, path, undefined);
    const base = map['$type'];
    if (base === undefined) return { fields };
    if (typeof base !== 'string' || !base.startsWith('k8s:'))
      fail(path, 'only a type of the Kubernetes API can have values added');
    return { base: String(base), fields };
  }

  /** The fields of a map, those of the shapes it names in $with among them, held to the given releases. */
  function compileFields(map: Source, path: string, within: Intervals | undefined): CompiledField[] {
    const fields: CompiledField[] = [];
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
        fields.push(
          compactField(name, compileType(value, here), held && ranges.numberOf(held), compileNotes(value, here)),
        );
      }
    }
    fields.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : firstRelease(a) - firstRelease(b)));
    refuseOverlaps(fields, path);
    return fields;
  }

  function compileType(value: unknown, path: string): CompiledType {
    if (typeof value === 'string') return compileTypeName(value, path);
    const map = asMap(value, path);
    const bare = Object.keys(map).every((key) => noteKeys.has(key));
    return bare && typeof map['$type'] === 'string' ? compileTypeName(map['$type'], path) : compileShape(map, path);
  }

  function compileTypeName(text: string, path: string): CompiledType {
    if (text === 'map of any') return 'map';
    if (text === 'list of any') return 'list';
    const [, container, item] = /^(list|map) of (.+)$/.exec(text) ?? [];
    if (item !== undefined)
      return container === 'list' ? { list: compileTypeName(item, path) } : { map: compileTypeName(item, path) };
    if (plainTypes.has(text) || /^k8s:[A-Za-z]+$/.test(text)) return text;
    return text in shapes ? `#${text}` : fail(path, `there is no type ${text}`);
  }

  function compileNotes(value: unknown, path: string): CompiledNotes | undefined {
    if (!isRecord(value)) return undefined;
    const { $takes: takes, $what: what, $deprecated: deprecated, $ignored: ignored, $successor: successor } = value;
    const { $enum: choices, $known: known, $examples: examples, $read: read } = value;
    for (const [name, list] of Object.entries({ $enum: choices, $known: known }))
      if (list !== undefined && !isStringList(list)) fail(path, `${name} is a list of texts`);
    const notes: CompiledNotes = {
      ...(typeof takes === 'string' && { takes: compileTypeName(takes, path) }),
      ...(isStringList(choices) && { enum: choices }),
      ...(isStringList(known) && { known }),
      ...(typeof deprecated === 'string' && { deprecated: releasesOf(deprecated, path) }),
      ...(typeof ignored === 'string' && { ignored: releasesOf(ignored, path) }),
      ...(typeof read === 'string' && { read: releasesOf(read, path) }),
      ...(typeof successor === 'string' && { successor }),
      ...((typeof what === 'string' || Array.isArray(examples)) && { words: numberOfWords(what, examples) }),
    };
    return Object.keys(notes).length > 0 ? notes : undefined;
  }

  function numberOfWords(what: unknown, examples: unknown): number {
    return (
      words.push({
        ...(typeof what === 'string' && { what }),
        ...(Array.isArray(examples) && { examples: examples as readonly Value[] }),
      }) - 1
    );
  }

  function releasesOf(text: string, path: string): number {
    return ranges.numberOf(
      text === 'all' ? [0, releases.names.length] : located(path, () => compileDataRange(text, releases)),
    );
  }

  function firstRelease([, , range]: CompiledField): number {
    return ranges.all[range ?? -1]?.[0] ?? 0;
  }

  function refuseOverlaps(fields: readonly CompiledField[], path: string): void {
    fields.forEach(([name, , range], i) => {
      for (const [other, , otherRange] of fields.slice(i + 1)) {
        if (other !== name) break;
        const a = ranges.all[range ?? -1];
        const b = ranges.all[otherRange ?? -1];
        if (a === undefined || b === undefined || intersect(a, b).length > 0)
          fail(`${path}.${name}`, 'two types in the same release');
      }
    });
  }
}

function compactField(
  name: string,
  type: CompiledType,
  range: number | undefined,
  notes: CompiledNotes | undefined,
): CompiledField {
  if (notes !== undefined) return [name, type, range ?? null, notes];
  return range === undefined ? [name, type] : [name, type, range];
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
