import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { codeOf } from '../outcome.ts';
import { runId } from './run-id.ts';

/** A file and its wanted content. */
export interface WantedFile {
  readonly path: string;
  readonly text: string;
}

/** A temporary file that was written but not yet renamed. */
interface Staged {
  /** The path as given, for messages. */
  readonly path: string;
  /** The target after following symbolic links. */
  readonly target: string;
  readonly bytes: Uint8Array;
  readonly about: Stats | undefined;
  beside: string;
}

/**
 * Writes all files or none: each is written to a temporary file beside its target, and renamed when all are on the
 * disk. The mode and, if permitted, the owner are kept; the target of a symbolic link is replaced, not the link. Only
 * if the process or the machine dies between two renames are some files new and others old, each of them complete.
 * Throws Node's error, with the path as `target`.
 */
export function replaceFiles(files: readonly WantedFile[]): void {
  const staged: Staged[] = [];
  const moved: { readonly one: Staged; readonly before: Buffer | undefined }[] = [];
  let current = '';
  try {
    for (const { path, text } of files) {
      current = path;
      staged.push(stage(path, Buffer.from(text, 'utf8')));
    }
    for (const one of staged) {
      current = one.path;
      const before = one.about !== undefined && staged.length > 1 ? readFileSync(one.target) : undefined;
      move(one);
      moved.push({ one, before });
    }
  } catch (error) {
    for (const { beside } of staged) rmSync(beside, { force: true });
    for (const { one, before } of moved.reverse()) undo(one, before);
    throw error instanceof Error ? Object.assign(error, { target: current }) : error;
  }
}

function stage(path: string, bytes: Uint8Array): Staged {
  const target = behindLinks(path);
  const about = statSync(target, { throwIfNoEntry: false });
  // Renaming a file over a device or a pipe would remove it.
  if (about?.isDirectory()) throw failure('EISDIR', 'it is a directory');
  if (about !== undefined && !about.isFile()) throw failure('ENOTREG', 'it is not a regular file');
  sweep(dirname(target));
  return { path, target, bytes, about, beside: writeBeside(target, bytes, about) };
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** The file that a path leads to through symbolic links, even if it does not exist yet. */
function behindLinks(path: string): string {
  let at = path;
  for (let links = 0; links < 40; links++) {
    if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return at;
    at = resolve(realpathSync(dirname(at)), readlinkSync(at));
  }
  throw failure('ELOOP', 'too many symbolic links');
}

function writeBeside(target: string, bytes: Uint8Array, about: Stats | undefined): string {
  const beside = join(dirname(target), `.glistio-${runId}-${randomBytes(8).toString('hex')}.tmp`);
  const descriptor = openMakingFolders(beside, about === undefined ? 0o666 : 0o600);
  try {
    writeFileSync(descriptor, bytes);
    if (about !== undefined) keepOwner(descriptor, about);
  } catch (error) {
    closeSync(descriptor);
    rmSync(beside, { force: true });
    throw error;
  }
  closeSync(descriptor);
  return beside;
}

function openMakingFolders(path: string, mode: number): number {
  try {
    return openSync(path, 'wx', mode);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    makeFolders(dirname(path));
    return openSync(path, 'wx', mode);
  }
}

/** Creates a folder and its parents. Node's `recursive` reports ENOENT for a read-only disk. */
export function makeFolders(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  const above = dirname(path);
  if (above !== path) makeFolders(above);
  try {
    mkdirSync(path);
  } catch (error) {
    // Another run or thread has created it in the meantime.
    if (codeOf(error) !== 'EEXIST' || statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}

/** Gives a new file the owner and mode of the file that it replaces. */
function keepOwner(descriptor: number, { uid, gid, mode }: Stats): void {
  const own = fstatSync(descriptor);
  if (own.uid !== uid || own.gid !== gid) {
    // Only root may change the owner; any group of the user is permitted.
    if (!isAllowed(() => fchownSync(descriptor, uid, gid))) isAllowed(() => fchownSync(descriptor, own.uid, gid));
  }
  const now = fstatSync(descriptor);
  // The setuid bit of another owner is not passed on.
  fchmodSync(descriptor, mode & (now.uid === uid && now.gid === gid ? 0o7777 : 0o777));
}

function isAllowed(what: () => void): boolean {
  try {
    what();
    return true;
  } catch {
    return false;
  }
}

const mostAttempts = 10;

/** Renames a file to its target. A concurrent run may have removed it as a leftover: then it is written again. */
function move(one: Staged): void {
  for (let attempt = 1; ; attempt++) {
    try {
      renameSync(one.beside, one.target);
      return;
    } catch (error) {
      const isGone = codeOf(error) === 'ENOENT' && lstatSync(one.beside, { throwIfNoEntry: false }) === undefined;
      if (!isGone || attempt === mostAttempts) throw error;
      one.beside = writeBeside(one.target, one.bytes, one.about);
    }
  }
}

/** Best effort: whatever cannot be restored is complete anyway, and the original failure is reported. */
function undo({ target, about }: Staged, before: Buffer | undefined): void {
  isAllowed(() => {
    if (before === undefined) rmSync(target, { force: true });
    else renameSync(writeBeside(target, before, about), target);
  });
}

const leftover = /^\.glistio-([0-9a-f]{16})-[0-9a-f]{16}\.tmp$/;
const swept = new Set<string>();
const mostSwept = 4096;

/** Removes the leftovers of killed runs from a folder, once. */
export function sweep(folder: string): void {
  if (swept.has(folder)) return;
  // A fleet may have any number of folders.
  if (swept.size >= mostSwept) swept.clear();
  swept.add(folder);
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return;
  }
  for (const name of names) {
    const run = leftover.exec(name)?.[1];
    if (run !== undefined && run !== runId) isAllowed(() => rmSync(join(folder, basename(name))));
  }
}
