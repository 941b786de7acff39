import type { Path, Place } from '../problem.ts';
import { getEntry, isList, isMap, type Value, type ValueMap } from '../value.ts';
import type { ReadDocument } from '../yaml/read.ts';
import type { SetArgument, SetKind } from './set.ts';

/** One of the user's inputs. */
export type Layer =
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly document: Pick<ReadDocument, 'place' | 'token'>;
      readonly values: ValueMap;
    }
  | { readonly kind: 'object'; readonly name: string; readonly values: ValueMap }
  | {
      readonly kind: SetKind;
      readonly name: string;
      readonly argument: SetArgument;
      readonly paths: readonly Path[];
      readonly texts: readonly string[];
    };

/** The layer that set the value at a path last. */
export interface Winner {
  readonly layer: Layer;
  /** The path that the layer set: the requested one, or its nearest existing ancestor. */
  readonly path: Path;
  /** The place in the file; undefined if it is not a file. */
  readonly place: Place | undefined;
  /**
   * The scalar as it was written: a token in the file, or the text after `=` in an argument; undefined if it is
   * neither.
   */
  readonly written: string | undefined;
}

/**
 * Tells which layer set a path of the merged values last: the highest one that sets it, something in it or something
 * above it. Arguments are looked up in one tree of all their paths, since there may be thousands with thousands of
 * paths each.
 */
export function winnersOf(
  layers: readonly Layer[],
  values: ValueMap,
): (path: Path, part: 'key' | 'value') => Winner | undefined {
  let tree: SetNode | undefined;
  let given: readonly ValueMap[] | undefined;
  return (wanted, part) => {
    tree ??= treeOf(layers);
    // Files and objects are below all arguments.
    given ??= layers.flatMap((layer) => (layer.kind === 'file' || layer.kind === 'object' ? [layer.values] : []));
    const known = depthOf(values, wanted);
    for (let length = known; length > 0; length--) {
      const path = wanted.slice(0, length);
      const index = Math.max(lastSetting(tree, path), lastHaving(given, path));
      const layer = layers[index];
      if (layer !== undefined) return winnerAt(layer, path, part);
    }
    return undefined;
  };
}

function winnerAt(layer: Layer, path: Path, part: 'key' | 'value'): Winner {
  return {
    layer,
    path,
    // Most callers only need to know which layer it is.
    get place() {
      return layer.kind === 'file' ? layer.document.place(path, part) : undefined;
    },
    get written() {
      if (layer.kind === 'object') return undefined;
      if (layer.kind === 'file') return layer.document.token?.(path);
      const key = JSON.stringify(path);
      return layer.texts[layer.paths.findLastIndex((one) => JSON.stringify(one) === key)];
    },
  };
}

/** A step of the paths that arguments set; the numbers are indexes of layers, -1 if there is none. */
interface SetNode {
  /** The last layer whose path ends here. */
  ends: number;
  /** The last layer whose path ends here or continues from here. */
  passes: number;
  readonly steps: Map<string | number, SetNode>;
}

function treeOf(layers: readonly Layer[]): SetNode {
  const root: SetNode = { ends: -1, passes: -1, steps: new Map() };
  for (const [index, layer] of layers.entries()) {
    if (layer.kind === 'file' || layer.kind === 'object') continue;
    for (const path of layer.paths) {
      let node = root;
      for (const step of path) {
        let next = node.steps.get(step);
        if (next === undefined) {
          next = { ends: -1, passes: -1, steps: new Map() };
          node.steps.set(step, next);
        }
        next.passes = index;
        node = next;
      }
      node.ends = index;
    }
  }
  return root;
}

/** The last layer that set the path, something in it, or something above it: it decides everything in it. */
function lastSetting(root: SetNode, path: Path): number {
  let node = root;
  let last = -1;
  for (const step of path) {
    const next = node.steps.get(step);
    if (next === undefined) return last;
    last = Math.max(last, next.ends);
    node = next;
  }
  return Math.max(last, node.passes);
}

/** The last of the files and objects that has a value for the path. */
function lastHaving(given: readonly ValueMap[], path: Path): number {
  return given.findLastIndex((values) => depthOf(values, path) === path.length);
}

/** How many steps of a path exist. */
function depthOf(values: Value, path: Path): number {
  let value: Value | undefined = values;
  for (const [depth, step] of path.entries()) {
    if (isMap(value) && typeof step === 'string') value = getEntry(value, step);
    else if (isList(value) && typeof step === 'number') value = value[step];
    else return depth;
    if (value === undefined) return depth;
  }
  return path.length;
}
