import type { Io } from '../cli/io.ts';
import { CannotDo } from '../cli/outcome.ts';
import { readText, reasonOf, stdinName } from '../cli/sources.ts';
import { isFolder } from '../node/folders.ts';
import type { Problem } from '../problem.ts';
import { readYaml } from '../yaml/read.ts';
import { type CutItem, FleetCutter, mayHaveAlias, mayHaveOpenQuote } from './cut.ts';
import { type FleetDocument, type FleetText, readFleet } from './document.ts';
import { isRegularFile, linesOfChunks, linesOfFile } from './lines.ts';
import { openFolder } from './open-folder.ts';
import { folderOf } from './paths.ts';

/** A cluster as it was found, before anybody read it. */
export type FoundCluster =
  | { readonly kind: 'item' | 'line'; readonly text: string; readonly line: number }
  | { readonly kind: 'listed'; readonly name: unknown }
  | { readonly kind: 'files'; readonly name: string; readonly where: string; readonly files: readonly string[] };

/** A fleet that can be gone through. */
export interface OpenFleet {
  /** What problems call the file; the folder's path for a folder. */
  readonly name: string;
  /** The folder from which files are named; empty for the current one. */
  readonly base: string;
  /** The top of the file, where there is one. */
  readonly text?: FleetText;
  readonly document?: FleetDocument;
  readonly problems: readonly Problem[];
  /** The texts that the problems are about. */
  readonly texts: ReadonlyMap<string, string>;
  /** How many clusters there are, where that is known beforehand. */
  readonly total?: number;
  clusters(): Iterable<FoundCluster> | AsyncIterable<FoundCluster>;
  /** Reads no more. */
  readonly close?: () => void;
}

const isLines = /\.(?:jsonl|ndjson)$/i;

/** Opens what `--fleet` names: a fleet file, JSON lines, a folder, or stdin with either kind of text. */
export async function openFleet(path: string, io: Io): Promise<OpenFleet> {
  if (path === '') throw new CannotDo('--fleet got an empty name', 'is a shell variable unset?');
  try {
    if (path === '-') return await openStdin(io);
    if (isFolder(path)) {
      const folder = openFolder(path);
      return typeof folder === 'string' ? openFile(folder, io) : folder;
    }
    return await openFile(path, io);
  } catch (error) {
    throw unreadableFleet(path === '-' ? stdinName : path, error);
  }
}

/** What went wrong while a fleet was read, in words. */
export function unreadableFleet(name: string, error: unknown): CannotDo {
  return error instanceof CannotDo ? error : new CannotDo(`cannot read ${name}: ${reasonOf(error)}`);
}

async function openFile(path: string, io: Io): Promise<OpenFleet> {
  const base = folderOf(path);
  if (isLines.test(path)) return openLines(path, base, linesOfFile(path));
  if (isRegularFile(path))
    return await openYaml(
      path,
      base,
      () => linesOfFile(path),
      () => readText(path, io),
    );
  // A pipe can be read once.
  const text = await readText(path, io);
  return await openYaml(
    path,
    '',
    () => linesOf(text),
    async () => text,
  );
}

async function openStdin(io: Io): Promise<OpenFleet> {
  const stdin = io.stdinChunks?.();
  const lines = linesOfChunks(stdin ?? [new TextEncoder().encode(await io.stdin())]);
  const first: string[] = [];
  for (;;) {
    const { value, done } = await lines.next();
    if (done) break;
    first.push(value);
    if (value.trim() === '') continue;
    if (isClusterLine(value))
      return { ...openLines(stdinName, '', chained(first, lines)), close: () => stdin?.destroy() };
    break;
  }
  const text = await rest(first, lines);
  return await openYaml(
    stdinName,
    '',
    () => linesOf(text),
    async () => text,
  );
}

/** A line that is a JSON object is a cluster, unless it is a whole fleet file. */
function isClusterLine(line: string): boolean {
  const value = parseLine(line);
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('clusters' in value);
}

async function* chained(first: readonly string[], lines: AsyncIterator<string>): AsyncGenerator<string> {
  yield* first;
  yield* { [Symbol.asyncIterator]: () => lines };
}

/** As large as glistio reads any input. */
const mostText = 128 * 1024 * 1024;

