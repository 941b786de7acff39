import { formatPath, type Path, type Place, type Problem } from '../problem.ts';
import type { Value } from '../value.ts';
import { getEntry, isList, isMap } from '../value.ts';
import { type ReadDocument, readYaml } from '../yaml/read.ts';
import type { CutHead, CutItem } from './cut.ts';
import { type Cluster, type Head, type Misfit, readCluster, readHead } from './shape.ts';

/** What a worker needs to know of a fleet file: its top, and of one that could not be cut all of it. */
export interface FleetText {
  /** What problems call the file. */
  readonly name: string;
  readonly text: string;
  /** Of a file that was cut. */
  readonly cut?: Pick<CutHead, 'listLine' | 'cutLines'>;
}

/** A fleet file that was read: its top, and the clusters that stand in the same text. */
export interface FleetDocument {
  readonly head: Head;
  readonly problems: readonly Problem[];
  /** How many clusters the text holds; 0 when they were cut out. */
  readonly count: number;
  /** Whether the text has the key `clusters`. */
  readonly hasList: boolean;
  cluster(index: number): ReadCluster;
  place(path: Path, part: 'key' | 'value'): Place | undefined;
}

/** A cluster, what is wrong with how it is written, and where its parts stand. */
export interface ReadCluster {
  readonly cluster: Cluster;
  readonly problems: readonly Problem[];
  place(path: Path, part: 'key' | 'value'): Place | undefined;
}

/** Reads a fleet file, or the top of one. Never throws; without an error among the problems the top is as it is meant. */
export function readFleet({ name, text, cut }: FleetText): FleetDocument {
  const document = readYaml({ name, text });
  const shift = (line: number): number => (cut !== undefined && line > cut.listLine ? line + cut.cutLines : line);
  const place = (path: Path, part: 'key' | 'value') => moved(document.place(path, part), shift);
  const misfits: Misfit[] = [];
  const isBroken = document.problems.some(({ severity }) => severity === 'error');
  const head = readHead(isBroken ? {} : document.value, misfits);
  const list = isMap(document.value) ? getEntry(document.value, 'clusters') : undefined;
  const isCut = cut !== undefined;
  if (!isBroken && isMap(document.value)) checkList(list, isCut, misfits);
  const problems = [...reading(document, shift), ...misfits.map((misfit) => toProblem(misfit, name, place))];
  const items = isList(list) ? list : [];
  return {
    head,
    problems,
    count: items.length,
    hasList: list !== undefined,
    place,
    cluster(index) {
      const found: Misfit[] = [];
      const cluster = readCluster(items[index] ?? null, ['clusters', index], found);
      return { cluster, problems: found.map((misfit) => toProblem(misfit, name, place)), place };
    },
  };
}

function checkList(list: Value | undefined, isCut: boolean, misfits: Misfit[]): void {
  if (isCut || isList(list) || list === null) return;
  const message = list === undefined ? 'This fleet file has no clusters.' : 'clusters must be a list.';
  misfits.push({
    code: 'fleet-wrong-type',
    message,
    hint: 'like clusters: [{ name: prod-eu-1 }]',
    path: list === undefined ? [] : ['clusters'],
    at: 'key',
  });
}

/** Reads a cluster that was cut out of a file, or a line of JSON lines; `index` is its place in the list, if it has one. */
export function readItem(name: string, item: CutItem, index?: number): ReadCluster {
  const document = readYaml({ name, text: item.text });
  const shift = (line: number): number => line + item.line;
  const path: Path = index === undefined ? [] : ['clusters', index];
  const misfits: Misfit[] = [];
  const isBroken = document.problems.some(({ severity }) => severity === 'error');
  const cluster = readCluster(isBroken ? {} : document.value, path, misfits);
  // A place in the file is a place in the item, one list further up.
  const place = (at: Path, part: 'key' | 'value') =>
    moved(
      document.place(at.slice(path.length), part) ?? (at.length > path.length ? undefined : { line: 1, column: 1 }),
      shift,
    );
  const problems = [
    ...reading(document, shift, path),
    ...(isBroken ? [] : misfits.map((misfit) => toProblem(misfit, name, place))),
  ];
  return { cluster, problems, place };
}

function moved(place: Place | undefined, shift: (line: number) => number): Place | undefined {
  return place === undefined ? undefined : { ...place, line: shift(place.line) };
}

/** What Helm would do silently with values does not go for the keys of a fleet: there it is an error. */
const never = ['duplicate-key', 'later-documents-ignored', 'merge-overwrites-key'];

function reading(document: ReadDocument, shift: (line: number) => number, above: Path = []): Problem[] {
  return document.problems.map((problem) => {
    const isValue = /(?:^|\.)values(?:\[\d+\])?[.[]/.test(problem.path ?? '');
    const path = [formatPath(above), problem.path].filter((part) => part !== undefined && part !== '').join('.');
    return {
      ...problem,
      ...(path === '' ? {} : { path }),
      ...(problem.line === undefined ? {} : { line: shift(problem.line) }),
      ...(never.includes(problem.code) && !isValue ? { severity: 'error' as const } : {}),
    };
  });
}

/** Where a path stands, or the nearest thing above it that stands somewhere. */
function nearest(
  path: Path,
  at: 'key' | 'value',
  place: (path: Path, part: 'key' | 'value') => Place | undefined,
): Place | undefined {
  for (let length = path.length; length >= 0; length--) {
    const found = place(path.slice(0, length), at);
    if (found !== undefined) return found;
  }
  return undefined;
}

function toProblem(
  { path, at, ...words }: Misfit,
  file: string,
  place: (path: Path, part: 'key' | 'value') => Place | undefined,
): Problem {
  return {
    ...words,
    severity: 'error',
    file,
    ...(path.length === 0 ? {} : { path: formatPath(path) }),
    ...nearest(path, at, place),
  };
}
