import { trimEndOf } from '../trim.ts';

/**
 * A file of the fleet, relative to the working directory; `base` is the folder of the fleet, empty for the current one.
 */
export function resolveIn(base: string, path: string): string {
  const isAbsolute = /^(?:[/\\]|[A-Za-z]:[\\/])/.test(path);
  return base === '' || isAbsolute ? path : `${trimEndOf(base, '\\/')}/${path}`;
}

/** The folder that a file is in; empty for the current one. */
export function folderOf(path: string): string {
  return /^(.*[\\/])[^\\/]*$/.exec(path)?.[1] ?? '';
}

/** A folder without trailing slashes; the root keeps one. */
export function withoutSlashes(folder: string): string {
  return folder.slice(0, 1) + trimEndOf(folder.slice(1), '\\/');
}
