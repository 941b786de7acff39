import type { SetKind } from '../helm/set.ts';
import type { Path, Problem } from '../problem.ts';
import { formatPath } from '../problem.ts';
import { closest } from '../schema/check-closest.ts';
import { describeKind, isList, isMap, type Value, type ValueMap } from '../value.ts';
import { shorten } from '../words.ts';

/** Values that a fleet file holds itself, and where. */
export interface Inline {
  readonly value: ValueMap;
  readonly path: Path;
}

/** A {@link FleetLayer} in one form: lists where one may stand alone. */
export interface LayerShape {
  readonly chartVersion?: string;
  readonly namespace?: string;
  readonly releaseName?: string;
  readonly partialOf?: readonly string[];
  readonly values: readonly (string | Inline)[];
  readonly sets: Readonly<Record<SetKind, readonly string[]>>;
}

/** A {@link FleetCluster} in one form. */
export interface Cluster extends LayerShape {
  readonly name: string;
  readonly groups: readonly string[];
  readonly installed?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
}

/** The top of a fleet file in one form, without its clusters. */
export interface Head extends LayerShape {
  readonly groups: ReadonlyMap<string, LayerShape>;
}

/** A problem before its place in the text is known. */
export interface Misfit extends Pick<Problem, 'code' | 'message' | 'hint'> {
  readonly path: Path;
  readonly at: 'key' | 'value';
}

const setKeys = {
  set: 'set',
  setString: 'set-string',
  setJson: 'set-json',
  setFile: 'set-file',
  setLiteral: 'set-literal',
} as const satisfies Readonly<Record<string, SetKind>>;

const layerKeys = ['chartVersion', 'namespace', 'releaseName', 'partialOf', 'values', ...Object.keys(setKeys)];
const clusterKeys = ['name', 'group', ...layerKeys, 'installed', 'context', 'kubeconfig'];
const headKeys = ['$schema', ...layerKeys, 'groups', 'clusters'];

/** Reads the top of a fleet file; what does not fit goes to `misfits`. Its clusters are not looked at. */
export function readHead(value: Value, misfits: Misfit[]): Head {
  const shape = new Shape(misfits);
  const map = shape.map(value, [], 'A fleet file', 'it has the key clusters with a list of clusters');
  shape.knowKeys(map, headKeys, []);
  if (map['$schema'] !== undefined) shape.text(map, '$schema', []);
  const groups =
    map['groups'] === undefined || map['groups'] === null
      ? {}
      : shape.map(map['groups'], ['groups'], 'groups', 'each group has a name and, below it, what its clusters share');
  const read = Object.entries(groups).map(([name, group]): [string, LayerShape] => {
    const path = ['groups', name];
    const own = shape.map(group ?? {}, path, `The group ${name}`, `it can have ${layerKeys.join(', ')}`);
    shape.knowKeys(own, layerKeys, path);
    return [name, shape.layer(own, path)];
  });
  return { ...shape.layer(map, []), groups: new Map(read) };
}

/** Reads one cluster, which stands at `path` in its file; a name that is missing stays empty. */
export function readCluster(value: Value, path: Path, misfits: Misfit[]): Cluster {
  const shape = new Shape(misfits);
  const map = shape.map(value, path, 'A cluster', `it has a name and can have ${clusterKeys.slice(1).join(', ')}`);
  shape.knowKeys(map, clusterKeys, path);
  const name = shape.text(map, 'name', path);
  if (isMap(value) && map['name'] === undefined) {
    misfits.push({
      code: 'fleet-no-name',
      message: 'This cluster has no name.',
      hint: 'every cluster needs a name of its own',
      path,
      at: 'value',
    });
  }
  if (name !== undefined) checkName(name, [...path, 'name'], misfits);
  const groups = shape.texts(map, 'group', path);
  const others = Object.fromEntries(
    ['installed', 'context', 'kubeconfig'].flatMap((key) => {
      const text = shape.text(map, key, path);
      return text === undefined ? [] : [[key, text] as const];
    }),
  );
  if (others['installed'] !== undefined && others['context'] !== undefined) {
    misfits.push({
      code: 'fleet-two-sides',
      message: 'This cluster has both installed and context, and diff takes one of them.',
      hint: 'remove one',
      path: [...path, 'context'],
      at: 'key',
    });
  }
  return { ...shape.layer(map, path), ...others, name: name ?? '', groups };
}

/** Names become folders: none may lead anywhere else, and letters only are too few to tell two folders apart on every disk. */
export function isSafeName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) && name.length <= 253;
}

