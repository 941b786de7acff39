import { sharedSource } from '../helm/layers.ts';
import { filesOfSetArgument } from '../helm/set.ts';
import { type NamedText, reasonOf } from '../node/sources.ts';
import { codeOf } from '../outcome.ts';
import { aboutKeys, hasErrors, type Path, type Place, type Problem, parsePath } from '../problem.ts';
import type { ValueMap } from '../value.ts';
import type { RequestOptions } from '../verbs/prepare.ts';
import { type FleetDocument, type ReadCluster, readFleet, readLine } from './document.ts';
import type { Job } from './job.ts';
import { type Combined, combine, type GivenLayer, groupsOf } from './layers.ts';
import { resolveIn } from './paths.ts';
import { requestFor, type Setup } from './setup.ts';
import { type Cluster, type Inline, nameHint } from './shape.ts';
import { SharedFiles } from './shared-files.ts';

/** The request for a cluster, or why there is none. */
export interface ClusterRequest {
  readonly cluster: Cluster;
  readonly options: RequestOptions;
  /** The objects that its proxies of the Kubernetes Gateway API are made from; undefined if none are given. */
  readonly kube: readonly NamedText[] | undefined;
  /** Problems with the description of the cluster; with an error among them, nothing else is meaningful. */
  readonly problems: readonly Problem[];
  /** Gives a problem with values in the fleet file itself its place there. */
  located(problem: Problem): Problem;
}

/** Turns jobs into requests, with the layers of the fleet combined. */
export class Requests {
  readonly #setup: Setup;
  readonly #base: readonly NamedText[];
  readonly #fleet: FleetDocument | undefined;
  readonly #files: SharedFiles;

  constructor(setup: Setup, readFile: (path: string) => Promise<string>) {
    this.#setup = setup;
    this.#base = setup.sources.map(sharedSource);
    this.#fleet = setup.text === undefined ? undefined : readFleet(setup.text);
    this.#files = new SharedFiles(readFile);
  }

