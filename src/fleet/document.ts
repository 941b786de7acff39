import { formatPath, hasErrors, movedDown, type Path, type Place, type Problem, sortProblems } from '../problem.ts';
import { getEntry, isList, isMap } from '../value.ts';
import { type ReadDocument, readYaml, type Source } from '../yaml/read.ts';
import { type Cluster, type Head, type Misfit, readCluster, readHead } from './shape.ts';

/** A parsed fleet file: its top level, and the clusters in the same text. */
export interface FleetDocument {
  readonly head: Head;
  readonly problems: readonly Problem[];
  /** How many clusters the text holds. */
  readonly count: number;
  cluster(index: number): ReadCluster;
  place(path: Path, part: 'key' | 'value'): Place | undefined;
}

/** A cluster, the problems with its syntax, and the places of its parts. */
export interface ReadCluster {
  readonly cluster: Cluster;
  readonly problems: readonly Problem[];
  place(path: Path, part: 'key' | 'value'): Place | undefined;
}

/** Reads a fleet file. Never throws; without an error among the problems the top level is valid. */
export function readFleet(source: Source): FleetDocument {
  const document = readYaml(source);
  const place = (path: Path, part: 'key' | 'value') => document.place(path, part);
  const misfits: Misfit[] = [];
  const isBroken = hasErrors(document.problems);
  const head = readHead(document.value, isBroken ? [] : misfits);
  const list = isMap(document.value) ? getEntry(document.value, 'clusters') : undefined;
  const found = reading(document, 0);
  // A problem with one cluster only fails that cluster, unless the text cannot be read at all.
  const isOwn = ({ path = '' }: Problem): boolean => !isBroken && /^clusters\[\d+\]/.test(path);
  const said = found.map((problem) => (problem.code === 'too-long' ? tooLong(source.name) : problem));
  const items = isList(list) ? list : [];
  return {
    head,
    problems: [...said.filter((problem) => !isOwn(problem)), ...toProblems(misfits, source.name, place)],
    count: items.length,
    place,
    cluster(index) {
      const own: Misfit[] = [];
      const cluster = readCluster(items[index] ?? null, ['clusters', index], own);
      const name = `clusters[${index}]`;
      const problems = [
        ...found.filter((problem) => isOwn(problem) && /^clusters\[\d+\]/.exec(problem.path ?? '')?.[0] === name),
        ...toProblems(own, source.name, place),
      ];
      return { cluster, problems, place };
    },
  };
}

/** A fleet file that is read as a whole has a size limit; JSON lines do not. */
function tooLong(name: string): Problem {
  return {
    code: 'fleet-too-long',
    severity: 'error',
    message: `${name} is longer than 4 MiB, the limit for a fleet file of YAML or JSON; JSON lines can be of any length.`,
    hint: "yq -o json -I 0 '.clusters[]' fleet.yaml > fleet.jsonl, and move what is above clusters to the command line",
    file: name,
  };
}

/** Reads a cluster from JSON lines; `line` is the number of lines above it. */
export function readLine(name: string, { text, line }: { readonly text: string; readonly line: number }): ReadCluster {
  const document = readYaml({ name, text });
  const misfits: Misfit[] = [];
  const isBroken = hasErrors(document.problems);
  const cluster = readCluster(isBroken ? {} : document.value, [], misfits);
  const place = (at: Path, part: 'key' | 'value') => {
    const own = document.place(at, part) ?? (at.length > 0 ? undefined : { line: 1, column: 1 });
    return own && movedDown(own, line);
  };
  const problems = [...reading(document, line), ...(isBroken ? [] : toProblems(misfits, name, place))];
  return { cluster, problems, place };
}

/** What Helm tolerates silently in values is an error in the keys of a fleet. */
const never = ['duplicate-key', 'later-documents-ignored', 'merge-overwrites-key'];

function reading(document: ReadDocument, above: number): Problem[] {
  return document.problems.map((problem) => {
    const isValue = /(?:^|\.)values(?:\[\d+\])?[.[]/.test(problem.path ?? '');
    const severity = never.includes(problem.code) && !isValue ? 'error' : problem.severity;
    return { ...movedDown(problem, above), severity };
  });
}

/** The place of a path, or of its nearest ancestor that is written. */
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

/** As problems, in the order of the text. */
function toProblems(
  misfits: readonly Misfit[],
  file: string,
  place: (path: Path, part: 'key' | 'value') => Place | undefined,
): Problem[] {
  const problems = misfits.map(
    ({ path, at, ...words }): Problem => ({
      ...words,
      severity: 'error',
      file,
      ...(path.length === 0 ? {} : { path: formatPath(path) }),
      ...nearest(path, at, place),
    }),
  );
  return sortProblems(problems);
}
