import { isFolder } from '../node/folders.ts';
import type { Io } from '../node/io.ts';
import { isRegularFile, linesOfChunks, linesOfFile } from '../node/lines.ts';
import { readText, reasonOf, stdinName } from '../node/sources.ts';
import { CannotDo } from '../outcome.ts';
import { readFleet } from './document.ts';
import type { FoundCluster, OpenFleet } from './found.ts';
import { openFolder } from './open-folder.ts';
import { folderOf } from './paths.ts';

const isLines = /\.(?:jsonl|ndjson)$/i;

/** Opens what `--fleet` names: a fleet file, JSON lines, a folder, or stdin with either kind of text. */
export async function openFleet(path: string, io: Io): Promise<OpenFleet> {
  if (path === '') throw new CannotDo('the name after --fleet is empty', 'is a shell variable unset?');
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

/** What went wrong while reading a fleet, in words. */
export function unreadableFleet(name: string, error: unknown): CannotDo {
  return error instanceof CannotDo ? error : new CannotDo(`cannot read ${name}: ${reasonOf(error)}`);
}

async function openFile(path: string, io: Io): Promise<OpenFleet> {
  const base = folderOf(path);
  if (isLines.test(path)) return openLines(path, base, linesOfFile(path));
  // A pipe has no folder that file names could be relative to.
  return openText(path, isRegularFile(path) ? base : '', await readText(path, io));
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
  return openText(stdinName, '', await rest(first, lines));
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

/** The same limit as for any other input. */
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

/** A field of the map in a line of JSON lines; undefined if there is none. */
export function fieldOfLine(line: string, key: string): unknown {
  const value = parseLine(line);
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

function openText(name: string, base: string, text: string): OpenFleet {
  const source = { name, text };
  const document = readFleet(source);
  function* clusters(): Generator<FoundCluster> {
    for (let index = 0; index < document.count; index++) {
      const { name, groups } = document.cluster(index).cluster;
      yield { kind: 'listed', name, groups };
    }
  }
  const { problems, count } = document;
  return { name, base, text: source, problems, texts: new Map([[name, text]]), total: count, clusters };
}