/** What a name may be. */
export const nameHint =
  'a letter or digit, then letters, digits, dots, - and _, at most 253: it becomes the name of a folder';

function checkName(name: string, path: Path, misfits: Misfit[]): void {
  if (isSafeName(name)) return;
  const shown = JSON.stringify(shorten(name));
  misfits.push({
    code: 'fleet-bad-name',
    message: `${shown} cannot be the name of a cluster.`,
    hint: nameHint,
    path,
    at: 'value',
  });
}

/** Reads parts of a fleet file and collects what does not fit. */
class Shape {
  readonly #misfits: Misfit[];

  constructor(misfits: Misfit[]) {
    this.#misfits = misfits;
  }

  map(value: Value | undefined, path: Path, what: string, hint: string): ValueMap {
    if (isMap(value)) return value;
    this.#wrong(path, `${what} must be a map, but is ${describe(value)}.`, hint);
    return {};
  }

  knowKeys(map: ValueMap, known: readonly string[], path: Path): void {
    for (const key of Object.keys(map)) {
      if (known.includes(key)) continue;
      const meant = closest(key, known)?.word;
      const where = path.length === 0 ? 'a fleet file' : path[0] === 'groups' ? 'a group' : 'a cluster';
      const hint =
        meant === undefined
          ? `there are ${known.filter((word) => word !== '$schema').join(', ')}`
          : `did you mean ${meant}?`;
      this.#misfits.push({
        code: 'fleet-unknown-key',
        message: `There is no ${formatPath([key])} in ${where}.`,
        hint,
        path: [...path, key],
        at: 'key',
      });
    }
  }

  /** A text that is not empty; a number or boolean is named, because quotes were forgotten. */
  text(map: ValueMap, key: string, path: Path): string | undefined {
    const value = map[key];
    if (value === undefined) return undefined;
    if (typeof value === 'string' && value !== '') return value;
    const hint =
      typeof value === 'number' || typeof value === 'boolean'
        ? 'put it in quotes'
        : value === '' || value === null
          ? 'write one, or leave the key out'
          : undefined;
    this.#wrong([...path, key], `${key} must be a text, but is ${describe(value)}.`, hint);
    return undefined;
  }

  texts(map: ValueMap, key: string, path: Path): string[] {
    return this.#items(map[key], [...path, key]).flatMap(([value, at]) => {
      if (typeof value === 'string' && value !== '') return [value];
      this.#wrong(
        at,
        `${key} must be a text or a list of texts, but this is ${describe(value)}.`,
        typeof value === 'number' || typeof value === 'boolean' ? 'put it in quotes' : undefined,
      );
      return [];
    });
  }

  layer(map: ValueMap, path: Path): LayerShape {
    const texts = ['chartVersion', 'namespace', 'releaseName'].flatMap((key) => {
      const text = this.text(map, key, path);
      return text === undefined ? [] : [[key, text] as const];
    });
    const sets = Object.entries(setKeys).map(([key, kind]) => [kind, this.texts(map, key, path)] as const);
    return {
      ...Object.fromEntries(texts),
      ...(map['partialOf'] === undefined ? {} : { partialOf: this.texts(map, 'partialOf', path) }),
      values: this.#values(map, path),
      sets: Object.fromEntries(sets) as unknown as LayerShape['sets'],
    };
  }

  #values(map: ValueMap, path: Path): (string | Inline)[] {
    return this.#items(map['values'], [...path, 'values']).flatMap(([value, at]): (string | Inline)[] => {
      if (isMap(value)) return [{ value, path: at }];
      if (typeof value === 'string' && value !== '' && value !== '-') return [value];
      const message =
        value === '-'
          ? 'A fleet file cannot name stdin (-).'
          : `Values are files or maps, but this is ${describe(value)}.`;
      this.#wrong(at, message, value === '-' ? 'give it on the command line: -f -' : undefined);
      return [];
    });
  }

  /** The items of a list, or what stands in place of a list of one, each with its path. */
  #items(value: Value | undefined, path: Path): [Value, Path][] {
    if (value === undefined || value === null) return [];
    return isList(value) ? value.map((item, index) => [item, [...path, index]]) : [[value, path]];
  }

  #wrong(path: Path, message: string, hint?: string): void {
    this.#misfits.push({
      code: 'fleet-wrong-type',
      message,
      path,
      at: 'value',
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

function describe(value: Value | undefined): string {
  if (value === undefined || value === null) return 'empty';
  if (value === '') return 'an empty text';
  return typeof value === 'string' || typeof value === 'object'
    ? describeKind(value)
    : `the ${typeof value === 'boolean' ? 'boolean' : 'number'} ${value}`;
}