async function rest(first: readonly string[], lines: AsyncIterator<string>): Promise<string> {
  const all = [...first];
  let length = 0;
  for (;;) {
    const { value, done } = await lines.next();
    if (done) return all.join('');
    all.push(value);
    length += value.length;
    if (length > mostText)
      throw new CannotDo(
        `cannot read ${stdinName}: ${reasonOf(Object.assign(new Error(), { code: 'EFBIG' }))}`,
        'JSON lines have no limit',
      );
  }
}

function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const next = text.indexOf('\n', start) + 1 || text.length;
    yield text.slice(start, next);
    start = next;
  }
}

function openLines(name: string, base: string, lines: Iterable<string> | AsyncIterable<string>): OpenFleet {
  async function* clusters(): AsyncGenerator<FoundCluster> {
    let line = -1;
    for await (const text of lines) {
      line++;
      if (text.trim() !== '') yield { kind: 'line', text, line };
    }
  }
  return { name, base, problems: [], texts: new Map(), clusters };
}

/** What a line of JSON lines says; undefined when it is no JSON. */
export function parseLine(line: string): unknown {
  try {
    return JSON.parse(line.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

/**
 * A fleet file is cut into clusters where its lines say for certain where each ends, which takes no memory; else it is read as
 * a whole. What only may be otherwise than it looks is read as a whole if that can be done.
 */
async function openYaml(
  name: string,
  base: string,
  lines: () => Iterable<string>,
  read: () => Promise<string>,
): Promise<OpenFleet> {
  const cut = scan(name, lines());
  if (cut !== undefined && !cut.isDoubtful && isGood(cut.document)) return asOpen(name, base, cut, lines);
  const text: FleetText = { name, text: await read() };
  const document = readFleet(text);
  if (cut !== undefined && isGood(cut.document) && !isGood(document)) return asOpen(name, base, cut, lines);
  const problems = document.problems.map(tellAboutSize);
  return { name, base, text, document, problems, texts: new Map([[name, text.text]]), total: document.count, clusters };
  function* clusters(): Generator<FoundCluster> {
    for (let index = 0; index < document.count; index++)
      yield { kind: 'listed', name: document.cluster(index).cluster.name };
  }
}

/** A fleet file that was gone through. */
export interface Scanned {
  readonly text: FleetText;
  readonly document: FleetDocument;
  readonly total: number;
  /** Whether the items may be something else than they look like. */
  readonly isDoubtful: boolean;
}

/** Goes through the file once: its top, and whether all of its clusters can be cut out; undefined when the lines do not say. */
export function scan(name: string, lines: Iterable<string>): Scanned | undefined {
  let total = 0;
  let isDoubtful = false;
  const cutter = new FleetCutter(({ text }) => {
    total++;
    isDoubtful ||=
      mayHaveAlias(text) ||
      (mayHaveOpenQuote(text) && readYaml({ name, text }).problems.some(({ severity }) => severity === 'error'));
  });
  for (const line of lines) if (!cutter.push(line)) return undefined;
  const head = cutter.end();
  if (head === undefined) return undefined;
  const text: FleetText = { name, text: head.text, cut: { listLine: head.listLine, cutLines: head.cutLines } };
  return { text, document: readFleet(text), total, isDoubtful };
}

function asOpen(
  name: string,
  base: string,
  { text, document, total }: Scanned,
  lines: () => Iterable<string>,
): OpenFleet {
  return {
    name,
    base,
    text,
    document,
    problems: document.problems,
    texts: new Map(),
    total,
    clusters: () => cutItems(name, lines()),
  };
}

function* cutItems(name: string, lines: Iterable<string>): Generator<FoundCluster> {
  const ready: CutItem[] = [];
  const cutter = new FleetCutter((item) => ready.push(item));
  for (const line of lines) {
    // It went well a moment ago.
    if (!cutter.push(line)) throw new CannotDo(`${name} changed while it was read`, 'run it again');
    for (const item of ready.splice(0)) yield { kind: 'item', ...item };
  }
  cutter.end();
  for (const item of ready) yield { kind: 'item', ...item };
}

function isGood(document: FleetDocument): boolean {
  return document.hasList && document.problems.every(({ severity }) => severity !== 'error');
}

function tellAboutSize(problem: Problem): Problem {
  if (problem.code !== 'too-long') return problem;
  return { ...problem, hint: 'a list of clusters in block style, without anchors, or JSON lines can be of any length' };
}