  /** A file of the fleet, under its path in messages. */
  resolve(path: string): string {
    return resolveIn(this.#setup.base, path);
  }

  async of(job: Job): Promise<ClusterRequest> {
    const { name: file, override } = this.#setup;
    const read = this.#read(job);
    const problems: Problem[] = [...read.problems];
    const at = (path: Path, part: 'key' | 'value'): Place | undefined => read.place(path, part);
    const own = job.entry.kind === 'line' ? [] : ['clusters', job.position];
    if (job.twin !== undefined) problems.push(twinProblem(job, file, at([...own, 'name'], 'value')));
    if (!hasErrors(problems)) problems.push(...nameProblems(job, read.cluster, file));
    const head = this.#fleet?.head ?? emptyHead;
    const groups = groupsOf(read.cluster, head, file, at([...own, 'group'], 'value'), problems);
    const combined = combine(head, groups, read.cluster, override);
    const inlines = new Map<number, { readonly inline: Inline; readonly place: ReadCluster['place'] }>();
    const values: (NamedText | ValueMap)[] = [...this.#base];
    for (const given of combined.values) {
      if ('inline' in given) {
        const place = given.own ? read.place : (this.#fleet?.place ?? read.place);
        inlines.set(values.length, { inline: given.inline, place });
      }
      const value = await this.#value(given, problems);
      if (value !== undefined) values.push(value);
    }
    const files = await this.#setFiles(combined, problems);
    const kube = await this.#gateways(combined, problems);
    return {
      cluster: read.cluster,
      // These are values; only the declared type is wider.
      options: requestFor(this.#setup, combined, values as NonNullable<RequestOptions['values']>, files),
      kube: kube.length === 0 ? undefined : kube,
      problems,
      located: (problem) => located(problem, file, inlines),
    };
  }

  #read({ entry, position, label }: Job): ReadCluster {
    const { name } = this.#setup;
    if (entry.kind === 'files') return readFiles(label, entry.files);
    if (entry.kind === 'line') return readLine(name, entry);
    if (this.#fleet === undefined) throw new Error('a cluster of a list without its list');
    return this.#fleet.cluster(position);
  }

  async #value(given: GivenLayer, problems: Problem[]): Promise<NamedText | ValueMap | undefined> {
    if ('inline' in given) return asValues(given.inline.value);
    const isOptional = given.file.startsWith('?');
    return await this.#file(this.resolve(isOptional ? given.file.slice(1) : given.file), problems, isOptional);
  }

  /** A file; one that cannot be read is among the problems, unless it is optional and missing. */
  async #file(path: string, problems: Problem[], isOptional = false): Promise<NamedText | undefined> {
    try {
      return await this.#files.get(path);
    } catch (error) {
      if (!isOptional || codeOf(error) !== 'ENOENT') problems.push(unreadable(path, error));
      return undefined;
    }
  }

  async #gateways(combined: Combined, problems: Problem[]): Promise<NamedText[]> {
    const texts: NamedText[] = [];
    for (const name of combined.gateways) {
      const found = await this.#file(this.resolve(name), problems);
      if (found !== undefined) texts.push({ name: found.name, text: found.text });
    }
    return texts;
  }

  /** The contents of the files of `--set-file`, by their names in the arguments. */
  async #setFiles(combined: Combined, problems: Problem[]): Promise<Map<string, string>> {
    const ofCommand = new Map(this.#setup.setFiles.map(({ name, text }) => [name, text]));
    const files = new Map<string, string>();
    const names = combined.sets['set-file']
      .slice(0, -this.#setup.override.sets['set-file'].length || undefined)
      .flatMap(filesOfSetArgument);
    for (const name of names) {
      const path = this.resolve(name);
      if (path !== name && ofCommand.has(name)) problems.push(ambiguous(name, path));
      const found = await this.#file(path, problems);
      if (found !== undefined) files.set(name, found.text);
    }
    for (const [name, text] of ofCommand) files.set(name, text);
    return files;
  }
}

const none = { set: [], 'set-string': [], 'set-json': [], 'set-file': [], 'set-literal': [] };
const emptyHead = { values: [], gateways: [], sets: none, groups: new Map() };

/**
 * Problems that only the text of a cluster reveals: a file name that cannot be a cluster's name, a line that only looks
 * like JSON.
 */
function nameProblems({ label, isNamed, entry }: Job, cluster: Cluster, file: string): Problem[] {
  if (isNamed && cluster.name === label) return [];
  const error = { severity: 'error', file, ...('line' in entry ? { line: entry.line + 1, column: 1 } : {}) } as const;
  if (entry.kind === 'line')
    return [
      {
        ...error,
        code: 'fleet-not-json',
        message: 'This line is not a JSON object.',
        hint: 'write one cluster per line, like {"name": "prod-eu-1"}',
      },
    ];
  const message =
    entry.kind === 'files'
      ? `${label} cannot be a cluster, because its name is not valid for one.`
      : 'The name of this cluster cannot be determined.';
  return [{ ...error, code: 'fleet-bad-name', message, hint: nameHint }];
}

function readFiles(name: string, files: readonly string[]): ReadCluster {
  const cluster: Cluster = { name, groups: [], gateways: [], values: files, sets: none };
  return { cluster, problems: [], place: () => undefined };
}

/** The library would take a map with only a name and a text for a named text. */
function asValues(map: ValueMap): ValueMap | NamedText {
  const isLikeText =
    typeof map['name'] === 'string' && typeof map['text'] === 'string' && Object.keys(map).length === 2;
  return isLikeText ? { name: 'values', text: JSON.stringify(map) } : map;
}

function located(
  problem: Problem,
  file: string,
  inlines: ReadonlyMap<number, { readonly inline: Inline; readonly place: ReadCluster['place'] }>,
): Problem {
  const index = /^values\[(\d+)\]$/.exec(problem.file ?? '')?.[1];
  const found = index === undefined ? undefined : inlines.get(Number(index));
  if (found === undefined) return problem;
  const place = found.place(
    [...found.inline.path, ...parsePath(problem.path ?? '')],
    aboutKeys.has(problem.code) ? 'key' : 'value',
  );
  return { ...problem, file, ...place };
}

function twinProblem({ label, twin }: Job, file: string, place: Place | undefined): Problem {
  return {
    code: 'fleet-twin',
    severity: 'error',
    message: `There is another cluster ${label} before this one: ${twin}.`,
    hint: 'give each its own name; names that differ only in case count as equal',
    ...(place === undefined ? {} : { file, ...place }),
  };
}

function unreadable(path: string, error: unknown): Problem {
  return { code: 'unreadable-file', severity: 'error', message: `cannot read ${path}: ${reasonOf(error)}` };
}

function ambiguous(name: string, path: string): Problem {
  return {
    code: 'fleet-two-files',
    severity: 'error',
    message: `${name} is one file for --set-file on the command line, and another (${path}) for setFile in the fleet.`,
    hint: 'name one of them by its whole path',
  };
}
